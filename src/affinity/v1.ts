import { ConnectorError } from '../errors.ts';
import { v1Page } from './answers.ts';
import { type Asked, staleCursorOr } from './errors.ts';
import { type RowReader, rowByRow } from './page-reader.ts';
import { watchPages } from './page-watch.ts';
import { buildUrl, type Get, type Query } from './v2.ts';

/** The most rows a page of the legacy API may have. */
export const V1_PAGE_SIZE = 500;

export interface V1Page<Item> {
  readonly rows: Item[];
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
  /**
   * Every page of a collection whose rows are under `key`; a bare array is one page. Rows are given to the reader, and
   * repeated pages and errors are, as for V2.
   */
  readPages<Item>(
    reader: RowReader<Item>,
    path: string,
    key: string,
    cursor?: string,
  ): AsyncGenerator<V1Page<Item>, void, undefined>;
}

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
    async *readPages(rowReader, path, key, cursor) {
      const reader = rowByRow(rowReader, v1Page(key));
      let token = cursor;
      const visited = new Set<string>();
      const isRepeated = watchPages(asked.what);
      for (;;) {
        const isContinuation = token !== undefined;
        const url = buildUrl(baseUrl, path, { page_size: V1_PAGE_SIZE, page_token: token });
        const body = await get(url, headers, reader.parse).catch((error: unknown) => {
          throw isContinuation ? staleCursorOr(error) : error;
        });
        const { items, fingerprint, next: nextToken } = reader.read(body, asked.what);
        const fresh = isRepeated(items.length, fingerprint) ? [] : items;
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
