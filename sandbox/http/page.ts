import { type Cursor, encodeCursor } from './cursor.ts';
import type { CutRows, PageCache } from './page-cache.ts';
import type { V1Rows } from './route.ts';
import type { Position, Sequence } from './sequence.ts';

/** A page that was cut but not yet written out, so that faults can still bend it. */
export type Page = {
  key: string;
  /** The rows as a JSON array in bytes. */
  data: Buffer | null;
  pagination: { previous: string | null; next: string | null; totalCount: number | null };
  /** Text before the rows inside the top object, as `"type":"text",`. */
  extra: string;
  /** The same page under another URL or token. */
  again: () => string;
};

/** The question a page answers, and where it starts. */
export type PageContext = {
  origin: string;
  path: string;
  query: URLSearchParams;
  question: string;
  limit: number;
  cursor: Cursor | null;
  nowMs: number;
  epoch: number;
  version: string;
};

/** The rows of a page; one more is looked at, so that the last page has no `nextUrl`. */
function cutRows(sequence: Sequence, after: Position | null, limit: number): CutRows {
  const rows: string[] = [];
  let last: Position | null = after;
  let hasMore = false;
  for (const item of sequence.after(after)) {
    if (rows.length >= limit) {
      hasMore = true;
      break;
    }
    rows.push(item.text());
    last = item.position;
  }
  return { data: arrayOf(rows), isEmpty: rows.length === 0, last, hasMore };
}

function arrayOf(rows: readonly string[]): Buffer {
  return Buffer.from(`[${rows.join(',')}]`);
}

/** Cuts a page out of a sequence. Pages of rows that only change with the account are kept in the cache. */
export function cutPage(
  sequence: Sequence,
  context: PageContext,
  options: { hasTotal: boolean; isNullable: boolean; extra: string; cache: PageCache | null },
): Page {
  const { limit, cursor, path, question } = context;
  const after = cursor?.after ?? null;
  const cut = () => cutRows(sequence, after, limit);
  const key = `${context.version} ${path}?${question} ${limit} ${JSON.stringify(after)}`;
  const { data, isEmpty, last, hasMore } = options.cache?.get(key, cut) ?? cut();
  const previous =
    cursor === null
      ? null
      : cursor.hasPrevious
        ? urlOf(context, { after: cursor.previous, previous: null, hasPrevious: false })
        : null;
  // A limit of 0 asks for the count alone.
  const next = hasMore && limit > 0 ? urlOf(context, { after: last, previous: after, hasPrevious: true }) : null;
  return {
    key: 'data',
    data: isEmpty && options.isNullable ? null : data,
    pagination: { previous, next, totalCount: options.hasTotal ? sequence.count() : null },
    extra: options.extra,
    // Counted on from the cursor that was used: however often the same place comes again, each link to it is a new one.
    again: () =>
      urlOf(context, {
        after,
        previous: cursor?.previous ?? null,
        hasPrevious: cursor?.hasPrevious ?? false,
        nonce: (cursor?.nonce ?? 0) + 1,
      }),
  };
}

function urlOf(
  context: PageContext,
  place: { after: Position | null; previous: Position | null; hasPrevious: boolean; nonce?: number },
): string {
  const { origin, path, query, question, nowMs, epoch } = context;
  const params = new URLSearchParams(query);
  params.set('cursor', encodeCursor({ ...place, path, query: question, issuedMs: nowMs, epoch }));
  return `${origin}${path}?${params}`;
}

const nullData = Buffer.from('null');

/** Writes a V2 page. */
export function pageBody(page: Page): Buffer {
  const { previous, next, totalCount } = page.pagination;
  const total = totalCount === null ? '' : `,"totalCount":${totalCount}`;
  const pagination = `"pagination":{"prevUrl":${JSON.stringify(previous)},"nextUrl":${JSON.stringify(next)}${total}}`;
  return Buffer.concat([Buffer.from(`{${page.extra}"data":`), page.data ?? nullData, Buffer.from(`,${pagination}}`)]);
}

/** What a V1 token holds: the question and an offset, so rows can shift while data changes. */
type Token = { params: string; path: string; page_size: number; offset: number; nonce?: number };

export function encodeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** The token's content; undefined when it is not one. */
export function decodeToken(text: string): Token | undefined {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof token === 'object' && token !== null && 'offset' in token && 'params' in token && 'path' in token)
      return token as Token;
  } catch {
    // Not a token of ours.
  }
  return undefined;
}

/** Cuts a V1 page by offset. A full last page still carries a token, which leads to an empty page. */
export function cutV1Page(
  key: string,
  rows: V1Rows,
  place: { path: string; params: string; size: number; offset: number; nonce: number },
): Page {
  const { path, params, size, offset } = place;
  const texts: string[] = [];
  for (let index = offset; index < Math.min(rows.count, offset + size); index += 1) texts.push(rows.textAt(index));
  const token = (next: number, nonce?: number) =>
    encodeToken({ params, path, page_size: size, offset: next, ...(nonce === undefined ? {} : { nonce }) });
  return {
    key,
    data: arrayOf(texts),
    pagination: { previous: null, next: texts.length === size ? token(offset + size) : null, totalCount: null },
    extra: '',
    again: () => token(offset, place.nonce + 1),
  };
}

/** Writes a V1 page. */
export function v1PageBody(page: Page): Buffer {
  const next = `,"next_page_token":${JSON.stringify(page.pagination.next)}}`;
  return Buffer.concat([Buffer.from(`{${JSON.stringify(page.key)}:`), page.data ?? nullData, Buffer.from(next)]);
}
