import type * as z from 'zod';
import type { Query } from '../affinity/v2.ts';
import { type CollectionRequest, readCollection } from './collection.ts';
import { defineStream, type ReadContext, type ReadItem, type Stream, type StreamDefinition } from './stream.ts';
import { type TimeRule, type TimeSlice, timeFilter } from './time.ts';

const MINUTE_MS = 60_000;

/** How far a sync reaches back behind the last one, where each row read again costs something. */
export const OVERLAP_MS = 10 * MINUTE_MS;

/** The rule of most V2 collections. `updatedAt` is null until the first change. */
export const CREATED_AND_UPDATED: TimeRule = { created: 'createdAt', changed: 'updatedAt', overlapMs: OVERLAP_MS };

/** The rule of collections whose changes the API does not filter by. */
export const ONLY_CREATED: TimeRule = { created: 'createdAt', overlapMs: OVERLAP_MS };

type OwnParts = 'time' | 'partitions' | 'readPartition' | 'discoverSchema';

export interface TimeStreamDefinition<RowModel extends z.ZodObject> extends Omit<StreamDefinition<RowModel>, OwnParts> {
  readonly path: string;
  readonly query?: Query;
  readonly time: TimeRule;
  /** What to ask for, where that is more than the slice. */
  readonly filter?: (context: ReadContext, slice: TimeSlice | undefined) => string | undefined;
  /** Where rows do not go out as they come. */
  readonly read?: (context: ReadContext, request: CollectionRequest) => AsyncGenerator<ReadItem, void, undefined>;
}

/** A stream of one V2 collection that the API filters by time. */
export function defineTimeStream<RowModel extends z.ZodObject>(definition: TimeStreamDefinition<RowModel>): Stream {
  const { path, query, time, read = readCollection } = definition;
  const filter = definition.filter ?? ((_context, slice) => timeFilter(slice, time));
  return defineStream({
    ...definition,
    readPartition: (context, { slice, key }, cursor) =>
      read(context, { path, query: { ...query, filter: filter(context, slice) }, cursor, part: key }),
  });
}
