import { readAgainIfStale } from '../affinity/restarts.ts';
import { type ListPartitions, type Partition, type ReadContext, type Stream, WHOLE } from '../streams/stream.ts';
import type { TimeSlice } from '../streams/time.ts';
import { emptyState, NO_PARENTS, type StreamState } from './stream-state.ts';
import { planTime, sliceKey } from './windows.ts';

export interface StreamPlan {
  /** Where the sync starts from: the saved state, without what no longer matters. */
  readonly state: StreamState;
  /** In the order in which they are to be begun. */
  readonly partitions: readonly Partition[];
  /** Of a stream whose partitions are parents: the time they have to cover together. */
  readonly need?: TimeSlice | undefined;
}

export interface StreamPlanOptions {
  readonly stream: Stream;
  readonly saved: StreamState;
  readonly context: ReadContext;
  /** The start of this sync by the server's clock, a whole second. */
  readonly nowMs: number;
}

/** Decides what a sync of one stream has to read, given what earlier ones did. */
export async function planStream({ stream, saved, context, nowMs }: StreamPlanOptions): Promise<StreamPlan> {
  const state = saved.complete === undefined ? saved : emptyState(saved.mode);
  const { time, partitions: listParents } = stream;
  if (time === undefined) {
    if (listParents === undefined) return { state, partitions: [WHOLE] };
    return { state, partitions: withoutFinished(await listAll(listParents, context, undefined), state, 0) };
  }
  const startMs = context.config.startDateMs ?? null;
  // Parents are listed once for all the time there is to read, so that it must not be cut.
  const rule = listParents === undefined ? time : { ...time, isScan: true };
  const { begun, partitions } = planTime({ state, rule, startMs, nowMs });
  if (listParents === undefined) return { state: { ...state, begun }, partitions };
  const need = partitions[0]?.slice;
  if (need === undefined) return { state, partitions: [] };
  // A low-water mark says nothing of parents that were not asked for when it was made, nor a cursor of rows before it.
  const isSameNeed = state.finished.need === sliceKey(need);
  const planned = isSameNeed ? state : { ...state, finished: NO_PARENTS, begun: new Map() };
  return {
    state: planned,
    partitions: withoutFinished(await listAll(listParents, context, need), planned, time.overlapMs),
    need,
  };
}

/** Parents are listed from their first page, so that a cursor refused on the way is none that was saved. */
async function listAll(
  listParents: ListPartitions,
  context: ReadContext,
  need: TimeSlice | undefined,
): Promise<readonly Partition[]> {
  const what = 'the list of its parts';
  return await readAgainIfStale(() => listParents(context, need), { what, warn: context.warn });
}

/** Leaves out what an interrupted sync finished, unless it has changed since that sync began. */
function withoutFinished(parents: readonly Partition[], { finished }: StreamState, overlapMs: number): Partition[] {
  const { upTo, sinceMs } = finished;
  const beyond = new Set(finished.beyond);
  const isFinished = (parentId: number): boolean => (upTo !== null && parentId <= upTo) || beyond.has(parentId);
  return parents.filter(({ parentId, changedMs }) => {
    if (parentId === undefined || !isFinished(parentId)) return true;
    return changedMs !== undefined && sinceMs !== null && changedMs >= sinceMs - overlapMs;
  });
}
