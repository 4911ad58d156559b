import type { Partition } from '../streams/stream.ts';
import { type TimeRange, type TimeRule, type TimeSlice, toSeconds } from '../streams/time.ts';
import { subtract } from './ranges.ts';
import type { BegunPartition, ChangedRange, CoveredRange, StreamState } from './stream-state.ts';

const DAY_MS = 86_400_000;
const SHORTEST_WINDOW_MS = 30 * DAY_MS;

/**
 * Where a backfill is cut: the nearer the past, the more rows there tend to be. Each cut costs at least one call, so
 * there are few of them.
 */
const CUTS_DAYS = [1460, 730, 365, 180, 90, 30] as const;

export interface TimePlanInput {
  readonly state: StreamState;
  readonly rule: TimeRule;
  readonly startMs: number | null;
  /** The start of this sync by the server's clock, a whole second. */
  readonly nowMs: number;
}

/**
 * The one rule of incremental reading: cover the time from the start date to now, less what is covered. Finished
 * windows, the overlap, an earlier start date and a state from the future all follow from it.
 *
 *     start                                              now
 *       |----covered----|        |--covered--|            |
 *                       [ window )            [ window, open above
 *       '--- changes since the earliest sync that read any of this ---'
 *
 * Partitions begun by an earlier sync go on exactly as they were; only the rest is planned anew.
 */
export function planTime({ state, rule, startMs, nowMs }: TimePlanInput): {
  covered: CoveredRange[];
  partitions: Partition[];
} {
  const covered = state.covered
    .map((range) => ({ ...range, toMs: Math.min(range.toMs, range.readAtMs - rule.overlapMs) }))
    .filter(({ fromMs, toMs }) => fromMs === null || fromMs < toMs);
  const begun = [...state.begun.values()].filter((partition) => partition.slice !== undefined);

  const target = { fromMs: startMs, toMs: null };
  const begunRanges = begun.flatMap(({ slice, readAtMs }) =>
    (slice?.created ?? []).map((range) => closeRange(range, readAtMs, rule)),
  );
  const gaps = subtract(target, [...covered, ...begunRanges]).filter(({ fromMs }) => fromMs === null || fromMs < nowMs);
  const changed = rule.changed === undefined ? null : changesToRead({ state, covered, begun, rule, startMs, nowMs });

  const resumed = [...state.begun]
    .filter(([, { slice }]) => slice !== undefined)
    .map(([key, { slice }]): Partition => ({ key, ...(slice === undefined ? {} : { slice }) }));
  const fresh = toSlices({ gaps, changed, rule, startMs, nowMs });
  return { covered, partitions: [...resumed, ...fresh.map((slice) => ({ key: sliceKey(slice), slice }))] };
}

/** A range without an end reaches, for good, only as far as the overlap before the sync that reads it. */
function closeRange(range: TimeRange, readAtMs: number, { overlapMs }: TimeRule): TimeRange {
  return { fromMs: range.fromMs, toMs: range.toMs ?? readAtMs - overlapMs };
}

/** The time whose changes to rows already out have not been asked for yet. */
function changesToRead(options: {
  state: StreamState;
  covered: readonly CoveredRange[];
  begun: readonly BegunPartition[];
  rule: TimeRule;
  startMs: number | null;
  nowMs: number;
}): TimeRange | null {
  const { state, covered, begun, rule, startMs, nowMs } = options;
  const readAts = [...covered, ...begun].map(({ readAtMs }) => readAtMs);
  if (readAts.length === 0) return null;
  const sinceMs = Math.max(Math.min(...readAts) - rule.overlapMs, startMs ?? Number.NEGATIVE_INFINITY);
  const done = [
    ...state.changed.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs - rule.overlapMs })),
    ...begun.flatMap(({ slice, readAtMs }) => (slice?.changed ? [closeRange(slice.changed, readAtMs, rule)] : [])),
  ];
  const [first] = subtract({ fromMs: sinceMs, toMs: null }, done);
  if (first === undefined || first.fromMs === null || first.fromMs >= nowMs) return null;
  return { fromMs: first.fromMs, toMs: null };
}

function toSlices(options: {
  gaps: readonly TimeRange[];
  changed: TimeRange | null;
  rule: TimeRule;
  startMs: number | null;
  nowMs: number;
}): TimeSlice[] {
  const { gaps, changed, rule, startMs, nowMs } = options;
  const isFromStart = (range: TimeRange): boolean =>
    rule.changed !== undefined && startMs !== null && range.fromMs === startMs;
  if (rule.isScan === true) {
    if (gaps.length === 0 && changed === null) return [];
    return [{ created: gaps, changed, changedSinceStartMs: gaps.some(isFromStart) ? startMs : null }];
  }
  const slices = gaps
    .flatMap((gap) => cut(gap, nowMs))
    .map(
      (range): TimeSlice => ({
        created: [range],
        changed: null,
        changedSinceStartMs: isFromStart(range) ? startMs : null,
      }),
    );
  if (changed === null) return slices;
  // One call brings what is new and what has changed, where both are asked for up to now.
  const newest = slices.at(-1);
  if (newest === undefined) return [{ created: [], changed, changedSinceStartMs: null }];
  return [...slices.slice(0, -1), { ...newest, changed }];
}

function cut(gap: TimeRange, nowMs: number): TimeRange[] {
  const endMs = gap.toMs ?? nowMs;
  const cuts = CUTS_DAYS.map((days) => nowMs - days * DAY_MS).filter(
    (cutMs) =>
      cutMs - (gap.fromMs ?? Number.NEGATIVE_INFINITY) >= SHORTEST_WINDOW_MS && endMs - cutMs >= SHORTEST_WINDOW_MS,
  );
  const edges = [gap.fromMs, ...cuts, gap.toMs];
  return edges.slice(1).map((toMs, index) => ({ fromMs: edges[index] ?? null, toMs }));
}

function sliceKey({ created, changed, changedSinceStartMs }: TimeSlice): string {
  const parts = created.map((range) => `created ${rangeText(range)}`);
  if (changed !== null) parts.push(`changed ${rangeText(changed)}`);
  if (changedSinceStartMs !== null) parts.push(`older than ${toSeconds(changedSinceStartMs)} but changed since`);
  return parts.join(', ');
}

function rangeText({ fromMs, toMs }: TimeRange): string {
  return `${fromMs === null ? '' : toSeconds(fromMs)}/${toMs === null ? '' : toSeconds(toMs)}`;
}

type TimeCoverage = Pick<StreamState, 'covered' | 'changed' | 'begun'>;

/**
 * The coverage once a begun partition is read to its end. Rows from `rereadFromMs` on count as not covered: they may
 * still change without a trace.
 */
export function coverSlice(
  coverage: TimeCoverage,
  { slice, readAtMs }: BegunPartition,
  rule: TimeRule,
  rereadFromMs = Number.POSITIVE_INFINITY,
): TimeCoverage {
  const added = (slice?.created ?? []).map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? readAtMs, readAtMs }));
  const covered = [...coverage.covered, ...added]
    .map((range) => ({ ...range, toMs: Math.min(range.toMs, rereadFromMs) }))
    .filter(({ fromMs, toMs }) => fromMs === null || fromMs < toMs);
  const changed = slice?.changed
    ? [...coverage.changed, { fromMs: slice.changed.fromMs ?? 0, toMs: readAtMs }]
    : coverage.changed;
  return settle({ covered, changed, begun: coverage.begun }, rule);
}

/** Moves each range's `readAtMs` up through the changes that were read since, and joins what then touches. */
function settle({ covered, changed, begun }: TimeCoverage, rule: TimeRule): TimeCoverage {
  const upToDate = (readAtMs: number): number => {
    const next = changed.find((range) => range.fromMs <= readAtMs && range.toMs > readAtMs);
    return next === undefined ? readAtMs : upToDate(next.toMs);
  };
  const current = covered.map((range) => ({ ...range, readAtMs: upToDate(range.readAtMs) }));
  const readAts = [...current, ...begun.values()].map(({ readAtMs }) => readAtMs);
  return {
    covered: join(current, rule),
    // Kept as long as some begun partition will need them: it is as old as its first page.
    changed: changed.filter((range: ChangedRange) => readAts.some((readAtMs) => readAtMs < range.toMs)),
    begun,
  };
}

function join(ranges: readonly CoveredRange[], { changed }: TimeRule): CoveredRange[] {
  const sorted = [...ranges].sort(
    (a, b) => (a.fromMs ?? Number.NEGATIVE_INFINITY) - (b.fromMs ?? Number.NEGATIVE_INFINITY),
  );
  const joined: CoveredRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    const touches = last !== undefined && (range.fromMs === null || range.fromMs <= last.toMs);
    // Rows that never change are as current as the newest read of any of them.
    if (touches && (last.readAtMs === range.readAtMs || changed === undefined)) {
      joined[joined.length - 1] = {
        fromMs: last.fromMs,
        toMs: Math.max(last.toMs, range.toMs),
        readAtMs: Math.max(last.readAtMs, range.readAtMs),
      };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
