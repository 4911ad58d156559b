import type { Query } from '../affinity/v2.ts';
import { checkpoint, page, type ReadContext, type ReadItem, type Row } from './stream.ts';

export interface CollectionRequest {
  readonly path: string;
  readonly query?: Query;
  /** The `next` of an earlier page, to go on from. */
  readonly cursor?: string | undefined;
  /** Adds what the rows lack, such as the parent's id. */
  readonly toRow?: (row: Row) => Row;
}

/** Reads a V2 collection page by page, with a checkpoint after each page but the last. */
export async function* readCollection(
  { affinity }: Pick<ReadContext, 'affinity'>,
  { path, query, cursor, toRow }: CollectionRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  for await (const { rows, next } of affinity.v2.pages(path, query, cursor)) {
    yield page(toRow === undefined ? rows : rows.map(toRow));
    if (next !== null) yield checkpoint(next);
  }
}
