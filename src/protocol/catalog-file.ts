import { isObject } from '../affinity/answers.ts';
import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { cutRows, endOfNested } from '../json/cut-rows.ts';
import { parseJson } from '../json/parse.ts';

/** A catalog as it came, in the words of either protocol. */
export interface CatalogFile {
  /** What `read` makes of each of its streams, in their order; undefined where it has no list of them. */
  mapStreams<Stream>(read: (json: unknown, index: number) => Stream): Stream[] | undefined;
  /** All of it, to tell what it is instead. */
  json(): unknown;
}

/** A catalog that is there as objects. */
export function parsedCatalog(json: unknown): CatalogFile {
  const streams = isObject(json) ? json['streams'] : undefined;
  return {
    mapStreams: (read) => (Array.isArray(streams) ? streams.map((stream, index) => read(stream, index)) : undefined),
    json: () => json,
  };
}

/**
 * A catalog of which one stream after the other is parsed: as objects, a thousand with columns of their own take several
 * times the memory of their text. `parse` is for what cannot be cut into its streams, and says what is wrong with it.
 */
export function catalogOfBytes(body: Buffer, parse: () => unknown): CatalogFile {
  return {
    mapStreams(read) {
      const streams: ReturnType<typeof read>[] = [];
      const rest = cutRows(body, { key: 'streams' }, (from) => {
        const { end } = endOfNested(body, from);
        const stream = parseJson(body.toString('utf8', from, end));
        if (stream === undefined) return undefined;
        streams.push(read(stream, streams.length));
        return end;
      });
      // Of a property that comes twice the last one counts, which is not the one that was cut.
      const { streams: left } = (parseJson(rest ?? '') ?? {}) as { readonly streams?: unknown };
      const isCut = Array.isArray(left) && left.length === 0;
      return isCut ? streams : parsedCatalog(parse()).mapStreams(read);
    },
    json: parse,
  };
}

/** A declaration as it came. Explicit nulls count as absent; what is no object (draft-07 knows `true`) declares nothing. */
export function toNode(value: unknown): JsonSchemaNode {
  if (!isObject(value)) return {};
  const keywords = Object.entries(value).filter(([, keyword]) => keyword !== null);
  return Object.fromEntries(
    keywords.map(([keyword, content]) => {
      if (keyword === 'items') return [keyword, toNode(content)];
      return [keyword, keyword === 'properties' ? toNodes(content) : content];
    }),
  );
}

function toNodes(properties: unknown): Record<string, JsonSchemaNode> {
  return Object.fromEntries(Object.entries(properties ?? {}).map(([name, node]) => [name, toNode(node)]));
}

/**
 * Gives for equal JSON the same value, whose parts are shared as well; what it is given is its own to change. A thousand
 * lists have most of their columns in common, and a catalog declares each of them for each list.
 */
export function createSharing(): <Value>(value: Value) => Value {
  const known = new Map<string, unknown>();
  return function share<Value>(value: Value): Value {
    const json = JSON.stringify(value);
    const first = known.get(json) as Value | undefined;
    if (first !== undefined) return first;
    if (typeof value === 'object' && value !== null) for (const part in value) value[part] = share(value[part]);
    known.set(json, value);
    return value;
  };
}
