import type { Collection } from '../data/collection.ts';
import type { EntityKind } from '../data/lists.ts';
import type { Renderer } from '../data/render.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import type { Call, Route } from '../http/route.ts';
import { ofArray, type Sequence } from '../http/sequence.ts';
import { everyFieldOf, fieldChoice, rendererOf } from './fields-of-call.ts';
import { entityFieldChoice, ids, paged, permissions, rowsOf } from './specs.ts';
import { relationshipRoute } from './v2-relationships.ts';

const nouns = { company: 'companies', person: 'persons', opportunity: 'opportunities' } as const;

/** The records of a kind. */
export function recordsOf(call: Call, kind: EntityKind): Collection<{ id: number }> {
  return call.account[nouns[kind]];
}

/** The index of a record of the path; 422 for one that was merged away, 404 for one that is not there. */
export function recordIndex(call: Call, kind: EntityKind): number {
  const { account } = call;
  const id = call.id(`${kind}Id`);
  const records = recordsOf(call, kind);
  const index = records.find(id);
  if (index !== undefined) return index;
  const known = records.indexOf(id);
  const target = known === undefined ? undefined : account.mergedInto[kind].get(known);
  const primaryId = target === undefined ? mergedLongAgo(call, kind, id) : records.idAt(target);
  if (primaryId === undefined) throw notFound(kind);
  throw new ApiError(422, 'unprocessable-entity', `The ${kind} ${id} was merged into ${primaryId}`);
}

function mergedLongAgo(call: Call, kind: EntityKind, id: number): number | undefined {
  if (kind === 'opportunity') return undefined;
  const merges = call.account.merges[kind];
  for (const index of merges.indexes()) {
    const merge = merges.rowAt(index);
    if (merge.duplicateId === id && merge.status === 'success') return merge.primaryId;
  }
  return undefined;
}

function records(call: Call, kind: EntityKind, text: (index: number) => string): Sequence {
  const rows = recordsOf(call, kind);
  const wanted = call.params.integers('ids');
  if (wanted === undefined) return rowsOf(call, rows, { text });
  const found = [...new Set(wanted)].flatMap((id) => rows.find(id) ?? []).sort((a, b) => a - b);
  return ofArray(found, text);
}

const textOf: Record<EntityKind, (renderer: Renderer, index: number) => string> = {
  company: (renderer, index) => renderer.company(index),
  person: (renderer, index) => renderer.person(index),
  opportunity: (renderer, index) => renderer.opportunity(index),
};

function kindRoutes(kind: EntityKind, permission: string): Route[] {
  const choice = kind === 'opportunity' ? {} : entityFieldChoice;
  return [
    {
      api: 'v2',
      path: `/v2/${nouns[kind]}`,
      params: { ...paged, ...ids, ...choice },
      permission,
      handle: (call) => {
        const renderer = rendererOf(call, fieldChoice(call));
        return {
          kind: 'page',
          sequence: records(call, kind, (index) => textOf[kind](renderer, index)),
          isCacheable: true,
        };
      },
    },
    {
      api: 'v2',
      path: `/v2/${nouns[kind]}/{${kind}Id}`,
      params: choice,
      handle: (call) => {
        const index = recordIndex(call, kind);
        return { kind: 'json', text: textOf[kind](rendererOf(call, fieldChoice(call)), index) };
      },
    },
  ];
}

function listRoutes(kind: 'company' | 'person'): Route[] {
  const base = `/v2/${nouns[kind]}/{${kind}Id}`;
  return [
    {
      api: 'v2',
      path: `${base}/list-entries`,
      params: paged,
      handle: (call) => {
        const renderer = rendererOf(call, everyFieldOf(call));
        const entries = call.account.entriesOf(kind, recordIndex(call, kind));
        return { kind: 'page', sequence: ofArray(entries, ({ list, entry }) => renderer.entryOfEntity(list, entry)) };
      },
    },
    {
      api: 'v2',
      path: `${base}/lists`,
      params: paged,
      handle: (call) => {
        const found = new Set(call.account.entriesOf(kind, recordIndex(call, kind)).map(({ list }) => list));
        const rows = [...found].map((list) => {
          const { type: _, ...row } = call.account.lists.rowAt(list);
          return row;
        });
        return { kind: 'page', sequence: ofArray(rows) };
      },
    },
    relationshipRoute(`${base}/relationships`, (call) => {
      const index = recordIndex(call, kind);
      const { relationships, personsOfCompany } = call.account;
      return kind === 'person'
        ? relationships.of(index)
        : personsOfCompany(index).flatMap((person) => relationships.of(person));
    }),
  ];
}

/** Companies, persons and opportunities. */
export const entityRoutes: readonly Route[] = [
  ...kindRoutes('company', permissions.companies),
  ...kindRoutes('person', permissions.persons),
  ...kindRoutes('opportunity', permissions.lists),
  ...listRoutes('company'),
  ...listRoutes('person'),
];
