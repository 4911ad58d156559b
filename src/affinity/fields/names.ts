import { createHash } from 'node:crypto';
import { snakeCase } from './snake-case.ts';

/** How columns are called: by the field's name, by its id, or by both. */
export type ColumnNaming = 'name' | 'id' | 'id_and_name';

/** PostgreSQL takes 63 bytes; the rest is left to loaders that add something of their own. Names are ASCII. */
export const maxNameLength = 60;

/** Longer words are hashed or cut before they become part of a suffix, so that the name proper keeps most of the room. */
const maxSuffixWordLength = 24;

export interface FieldToName {
  readonly id: string;
  readonly name: string;
  readonly enrichmentSource: string | null;
  /** What the field's columns add to its name: '' and perhaps `_option_id`, `_ids`, `_at`. */
  readonly suffixes: readonly string[];
}

export interface NamingOptions {
  readonly naming: ColumnNaming;
  /** Names of the row's own properties, in any spelling. */
  readonly reserved: Iterable<string>;
}

/**
 * The name of each field's first column, by field id; further columns add their suffix to it. All columns together are
 * unique even when compared without case and underscores, fit `^[a-z_][a-z0-9_]*$`, and have at most 60 bytes.
 *
 * Adding a `field-<n>` with an n above all others changes no name: names are given out in the order of `compareAge`, and
 * a name depends only on fields before it. This is what custom fields do, as Affinity numbers them upwards. What no rule
 * without a memory can guarantee: a built-in field that appears later (nothing tells its age) takes the bare name from
 * a custom field, or from a built-in one that sorts behind it, and whoever deletes a field frees its name. Streams that
 * are already set up keep their columns even then, since they find their fields by id.
 */
export function nameFields(fields: Iterable<FieldToName>, options: NamingOptions): Map<string, string> {
  const taken = new Set([...options.reserved].map(comparableName));
  const names = new Map<string, string>();
  for (const field of [...fields].sort(compareAge)) {
    for (const name of candidates(field, options.naming)) {
      const columns = field.suffixes.map((suffix) => comparableName(name + suffix));
      if (columns.some((column) => taken.has(column))) continue;
      for (const column of columns) taken.add(column);
      names.set(field.id, name);
      break;
    }
  }
  return names;
}

/** Names that are equal in this form become one column, or an error, somewhere. */
export function comparableName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Orders built-in fields before custom ones, custom ones by number: who is first keeps a contested name. */
export function compareAge(a: AgedField, b: AgedField): number {
  const [numberA, numberB] = [fieldNumber(a.id), fieldNumber(b.id)];
  if (numberA === undefined || numberB === undefined) {
    if (numberA !== numberB) return numberA === undefined ? -1 : 1;
    return compareText(sourceOrder(a), sourceOrder(b)) || compareText(a.id, b.id);
  }
  // Digits of any length: more digits are the larger number.
  return numberA.length - numberB.length || compareText(numberA, numberB);
}

export type AgedField = Pick<FieldToName, 'id' | 'enrichmentSource'>;

/** Sources that a firm may switch on later come after those that everybody has from the start. */
function sourceOrder({ enrichmentSource }: AgedField): string {
  if (enrichmentSource === null) return '0';
  return enrichmentSource === 'affinity-data' ? '1' : `2${enrichmentSource}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The digits of `field-<n>`; undefined for built-in fields, whose ids are words. */
function fieldNumber(id: string): string | undefined {
  return /^field-(0|[1-9][0-9]{0,18})$/.exec(id)?.[1];
}

function* candidates(field: FieldToName, naming: ColumnNaming): Generator<string, void> {
  const room = maxNameLength - Math.max(...field.suffixes.map((suffix) => suffix.length));
  const name = bareName(field, naming);
  const isCut = name.length > room;
  if (!isCut) yield name;

  const number = fieldNumber(field.id);
  if (number !== undefined) yield withSuffix(name, number, room);
  else if (!isCut) yield builtInName(field, name, room);
  // Two cut names of one source may agree, so a cut one holds a hash of the id from the start.
  const unique = number ?? [hash(field.id), sourceWord(field)].filter(Boolean).join('_');
  if (number === undefined) yield withSuffix(name, unique, room);
  for (let attempt = 2; ; attempt++) yield withSuffix(name, `${unique}_${attempt}`, room);
}

function bareName({ id, name }: FieldToName, naming: ColumnNaming): string {
  const number = fieldNumber(id);
  const word = snakeCase(name);
  if (number === undefined) {
    const slug = snakeCase(id) || `field_${hash(id)}`;
    return naming === 'name' ? word || slug : slug;
  }
  const idName = `field_${number}`;
  if (naming === 'name') return word || idName;
  return naming === 'id' || word === '' ? idName : `${idName}_${word.replace(/^_/, '')}`;
}

/** What a built-in field is called when its bare name is taken. */
function builtInName(field: FieldToName, name: string, room: number): string {
  const source = sourceWord(field);
  if (source !== '') return withSuffix(name, source, room);
  const slug = snakeCase(field.id);
  if (slug === '' || slug.length > maxSuffixWordLength) return withSuffix(name, hash(field.id), room);
  // The field `created-at` beside the property `createdAt`: its own id would only repeat the name.
  return comparableName(slug) === comparableName(name) ? withSuffix('field', slug, room) : withSuffix(name, slug, room);
}

function sourceWord({ enrichmentSource }: FieldToName): string {
  return snakeCase(enrichmentSource ?? '').slice(0, maxSuffixWordLength);
}

function withSuffix(name: string, suffix: string, room: number): string {
  const kept = name.slice(0, Math.max(1, room - suffix.length - 1)).replace(/_+$/, '');
  return `${kept}_${suffix}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
