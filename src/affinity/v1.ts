import { ConnectorError } from '../errors.ts';
import { type ApiObject, brokenPage, fingerprint, isObject, readRows } from './answers.ts';
import { ApiError, type Asked, StaleCursorError } from './errors.ts';
import { watchPages } from './page-watch.ts';
import { buildUrl, type Get, type Query } from './v2.ts';

/** The most rows a page of the legacy API may have. */
export const V1_PAGE_SIZE = 500;

export interface V1Page {
  readonly rows: ApiObject[];
  /** True when a further page follows. */
  readonly hasNext: boolean;
  /**
   * The token with which this very page was asked for, undefined on the first. Tokens hold an offset, and rows
   * move up when others are deleted: going on from here reads one page again instead of skipping rows.
   */
  readonly token: string | undefined;
}

export interface V1 {
  /** One object or bare array, unchecked. */
  get(path: string, query?: Query): Promise<unknown>;
  /** Every page of a collection whose rows are under `key`; a bare array is one page. Repeated pages and errors as for V2. */
  pages(path: string, key: string, cursor?: string): AsyncGenerator<V1Page, void, undefined>;
}

const STALE_STATUSES: ReadonlySet<number> = new Set([400, 404, 410, 422]);

/** What every V1 request carries. */
export function v1Headers(apiKey: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`:${apiKey}`).toString('base64')}`, accept: 'application/json' };
}

/** The legacy API: same host, HTTP Basic with an empty user, `page_token` paging. */
export function createV1(options: { get: Get; apiKey: string; baseUrl: string; asked: Asked }): V1 {
  const { get, baseUrl, asked } = options;
  const headers = v1Headers(options.apiKey);

  return {
    get: (path, query = {}) => get(buildUrl(baseUrl, path, query), headers),
    async *pages(path, key, cursor) {
      let token = cursor;
      const visited = new Set<string>();
      const isRepeated = watchPages(asked.what);
      for (;;) {
        const isContinuation = token !== undefined;
        const body = await get(buildUrl(baseUrl, path, { page_size: V1_PAGE_SIZE, page_token: token }), headers).catch(
          (error: unknown) => {
            const isStale = isContinuation && error instanceof ApiError && STALE_STATUSES.has(error.status);
            throw isStale ? new StaleCursorError(error) : error;
          },
        );
        const { rows, nextToken } = readV1Page(body, key, asked.what);
        const fresh = isRepeated(rows.length, fingerprint(rows)) ? [] : rows;
        yield { rows: fresh, hasNext: nextToken !== null, token };
        if (nextToken === null) return;
        if (token !== undefined) visited.add(token);
        if (visited.has(nextToken)) {
          throw new ConnectorError(
            'system_error',
            `Affinity's pages for ${asked.what} lead in a circle: a page token has come before.`,
          );
        }
        token = nextToken;
      }
    },
  };
}

/** Documented as a bare array, recorded as an object with a token: both are read. */
function readV1Page(body: unknown, key: string, what: string): { rows: ApiObject[]; nextToken: string | null } {
  if (Array.isArray(body)) return { rows: readRows(body, what, 'the body'), nextToken: null };
  if (!isObject(body)) throw brokenPage(what, 'the body', 'an object');
  const nextToken = body['next_page_token'] ?? null;
  if (nextToken !== null && typeof nextToken !== 'string') throw brokenPage(what, 'next_page_token', 'text or null');
  return { rows: readRows(body[key], what, key), nextToken: nextToken === '' ? null : nextToken };
}
