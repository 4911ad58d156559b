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
    return { state, partitions: withoutFinished(await listAll(listParents, context), state, 0) };
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
  const { sinceMs } = planned.finished;
  const changedSinceMs = sinceMs === null ? undefined : sinceMs - time.overlapMs;
  const parents = await listAll(listParents, context, need, changedSinceMs);
  return {
    state: { ...planned, begun: withoutChanged(planned.begun, parents, time.overlapMs) },
    partitions: withoutFinished(parents, planned, time.overlapMs),
    need,
  };
}

/** Parents are listed from their first page, so that a cursor refused on the way is none that was saved. */
async function listAll(
  listParents: ListPartitions,
  context: ReadContext,
  need?: TimeSlice,
  changedSinceMs?: number,
): Promise<readonly Partition[]> {
  const what = 'the list of its parts';
  return await readAgainIfStale(() => listParents(context, need, changedSinceMs), { what, warn: context.warn });
}

/** A parent that has changed since it was begun starts over: the change may be on a page before its cursor. */
function withoutChanged(
  begun: StreamState['begun'],
  parents: readonly Partition[],
  overlapMs: number,
): StreamState['begun'] {
  const never = Number.NEGATIVE_INFINITY;
  const changes = new Map(parents.map(({ key, changedMs }) => [key, changedMs ?? never]));
  return new Map([...begun].filter(([key, { readAtMs }]) => (changes.get(key) ?? never) < readAtMs - overlapMs));
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
