import { ConnectorError } from '../errors.ts';
import type { JsonBody } from '../http/json-body.ts';
import { type ApiObject, brokenPage, isObject, readItems, readRows } from './answers.ts';
import { type Asked, StaleCursorError, staleCursorOr } from './errors.ts';
import { type PageReader, type RowReader, rowByRow, wholePage } from './page-reader.ts';
import { watchPages } from './page-watch.ts';
import { readAgainIfStale } from './restarts.ts';

/** The API version that streams, models and fixtures are made for; without the header each key has a version of its own. */
export const API_VERSION = '2026-09-17';

/** The most rows a page may have; the default is 20 on some endpoints, so it is always sent. */
export const PAGE_LIMIT = 100;

/**
 * Sends one GET and resolves to the body of a success as `parse` reads it, JSON without one; throws an ApiError for any
 * other final answer. A body that `parse` finds unreadable (undefined) is asked for again.
 */
export type Get = (
  url: string,
  headers: Record<string, string>,
  parse?: (answer: JsonBody) => unknown,
) => Promise<unknown>;

export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;

export interface Page<Item = ApiObject> {
  readonly rows: Item[];
  /** The URL to go on from after this page, or null after the last one. */
  readonly next: string | null;
}

export interface V2 {
  /** One object. */
  get(path: string, query?: Query): Promise<ApiObject>;
  /**
   * Every page of a collection, in the API's order, from its start or from `cursor` (the `next` of a page read before).
   * An empty page with a `next` does not end it; a page that is sent twice in a row comes empty the second time. Throws StaleCursorError when the API no longer takes a cursor, and a
   * `system_error` for a broken page, a `next` that repeats, or one that leads to another host.
   */
  pages(path: string, query?: Query, cursor?: string): AsyncGenerator<Page, void, undefined>;
  /**
   * The same for rows too many to keep as objects: each is given to the reader by itself, again if its page has to be
   * asked for again. Errors of the reader reject.
   */
  readPages<Item>(
    reader: RowReader<Item>,
    path: string,
    query?: Query,
    cursor?: string,
  ): AsyncGenerator<Page<Item>, void, undefined>;
  /** All rows of a small collection, which is listed again from its start when the API refuses a cursor on the way. */
  all(path: string, query?: Query): Promise<ApiObject[]>;
  /**
   * All values of one field of one row: objects or scalars. A cursor that is refused on the way is none of the caller's:
   * they are asked for from their first page once more, and then it is an ApiError. `total` is how many there are, where
   * that is known: values have no key by which one that comes again could be told from an equal one.
   */
  values(path: string, total?: number): Promise<unknown[]>;
}

interface WalkedPage<Item> extends Page<Item> {
  /** Whether the rows are those of the page before once more. */
  readonly isRepeated: boolean;
}

/** What every V2 request carries. */
export function v2Headers(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}`, 'x-affinity-api-version': API_VERSION, accept: 'application/json' };
}

export interface V2Options {
  readonly get: Get;
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly asked: Asked;
  readonly warn?: ((message: string) => void) | undefined;
}

export function createV2(options: V2Options): V2 {
  const { get, baseUrl, asked, warn } = options;
  const headers = v2Headers(options.apiKey);

  function pages(path: string, query: Query = {}, cursor?: string): AsyncGenerator<Page, void, undefined> {
    return withoutRepeated(walk(path, query, cursor, wholePage(readRows)));
  }

  async function* walk<Item>(
    path: string,
    query: Query,
    cursor: string | undefined,
    reader: PageReader<Item>,
  ): AsyncGenerator<WalkedPage<Item>, void, undefined> {
    let url = cursor ?? buildUrl(baseUrl, path, { limit: PAGE_LIMIT, ...query });
    if (cursor !== undefined && URL.parse(cursor)?.origin !== new URL(baseUrl).origin)
      throw new StaleCursorError(undefined);
    let isContinuation = cursor !== undefined;
    const visited = new Set([url]);
    const watch = watchPages(asked.what);
    for (;;) {
      const body = await get(url, headers, reader.parse).catch((error: unknown) => {
        throw isContinuation ? staleCursorOr(error) : error;
      });
      const { items, fingerprint, next: nextUrl } = reader.read(body, asked.what);
      const isRepeated = watch(items.length, fingerprint);
      const next = nextUrl === null ? null : checkNext(nextUrl, url, baseUrl, visited, asked.what);
      yield { rows: items, next, isRepeated };
      if (next === null) return;
      visited.add(next);
      url = next;
      isContinuation = true;
    }
  }

  return {
    async get(path, query = {}) {
      const body = await get(buildUrl(baseUrl, path, query), headers);
      if (!isObject(body)) throw brokenPage(asked.what, 'the body', 'an object');
      return body;
    },
    pages,
    readPages: (reader, path, query = {}, cursor) => withoutRepeated(walk(path, query, cursor, rowByRow(reader))),
    async all(path, query) {
      const list = async (): Promise<ApiObject[]> => {
        const rows: ApiObject[] = [];
        for await (const page of pages(path, query)) rows.push(...page.rows);
        return rows;
      };
      return await readAgainIfStale(list, { what: `the list of ${asked.what}`, warn });
    },
    async values(path, total) {
      const read = async (): Promise<unknown[]> =>
        joinValues(await Array.fromAsync(walk(path, {}, undefined, wholePage(readItems))), total);
      return await read()
        .catch((error: unknown) => {
          if (error instanceof StaleCursorError) return read();
          throw error;
        })
        .catch((error: unknown) => {
          throw error instanceof StaleCursorError ? error.cause : error;
        });
    },
  };
}

async function* withoutRepeated<Item>(
  walked: AsyncGenerator<WalkedPage<Item>, void, undefined>,
): AsyncGenerator<Page<Item>, void, undefined> {
  for await (const { rows, next, isRepeated } of walked) yield { rows: isRepeated ? [] : rows, next };
}

/** A hundred equal numbers may well follow a hundred equal numbers: such a page was sent twice if there are too many. */
function joinValues(pages: readonly WalkedPage<unknown>[], total = 0): unknown[] {
  let surplus = pages.reduce((sum, { rows }) => sum + rows.length, -total);
  return pages.flatMap(({ rows, isRepeated }) => {
    if (!isRepeated || surplus <= 0) return rows;
    surplus -= rows.length;
    return [];
  });
}

/** Array parameters repeat their key; a comma-joined value is not understood. */
export function buildUrl(baseUrl: string, path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) parameters.append(key, String(item));
  }
  // A plus stands for a space in forms only; not every server takes it for one in a URL.
  const text = parameters.toString().replaceAll('+', '%20');
  return text === '' ? `${baseUrl}${path}` : `${baseUrl}${path}?${text}`;
}

/** Follows the API's own link, after making sure that the key does not travel to another host and that paging ends. */
function checkNext(nextUrl: string, url: string, baseUrl: string, visited: ReadonlySet<string>, what: string): string {
  const next = URL.parse(nextUrl, url);
  if (next === null) throw brokenPage(what, 'pagination.nextUrl', 'a URL');
  if (next.origin !== new URL(baseUrl).origin || next.username !== '' || next.password !== '') {
    throw new ConnectorError(
      'system_error',
      `Affinity's answer for ${what} continues on another host (${next.host}); it is not followed, since the API key would travel there.`,
    );
  }
  if (visited.has(next.href) || visited.has(nextUrl)) {
    throw new ConnectorError(
      'system_error',
      `Affinity's pages for ${what} lead in a circle: a next page has been read before.`,
    );
  }
  return nextUrl === next.href ? nextUrl : next.href;
}
