import type { Collection } from '../data/collection.ts';
import type { FilterRule, Operator } from '../filter/rules.ts';
import type { ParamSpec, ParamSpecs } from '../http/params.ts';
import type { Call } from '../http/route.ts';
import { ofIndexes, type Sequence } from '../http/sequence.ts';

/** Versions of the API, oldest first. */
export const versions: readonly string[] = ['2024-01-01', '2026-07-15', '2026-09-17'];
export const newestVersion = '2026-09-17';

/** Role permissions, as administrators see them. */
export const permissions = {
  companies: 'Export All Organizations directory',
  persons: 'Export All People directory',
  lists: 'Export data from Lists',
  duplicates: 'Manage duplicates',
  users: 'Manage Users',
  teams: 'Manage Teams',
} as const;

const limitOf = (least: number, fallback: number): ParamSpec => ({ kind: 'integer', least, most: 100, fallback });

/** Parameters of a page; most endpoints have a default of 100. */
export const paged: ParamSpecs = { cursor: { kind: 'text' }, limit: limitOf(1, 100) };
export const paged20: ParamSpecs = { cursor: { kind: 'text' }, limit: limitOf(1, 20) };
export const paged25: ParamSpecs = { cursor: { kind: 'text' }, limit: limitOf(1, 25) };
/** The family of notes takes a limit of 0. */
export const pagedNotes: ParamSpecs = { cursor: { kind: 'text' }, limit: limitOf(0, 20) };

export const filter: ParamSpecs = { filter: { kind: 'text' } };
export const totalCount: ParamSpecs = { totalCount: { kind: 'boolean' } };
export const ids: ParamSpecs = { ids: { kind: 'integers' } };

const entityTypes = ['enriched', 'global', 'relationship-intelligence'];
const entryTypes = [...entityTypes, 'list'];
export const entityFieldChoice: ParamSpecs = {
  fieldIds: { kind: 'texts' },
  fieldTypes: { kind: 'choices', of: entityTypes },
};
export const entryFieldChoice: ParamSpecs = {
  fieldIds: { kind: 'texts' },
  fieldTypes: { kind: 'choices', of: entryTypes },
};
export const entityFieldList: ParamSpecs = { ids: { kind: 'texts' }, types: { kind: 'choices', of: entityTypes } };
export const entryFieldList: ParamSpecs = { ids: { kind: 'texts' }, types: { kind: 'choices', of: entryTypes } };
export const fieldIncludes: ParamSpecs = { includes: { kind: 'choices', of: ['filterability', 'sortability'] } };

const ranges: readonly Operator[] = ['>', '<', '>=', '<='];

/** Rules of filterable properties. */
export const rule = {
  id: { type: 'integer', operators: ['='] },
  idOrNot: { type: 'integer', operators: ['=', '!='] },
  time: { type: 'datetime', operators: ranges },
  score: { type: 'number', operators: ranges },
  text: { type: 'text', operators: ['='] },
  name: { type: 'text', operators: ['=', '=~'] },
  anyText: { type: 'text', operators: ['=', '=^', '=$', '=~'] },
  choice: (...values: string[]): FilterRule => ({ type: 'choice', operators: ['='], values }),
} as const satisfies Record<string, FilterRule | ((...values: string[]) => FilterRule)>;

/** The rows of a collection that pass the request's filter. */
export function rowsOf<Row extends { id: number }>(
  call: Call,
  rows: Collection<Row>,
  options: { text?: (index: number) => string; direction?: 'up' | 'down'; passes?: (index: number) => boolean } = {},
): Sequence {
  const { filter: predicate } = call;
  const { passes } = options;
  const text = options.text ?? ((index: number) => JSON.stringify(rows.rowAt(index)));
  if (predicate === null && passes === undefined) return ofIndexes(rows, text, null, options.direction);
  const test = (index: number) =>
    (passes === undefined || passes(index)) &&
    (predicate === null || predicate((property) => rows.read(index, property)));
  return ofIndexes(rows, text, test, options.direction);
}
