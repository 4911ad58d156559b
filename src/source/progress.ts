import type { Partition } from '../streams/stream.ts';
import type { TimeRule, TimeSlice } from '../streams/time.ts';
import { type BegunPartition, emptyState, NO_PARENTS, type StreamState } from './stream-state.ts';
import { coverSlice, sliceKey } from './windows.ts';

interface ActivePartition {
  readonly partition: Partition;
  readonly readAtMs: number;
  readonly rereadFromMs: number | undefined;
}

export interface StreamProgressOptions {
  readonly state: StreamState;
  readonly rule: TimeRule | undefined;
  /** The start of this sync by the server's clock. */
  readonly nowMs: number;
  /** The time that all partitions together cover, where they are parents. */
  readonly need?: TimeSlice | undefined;
}

/**
 * Composes the state of one stream from what its partitions report, in the order in which it was written out. This is
 * the only place where state is made.
 */
export class StreamProgress {
  #state: StreamState;
  #hasMoved = false;
  readonly #rule: TimeRule | undefined;
  readonly #nowMs: number;
  readonly #need: TimeSlice | undefined;
  readonly #active = new Map<string, ActivePartition>();

  constructor({ state, rule, nowMs, need }: StreamProgressOptions) {
    this.#state = state;
    this.#rule = rule;
    this.#nowMs = nowMs;
    this.#need = need;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Whether anything was checkpointed or finished since the sync began. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  begin(partition: Partition): void {
    const begun = this.#state.begun.get(partition.key);
    const readAtMs = begun?.readAtMs ?? this.#nowMs;
    this.#active.set(partition.key, { partition, readAtMs, rereadFromMs: begun?.rereadFromMs });
    if (partition.parentId === undefined) return;
    const { finished } = this.#state;
    const need = this.#need === undefined ? null : sliceKey(this.#need);
    this.#state = {
      ...this.#state,
      finished: { ...finished, need, sinceMs: Math.min(finished.sinceMs ?? readAtMs, readAtMs) },
    };
  }

  /** The partition starts over, now. */
  restart({ key }: Partition): void {
    const active = this.#active.get(key);
    if (active !== undefined) this.#active.set(key, { ...active, readAtMs: this.#nowMs, rereadFromMs: undefined });
    this.#state = { ...this.#state, begun: without(this.#state.begun, key) };
  }

  checkpoint({ key, slice }: Partition, cursor: string): void {
    const { readAtMs = this.#nowMs, rereadFromMs } = this.#active.get(key) ?? {};
    this.#hasMoved = true;
    const begun: BegunPartition = {
      cursor,
      readAtMs,
      ...(slice === undefined ? {} : { slice }),
      ...(rereadFromMs === undefined ? {} : { rereadFromMs }),
    };
    this.#state = { ...this.#state, begun: new Map([...this.#state.begun, [key, begun]]) };
  }

  rereadFrom({ key }: Partition, timeMs: number): void {
    const active = this.#active.get(key);
    if (active === undefined) return;
    this.#active.set(key, { ...active, rereadFromMs: Math.min(active.rereadFromMs ?? timeMs, timeMs) });
  }

  finish(partition: Partition): void {
    const { key, slice, parentId } = partition;
    const active = this.#active.get(key);
    this.#active.delete(key);
    this.#hasMoved = true;
    // A stream that is read whole is complete in a moment; until then a state without its cursor would start it over.
    if (parentId === undefined && slice === undefined) return;
    this.#state = { ...this.#state, begun: without(this.#state.begun, key) };
    if (parentId !== undefined) this.#finishParent(parentId);
    else if (slice !== undefined && this.#rule !== undefined) {
      const readAtMs = active?.readAtMs ?? this.#nowMs;
      this.#state = {
        ...this.#state,
        ...coverSlice(this.#state, { slice, readAtMs }, this.#rule, active?.rereadFromMs),
      };
    }
  }

  /** Parents are begun in ascending order, so all below the lowest unfinished one are done. */
  #finishParent(parentId: number): void {
    const unfinished = [...this.#active.values()].flatMap(({ partition }) => partition.parentId ?? []);
    const lowest = Math.min(Number.POSITIVE_INFINITY, ...unfinished);
    const done = [...this.#state.finished.beyond, parentId].sort((a, b) => a - b);
    const below = done.filter((id) => id < lowest).at(-1);
    const before = this.#state.finished.upTo;
    // A parent that is read again, since it has changed, may lie far below.
    const upTo = below === undefined || before === null ? (below ?? before) : Math.max(below, before);
    const beyond = done.filter((id) => upTo === null || id > upTo);
    this.#state = { ...this.#state, finished: { ...this.#state.finished, upTo, beyond } };
  }

  /** A full refresh leaves a mark that makes the next one start over; an incremental stream keeps what it covered. */
  complete(jobId: string | null): void {
    if (this.#state.mode === 'full_refresh') {
      this.#state = { ...emptyState('full_refresh'), complete: { jobId } };
      return;
    }
    // A parent that was done before a crash is as old as the sync that read it.
    const readAtMs = this.#state.finished.sinceMs ?? this.#nowMs;
    const coverage =
      this.#need === undefined || this.#rule === undefined
        ? {}
        : coverSlice(this.#state, { slice: this.#need, readAtMs }, this.#rule);
    this.#state = { ...this.#state, ...coverage, begun: new Map(), finished: NO_PARENTS };
  }
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return map.has(key) ? new Map([...map].filter(([each]) => each !== key)) : map;
}
