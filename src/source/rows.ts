import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { ConnectorError } from '../errors.ts';
import { type Page, page, type ReadItem, type Row, type Stream } from '../streams/stream.ts';
import { compileFit, isDateTime, type OnNulled } from './conform.ts';

/** By row index, the top-level properties in which something was made null. */
export type Nulled = ReadonlyMap<number, readonly string[]>;

export type RowPreparer = (rows: readonly Row[], alreadyNulled?: Nulled) => { rows: readonly Row[]; nulled?: Nulled };

export interface RowPreparerOptions {
  readonly stream: Stream;
  /** What the user's catalog declares; undefined when it declares nothing, which lets everything through. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Makes pages of rows ready to go out: keys and cursors are there, only what the catalog declares is left at the top
 * level, and every value fits its declaration. Throws a `system_error` that names the path, never the value.
 */
export function createRowPreparer({ stream, properties, warn }: RowPreparerOptions): RowPreparer {
  const declared = properties ?? stream.jsonSchema.properties;
  const fits = compileFit({ type: 'object', properties: declared });
  const own = stream.jsonSchema.properties;
  const isSelected = (name: string): boolean => properties === undefined || Object.hasOwn(properties, name);

  function prepareRow(row: Row, onNulled: OnNulled): Row {
    checkKeys(stream, row);
    const selected = select(row);
    fits(selected, onNulled);
    return selected;
  }

  /** Most rows go out as they came; only one with something to leave out is copied. */
  function select(row: Row): Row {
    for (const name in row) {
      if (!isSelected(name)) return copySelected(row);
    }
    return row;
  }

  function copySelected(row: Row): Row {
    const selected: Row = {};
    for (const name in row) {
      if (isSelected(name)) selected[name] = row[name];
      else if (!Object.hasOwn(own, name)) {
        warn(
          `${stream.name}: the API sends a property "${name}" that the catalog does not declare; it is left out. Refresh the schema, or use a newer release.`,
        );
      }
    }
    return selected;
  }

  return (rows, alreadyNulled) => {
    const nulled = new Map(alreadyNulled);
    const prepared = rows.map((row, index) =>
      prepareRow(row, (path) => {
        const property = path.split(/[.[]/, 1)[0] ?? path;
        nulled.set(index, [...new Set([...(nulled.get(index) ?? []), property])]);
        warn(`${stream.name}: a value at "${path}" is not of its declared type and became null.`);
      }),
    );
    return nulled.size === 0 ? { rows: prepared } : { rows: prepared, nulled };
  };
}

/** A row without its key cannot be merged, one without its cursor would be lost or repeated: better no row at all. */
function checkKeys({ name, primaryKey, cursorField, jsonSchema }: Stream, row: Row): void {
  for (const key of primaryKey) {
    const value = row[key];
    const isGood =
      jsonSchema.properties[key]?.type === 'string'
        ? typeof value === 'string' && value !== ''
        : Number.isSafeInteger(value);
    if (!isGood) throw brokenRow(name, key, 'key');
  }
  if (cursorField === undefined) return;
  const value = row[cursorField];
  // Null is how the API says "never edited".
  if (value !== null && !(typeof value === 'string' && isDateTime(value))) throw brokenRow(name, cursorField, 'cursor');
}

function brokenRow(stream: string, path: string, role: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `A row of ${stream} has no usable ${role} at "${path}". Affinity's API has changed, or sent something broken.`,
  );
}

/**
 * Prepares the pages of a partition where they are read, so that a broken row fails its own stream. A row that comes
 * again, unchanged, on the same page is left out. No page is kept for the next one: that would cost more than all else here.
 */
export async function* prepareItems(
  items: AsyncGenerator<ReadItem, void, undefined>,
  { prepare, stream }: { prepare: RowPreparer; stream: Stream },
): AsyncGenerator<ReadItem, void, undefined> {
  const preparePage = (raw: Page): Page => {
    const keys = keysOf(raw.rows, stream.primaryKey);
    const { rows, nulled } = prepare(raw.rows, raw.nulled);
    return new Set(keys).size === rows.length ? page(rows, nulled) : withoutRepeated(rows, keys, nulled);
  };
  for await (const item of items) {
    if (item.type === 'page') yield preparePage(item);
    else if (item.type === 'page-to-come') yield { ...item, load: async () => preparePage(await item.load()) };
    else yield item;
  }
}

function keysOf(rows: readonly Row[], [first = '', ...others]: readonly string[]): unknown[] {
  if (others.length === 0) return rows.map((row) => row[first]);
  return rows.map((row) => others.reduce((key, property) => `${key} ${row[property]}`, `${row[first]}`));
}

function withoutRepeated(rows: readonly Row[], keys: readonly unknown[], nulled: Nulled | undefined): Page {
  const before = new Map<unknown, string>();
  const wanted = [...rows.keys()].filter((index) => {
    const json = JSON.stringify(rows[index]);
    const isNew = before.get(keys[index]) !== json;
    before.set(keys[index], json);
    return isNew;
  });
  return page(
    wanted.map((index) => rows[index] ?? {}),
    new Map(
      wanted.flatMap((from, to): [number, readonly string[]][] => {
        const names = nulled?.get(from);
        return names === undefined ? [] : [[to, names]];
      }),
    ),
  );
}
