import { StreamProgress } from '../../src/source/progress.ts';
import { emptyState, parseState, type StreamState, serialiseState } from '../../src/source/stream-state.ts';
import { planTime } from '../../src/source/windows.ts';
import type { Partition } from '../../src/streams/stream.ts';
import { isInSlice, type TimeRule } from '../../src/streams/time.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const DAY_MS = 24 * 60 * MINUTE_MS;
/** When the model's syncs begin. Rows go back six years before it. */
export const ORIGIN_MS = Date.UTC(2026, 0, 1);

/** A row that changes now and then. Each version is seen by readers only some time after it was made. */
export interface ModelRow {
  readonly id: number;
  /** The first is the creation. `isSilent`: no property tells of the change. */
  readonly versions: { readonly atMs: number; readonly visibleMs: number; readonly isSilent: boolean }[];
}

interface Seen {
  readonly row: ModelRow;
  readonly version: number;
  readonly created: string;
  readonly changed: string | null;
}

/** A small generator of chance (mulberry32): numbers from 0 up to, not including, 1. */
export function createChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An API whose rows are filtered by slices and paged by id, and whose time passes while it is read. */
export class ModelApi {
  nowMs = ORIGIN_MS;
  readonly rows: ModelRow[] = [];
  readonly rule: TimeRule;
  readonly chance: () => number;

  constructor(rule: TimeRule, chance: () => number) {
    this.rule = rule;
    this.chance = chance;
  }

  upTo(limit: number): number {
    return Math.floor(this.chance() * limit);
  }

  add(atMs = this.nowMs): void {
    this.rows.push({ id: this.rows.length + 1, versions: [this.#version(atMs, false)] });
  }

  update(isSilent: boolean): void {
    const row = this.rows[this.upTo(this.rows.length)];
    const last = row?.versions.at(-1);
    // A version is never seen before the one it replaces.
    if (last !== undefined && last.visibleMs <= this.nowMs) row?.versions.push(this.#version(this.nowMs, isSilent));
  }

  #version(atMs: number, isSilent: boolean) {
    const lagMs = this.chance() < 0.3 ? this.upTo(this.rule.overlapMs / SECOND_MS - 1) * SECOND_MS : 0;
    return { atMs, visibleMs: atMs + lagMs, isSilent };
  }

  /** The row as a reader sees it now. */
  see(row: ModelRow): Seen | undefined {
    const version = row.versions.findLastIndex(({ visibleMs }) => visibleMs <= this.nowMs);
    const [first] = row.versions;
    if (version === -1 || first === undefined) return undefined;
    const told = row.versions.slice(1, version + 1).findLast(({ isSilent }) => !isSilent);
    const changed = told === undefined ? null : new Date(told.atMs).toISOString();
    return { row, version, created: new Date(first.atMs).toISOString(), changed };
  }

  /** The next rows of a partition behind an id, as of now. */
  page({ slice }: Partition, afterId: number, limit: number): { rows: Seen[]; isLast: boolean } {
    const changedOf = ({ changed }: Seen) => (this.rule.changed === undefined ? null : changed);
    const rows = this.rows
      .filter(({ id }) => id > afterId)
      .flatMap((row) => this.see(row) ?? [])
      .filter((seen) => isInSlice(slice, seen.created, changedOf(seen)));
    return { rows: rows.slice(0, limit), isLast: rows.length <= limit };
  }
}

export interface SyncOutcome {
  /** What a later sync gets to go on from. */
  readonly state: StreamState;
  readonly isComplete: boolean;
  readonly partitions: readonly Partition[];
  /** Rows by the key of the partition that brought them. */
  readonly delivered: readonly { readonly key: string; readonly seen: Seen }[];
}

export interface ModelSyncOptions {
  readonly api: ModelApi;
  readonly state: StreamState;
  readonly startMs: number | null;
  /** Steps until the sync is killed. */
  readonly stepsToLive: number;
  /** Whether anything happens in the account meanwhile. */
  readonly isBusy: boolean;
}

/** Runs one sync as the engine does: partitions side by side, page by page, some states written out, perhaps killed. */
export function runModelSync({ api, state, startMs, stepsToLive, isBusy }: ModelSyncOptions): SyncOutcome {
  const { rule, chance } = api;
  const nowMs = Math.floor(api.nowMs / SECOND_MS) * SECOND_MS;
  const plan = planTime({ state, rule, startMs, nowMs });
  const progress = new StreamProgress({ state: { ...state, begun: plan.begun }, rule, nowMs });
  const delivered: { key: string; seen: Seen }[] = [];
  let written = state;
  const write = (): void => {
    written = throughJson(progress.state);
  };

  const waiting = [...plan.partitions];
  const running: { partition: Partition; afterId: number }[] = [];
  for (let step = 0; ; step += 1) {
    while (running.length < 3) {
      const partition = waiting.shift();
      if (partition === undefined) break;
      progress.begin(partition);
      running.push({ partition, afterId: Number(plan.begun.get(partition.key)?.cursor ?? 0) });
    }
    if (running.length === 0) break;
    if (step >= stepsToLive) return { state: written, isComplete: false, partitions: plan.partitions, delivered };
    if (isBusy) happen(api);
    const current = running[api.upTo(running.length)];
    if (current === undefined) continue;
    const { partition } = current;
    if (chance() < 0.03) {
      progress.restart(partition);
      current.afterId = 0;
    }
    const { rows, isLast } = api.page(partition, current.afterId, 1 + api.upTo(4));
    for (const seen of rows) {
      delivered.push({ key: partition.key, seen });
      if (rule.changed === undefined && isUnfinished(seen)) {
        progress.rereadFrom(partition, Date.parse(seen.created));
      }
    }
    current.afterId = rows.at(-1)?.row.id ?? current.afterId;
    if (isLast) {
      progress.finish(partition);
      running.splice(running.indexOf(current), 1);
    } else progress.checkpoint(partition, String(current.afterId));
    if (chance() < 0.6) write();
  }
  progress.complete(null);
  write();
  return { state: written, isComplete: true, partitions: plan.partitions, delivered };
}

/** In the model of rows whose changes nothing tells: those with a single version may still get another. */
function isUnfinished({ version }: Seen): boolean {
  return version === 0;
}

/** Time passes, and something changes. */
export function happen(api: ModelApi): void {
  if (api.chance() < 0.5) api.nowMs += api.upTo(300) * SECOND_MS + api.upTo(1000);
  if (api.chance() < 0.3) api.add();
  if (api.chance() < 0.3) api.update(false);
}

/** A state as it comes back from a platform. */
export function throughJson(state: StreamState): StreamState {
  return parseState(JSON.parse(JSON.stringify(serialiseState(state))), 'model') ?? emptyState(state.mode);
}
