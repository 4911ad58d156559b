import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { ConnectorError } from '../errors.ts';
import { toOneLine } from '../json/line.ts';
import { toOwn } from '../json/memory.ts';
import { PreparedRow, type PrepareRow, type SkimRows } from '../streams/prepared-row.ts';
import type { Page, ReadItem, Row, Stream } from '../streams/stream.ts';
import { compileFit, type Fit, isDateTime } from './conform.ts';
import { compileSkim, type SkimPage } from './skim.ts';

/** A page whose rows may go out. */
export interface PreparedPage {
  readonly type: 'page';
  readonly rows: readonly PreparedRow[];
}

/** What reading a partition yields, its rows prepared. */
export type PreparedItem =
  | Exclude<ReadItem, { type: 'page' | 'page-to-come' }>
  | PreparedPage
  | { readonly type: 'page-to-come'; readonly load: () => Promise<PreparedPage> };

export interface RowPreparerOptions {
  readonly stream: Stream;
  /** What the user's catalog declares; undefined when it declares nothing, which lets everything through. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  /** Properties that the user does not want, although they are declared. */
  readonly deselected?: ReadonlySet<string> | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Makes rows ready to go out: keys and cursors are there, only what the catalog declares is left at the top level, and
 * every value fits its declaration. A `system_error` names the path, never the value.
 */
export function createRowPreparer({ stream, properties, deselected, warn }: RowPreparerOptions): PrepareRow {
  const declared = properties ?? stream.jsonSchema.properties;
  // With the first row: of a thousand streams only a few are read at a time.
  let fits: Fit | undefined;
  const own = stream.jsonSchema.properties;
  const isDeclared = (name: string): boolean => properties === undefined || Object.hasOwn(properties, name);
  const isSelected = (name: string): boolean => isDeclared(name) && deselected?.has(name) !== true;

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
      else if (!isDeclared(name) && !Object.hasOwn(own, name)) {
        warn(
          `${stream.name}: the API sends a property "${name}" that the catalog does not declare; it is left out. Refresh the schema, or use a newer release.`,
        );
      }
    }
    return selected;
  }

  const needed = keysAndCursor(stream);
  // Of the row at hand.
  const nulled = new Set<string>();
  const onNulled = (path: string): void => {
    nulled.add(path.split(/[.[]/, 1)[0] ?? path);
    warn(`${stream.name}: a value at "${path}" is not of its declared type and became null.`);
  };

  return (row, { bytes, nulled: before } = {}) => {
    checkKeys(stream, row);
    const key = keyOf(row, stream.primaryKey);
    const selected = select(row);
    nulled.clear();
    fits ??= compileFit({ type: 'object', properties: declared });
    fits(selected, onNulled);
    if (nulled.size === 0) {
      const asItCame = selected === row ? bytes?.() : undefined;
      return new PreparedRow({ key, json: asItCame ?? outOfTheHeap(toOneLine(selected)), nulled: before });
    }
    for (const name of needed) if (nulled.has(name)) throw otherType(stream.name, name);
    return new PreparedRow({
      key,
      json: outOfTheHeap(toOneLine(selected)),
      nulled: [...new Set([...nulled, ...(before ?? [])])],
    });
  };
}

/** The same for rows whose bytes show that they would go out as they came. */
export function createRowSkimmer(options: Omit<RowPreparerOptions, 'warn'>): SkimRows {
  const { stream, properties, deselected } = options;
  if (deselected !== undefined && deselected.size > 0) return () => () => undefined;
  const wanted = keysAndCursor(stream);
  const declared = properties ?? stream.jsonSchema.properties;
  // Streams with columns never need it, and of those there may be a thousand.
  let skimPage: SkimPage | undefined;
  return (body) => {
    skimPage ??= compileSkim({ properties: declared, isOpen: properties === undefined, wanted });
    const skim = skimPage(body);
    return (from) => {
      const skimmed = skim(from);
      if (skimmed === undefined) return undefined;
      const { end, values, separators } = skimmed;
      checkKeys(stream, values);
      const key = keyOf(values, stream.primaryKey);
      return { item: new PreparedRow({ key, json: body.subarray(from, end), separators }), end };
    };
  };
}

/** From this length on it pays. */
const LONG_LENGTH = 8 * 1024;

/**
 * A long row waits as bytes, whose memory is given back once it is written: as text it would grow old in V8's heap, where
 * several times as much piles up before anybody looks for it.
 */
function outOfTheHeap(json: string): string | Buffer {
  if (json.length < LONG_LENGTH) return json;
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(json));
  bytes.write(json);
  return toOwn(bytes);
}

function keysAndCursor({ primaryKey, cursorField }: Stream): string[] {
  return cursorField === undefined ? [...primaryKey] : [...primaryKey, cursorField];
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

/** The row is good: rows that all had the key null would replace each other. */
function otherType(stream: string, path: string): ConnectorError {
  return new ConnectorError(
    'config_error',
    `The catalog declares "${path}" of ${stream} as another type than the rows have. Refresh the schema.`,
  );
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
  prepare: PrepareRow,
): AsyncGenerator<PreparedItem, void, undefined> {
  const preparePage = ({ rows }: Page): PreparedPage => ({
    type: 'page',
    rows: withoutRepeated(rows.map((row) => (row instanceof PreparedRow ? row : prepare(row)))),
  });
  for await (const item of items) {
    if (item.type === 'page') yield preparePage(item);
    else if (item.type === 'page-to-come') yield { ...item, load: async () => preparePage(await item.load()) };
    else yield item;
  }
}

function keyOf(row: Row, [first = '', ...others]: readonly string[]): unknown {
  return others.length === 0
    ? row[first]
    : others.reduce((key, property) => `${key} ${row[property]}`, `${row[first]}`);
}

function withoutRepeated(rows: readonly PreparedRow[]): readonly PreparedRow[] {
  if (new Set(rows.map(({ key }) => key)).size === rows.length) return rows;
  const before = new Map<unknown, string>();
  return rows.filter(({ key, json }) => {
    const isNew = before.get(key) !== json;
    before.set(key, json);
    return isNew;
  });
}
