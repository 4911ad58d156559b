import { type ApiObject, brokenPage } from '../affinity/answers.ts';
import { ApiError } from '../affinity/errors.ts';
import type { RowReader } from '../affinity/page-reader.ts';
import { readAgainIfStale } from '../affinity/restarts.ts';
import type { V2 } from '../affinity/v2.ts';
import type { Draft, Drafting } from './completion.ts';
import { PreparedRow } from './prepared-row.ts';
import { checkpoint, type Page, type ReadContext, type ReadItem } from './stream.ts';

/**
 * Cursors of this way of reading begin like this. They lead through rows without fields, so that reading on from one in
 * the other way would bring rows without a single field, and no error.
 */
const CURSOR_PREFIX = 'ids ';

export interface IdsFirstRequest {
  readonly path: string;
  /** What asks for the fields. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly cursor: string | undefined;
  /** Reads the rows with their fields. Ids are listed while it is made. */
  readonly drafting: Promise<Drafting>;
}

/**
 * Whether a collection is read ids first: as it was begun, or, at its start, where calls cost nothing of a month. Pages
 * with fields take about a second and their cursors form one chain; ids come several times as fast, and with them the
 * fields can be asked for side by side. That takes two calls for 100 rows in place of one.
 */
export function isReadIdsFirst({ hasMonthlyQuota }: ReadContext, cursor: string | undefined): boolean {
  return cursor === undefined ? !hasMonthlyQuota : cursor.startsWith(CURSOR_PREFIX);
}

/** Reads a collection whose rows can be asked for by `ids=`: first a page without fields, then the same rows with them. */
export async function* readIdsFirst(
  { affinity, warn }: Pick<ReadContext, 'affinity' | 'warn'>,
  { path, query, cursor, drafting }: IdsFirstRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  // Listing the ids may fail first.
  drafting.catch(() => {});
  const load = async (ids: readonly number[]): Promise<Page> => {
    const made = await drafting;
    // Pages of these rows have cursors of their own, which are none of the list's.
    const drafts = await readAgainIfStale(() => rowsById(affinity.v2, { path, query, ids, drafting: made }), {
      what: 'the list of rows by their ids',
      warn,
    });
    return await made.toPage(drafts);
  };
  for await (const { rows, next } of affinity.v2.pages(path, {}, cursor?.slice(CURSOR_PREFIX.length))) {
    const ids = rows.map((row) => idOf(path, row));
    if (ids.length > 0) yield { type: 'page-to-come', load: () => load(ids) };
    if (next !== null) yield checkpoint(`${CURSOR_PREFIX}${next}`);
  }
}

interface RowsRequest extends Pick<IdsFirstRequest, 'path' | 'query'> {
  readonly ids: readonly number[];
  readonly drafting: Drafting;
}

/**
 * The rows with these ids, in this order, without those that were deleted since they were listed. How many ids the API
 * takes at once is not documented: what is missing is asked for again until nothing more comes, and a request that is
 * refused is asked in halves.
 */
async function rowsById(v2: V2, request: RowsRequest): Promise<Draft[]> {
  const { path, query, ids, drafting } = request;
  const found = new Map<number, Draft>();
  const reader: RowReader<[number, Draft]> = {
    read: (row, bytes) => [idOf(path, row), drafting.read(row, bytes)],
    skim(body) {
      const skim = drafting.skim?.(body);
      return (from) => {
        const skimmed = skim?.(from);
        if (!(skimmed?.item instanceof PreparedRow)) return undefined;
        return { item: [skimmed.item.key as number, skimmed.item], end: skimmed.end };
      };
    },
  };
  try {
    for (let missing = ids; missing.length > 0; ) {
      for await (const { rows } of v2.readPages(reader, path, { ...query, ids: missing })) {
        for (const [id, draft] of rows) found.set(id, draft);
        if (missing.every((id) => found.has(id))) break;
      }
      const left = missing.filter((id) => !found.has(id));
      if (left.length === missing.length) break;
      missing = left;
    }
  } catch (error) {
    if (!isTooLong(error) || ids.length === 1) throw error;
    const middle = Math.ceil(ids.length / 2);
    const first = await rowsById(v2, { ...request, ids: ids.slice(0, middle) });
    return [...first, ...(await rowsById(v2, { ...request, ids: ids.slice(middle) }))];
  }
  return ids.map((id) => found.get(id)).filter((draft) => draft !== undefined);
}

/** Bad request, content too large, URI too long, header fields too large. */
const TOO_LONG_STATUSES: ReadonlySet<number> = new Set([400, 413, 414, 431]);

function isTooLong(error: unknown): boolean {
  return error instanceof ApiError && !error.stopsSync && TOO_LONG_STATUSES.has(error.status);
}

function idOf(path: string, { id }: ApiObject): number {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw brokenPage(path, 'data[].id', 'a whole number');
  return id;
}
