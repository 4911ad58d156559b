import type { JsonSchemaNode } from '../models/json-schema.ts';

/** Value types whose values convert into each other. */
export type ValueFamily =
  | 'text'
  | 'number'
  | 'datetime'
  | 'location'
  | 'dropdown'
  | 'person'
  | 'company'
  | 'list'
  | 'interaction'
  | 'note'
  | 'reminder'
  | 'json';

/** Which of a field's columns: its value, or what the value refers to (ids, option ids, an interaction's time). */
export type ColumnPart = 'value' | 'reference';

export interface ValueKind {
  readonly family: ValueFamily;
  readonly isMulti: boolean;
}

const valueKinds = new Map<string, ValueKind>([
  ['text', { family: 'text', isMulti: false }],
  ['filterable-text', { family: 'text', isMulti: false }],
  ['filterable-text-multi', { family: 'text', isMulti: true }],
  ['number', { family: 'number', isMulti: false }],
  ['formula-number', { family: 'number', isMulti: false }],
  ['number-multi', { family: 'number', isMulti: true }],
  ['datetime', { family: 'datetime', isMulti: false }],
  ['location', { family: 'location', isMulti: false }],
  ['location-multi', { family: 'location', isMulti: true }],
  ['dropdown', { family: 'dropdown', isMulti: false }],
  ['ranked-dropdown', { family: 'dropdown', isMulti: false }],
  ['status-dropdown', { family: 'dropdown', isMulti: false }],
  ['dropdown-multi', { family: 'dropdown', isMulti: true }],
  ['person', { family: 'person', isMulti: false }],
  ['person-multi', { family: 'person', isMulti: true }],
  ['company', { family: 'company', isMulti: false }],
  ['company-multi', { family: 'company', isMulti: true }],
  ['list-multi', { family: 'list', isMulti: true }],
  ['interaction', { family: 'interaction', isMulti: false }],
  ['note', { family: 'note', isMulti: false }],
  ['reminder', { family: 'reminder', isMulti: false }],
]);

const jsonKind: ValueKind = { family: 'json', isMulti: false };

/** How values of a type are treated. `hidden` and types that are not known yet become JSON text. */
export function kindOf(valueType: string): ValueKind {
  return valueKinds.get(valueType) ?? jsonKind;
}

/** What the second column's name adds to the first's; undefined for types with one column. */
export function referenceSuffix({ family, isMulti }: ValueKind): string | undefined {
  switch (family) {
    case 'dropdown':
      return isMulti ? '_option_ids' : '_option_id';
    case 'person':
    case 'company':
    case 'list':
      return isMulti ? '_ids' : '_id';
    case 'interaction':
      return '_at';
    default:
      return undefined;
  }
}

/** Members of a location that are declared; others pass undeclared. */
export const locationMembers = ['streetAddress', 'city', 'state', 'country', 'continent'] as const;

/** The declaration of a column, without annotations. Always a new object. */
export function columnSchema(kind: ValueKind, part: ColumnPart): JsonSchemaNode {
  const single = part === 'reference' ? referenceSchema(kind) : valueSchema(kind);
  if (!kind.isMulti) return single;
  // Loaders choke on item types when whole and broken numbers mix in one array.
  return kind.family === 'number' ? { type: ['null', 'array'] } : { type: ['null', 'array'], items: single };
}

function referenceSchema({ family }: ValueKind): JsonSchemaNode {
  return family === 'interaction' ? timestampSchema() : { type: ['null', 'integer'] };
}

function valueSchema({ family }: ValueKind): JsonSchemaNode {
  switch (family) {
    case 'number':
      return { type: ['null', 'number'] };
    case 'datetime':
      return timestampSchema();
    case 'location':
      return objectSchema(locationMembers);
    case 'interaction':
    case 'note':
    case 'reminder':
      return objectSchema([]);
    default:
      return { type: ['null', 'string'] };
  }
}

function timestampSchema(): JsonSchemaNode {
  return { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' };
}

function objectSchema(members: readonly string[]): JsonSchemaNode {
  const properties = Object.fromEntries(members.map((member) => [member, { type: ['null', 'string'] }]));
  return { type: ['null', 'object'], properties, additionalProperties: true };
}
