import type { ReadRow } from '../affinity/page-reader.ts';
import type { Query } from '../affinity/v2.ts';
import type { PreparedRow } from './prepared-row.ts';
import { checkpoint, page, type ReadContext, type ReadItem, type Row } from './stream.ts';

export interface CollectionRequest {
  readonly path: string;
  readonly query?: Query;
  /** The `next` of an earlier page, to go on from. */
  readonly cursor?: string | undefined;
  /** Adds what the rows lack, such as the parent's id. */
  readonly toRow?: (row: Row) => Row;
  /** Chooses among the rows, where the API cannot. */
  readonly isWanted?: (row: Row) => boolean;
  /** Told every row as it comes, some of them twice. */
  readonly onRow?: (row: Row) => void;
  /** The part of the stream that this is, in words for the user. */
  readonly part?: string;
}

/** Reads a V2 collection page by page, with a checkpoint after each page but the last. */
export async function* readCollection(
  { affinity, prepare, skim }: Pick<ReadContext, 'affinity' | 'prepare' | 'skim'>,
  { path, query, cursor, toRow, isWanted, onRow }: CollectionRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  const read: ReadRow<PreparedRow | undefined> = (row, bytes) => {
    onRow?.(row);
    if (isWanted?.(row) === false) return undefined;
    return toRow === undefined ? prepare(row, { bytes }) : prepare(toRow(row));
  };
  const isPlain = toRow === undefined && isWanted === undefined && onRow === undefined;
  const reader = isPlain ? { read, skim } : { read };
  for await (const { rows, next } of affinity.v2.readPages(reader, path, query, cursor)) {
    yield page(rows.filter((row) => row !== undefined));
    if (next !== null) yield checkpoint(next);
  }
}

export interface LegacyCollectionRequest {
  readonly path: string;
  /** The property of the answer that holds the rows. */
  readonly key: string;
  readonly cursor: string | undefined;
  /** Makes of a row what goes out: itself, another one, or nothing. */
  readonly toRow: (row: Row) => Row | undefined;
  /**
   * Looks a second time for what the first time did not show: pages are cut by offsets, so that a row moves to a page that
   * has been read when one before it is deleted. For streams whose key is `id`, and rows that no later sync would bring.
   */
  readonly isReadAgain?: boolean;
}

/** Reads a V1 collection page by page, with checkpoints from which no row is skipped. */
export async function* readLegacyCollection(
  { affinity, prepare }: Pick<ReadContext, 'affinity' | 'prepare'>,
  { path, key, cursor, toRow, isReadAgain = false }: LegacyCollectionRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  const read: ReadRow<PreparedRow | undefined> = (row, bytes) => {
    const made = toRow(row);
    return made === undefined ? undefined : prepare(made, made === row ? { bytes } : {});
  };
  const shown = new Set<unknown>();
  let isOnePage = cursor === undefined;
  for await (const { rows, hasNext, token } of affinity.v1.readPages({ read }, path, key, cursor)) {
    const made = rows.filter((row) => row !== undefined);
    if (isReadAgain) for (const row of made) shown.add(row.key);
    yield page(made);
    // The token of the page just read, not of the next: rows move up when others are deleted.
    if (hasNext && token !== undefined) yield checkpoint(token);
    if (hasNext) isOnePage = false;
  }
  if (!isReadAgain || isOnePage) return;
  const readNew: typeof read = (row, bytes) => (shown.has(row['id']) ? undefined : read(row, bytes));
  for await (const { rows } of affinity.v1.readPages({ read: readNew }, path, key)) {
    yield page(rows.filter((row) => row !== undefined));
  }
}
