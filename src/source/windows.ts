import type { Partition } from '../streams/stream.ts';
import { type TimeRange, type TimeRule, type TimeSlice, toSeconds } from '../streams/time.ts';
import { subtract } from './ranges.ts';
import type { BegunPartition, ChangedRange, CoveredRange, OlderChanges, StreamState } from './stream-state.ts';

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

/** What a sync has to do: the state it starts from, without what no longer matters, and what to read. */
export interface TimePlan extends Pick<StreamState, 'begun'> {
  readonly partitions: readonly Partition[];
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
 * Partitions begun by an earlier sync go on exactly as they were, unless the start date has moved behind them; only
 * the rest is planned anew.
 */
export function planTime({ state, rule, startMs, nowMs }: TimePlanInput): TimePlan {
  const begun = new Map([...state.begun].filter(([, { slice }]) => slice === undefined || isWanted(slice, startMs)));
  const slices = [...begun.values()].filter((each) => each.slice !== undefined);
  const done = [
    ...state.covered,
    ...slices.flatMap((each) => (each.slice?.created ?? []).map((range) => close(range, each, rule))),
  ];
  const gaps = subtract({ fromMs: startMs, toMs: null }, done).filter(
    ({ fromMs }) => fromMs === null || fromMs < nowMs,
  );
  const changed = rule.changed === undefined ? null : changesToRead({ state, begun: slices, rule, startMs, nowMs });
  const older = [
    ...state.olderChanges,
    ...slices.flatMap(({ slice }) =>
      slice?.changedSinceStartMs == null ? [] : [{ startMs: slice.changedSinceStartMs }],
    ),
  ];
  const hasAll = rule.changed === undefined || startMs === null || startMs >= nowMs;
  const changedSinceStartMs = hasAll || areOlderChangesKnown(startMs, older, done) ? null : startMs;
  const fresh = toSlices({ gaps, changed, changedSinceStartMs, rule, nowMs });

  const partitions = [...begun].flatMap(([key, { slice }]): Partition[] =>
    slice === undefined ? [] : [{ key, slice }],
  );
  for (const slice of fresh) partitions.push({ key: freshKey(slice, begun), slice });
  return { begun, partitions };
}

/** What reaches behind the start date is not read on, or rows from before it would come: the rest is planned anew. */
function isWanted({ created, changed, changedSinceStartMs }: TimeSlice, startMs: number | null): boolean {
  if (startMs === null) return true;
  const ranges = changed === null ? created : [...created, changed];
  const isBehind = ranges.some(({ fromMs }) => fromMs === null || fromMs < startMs);
  return !isBehind && (changedSinceStartMs === null || changedSinceStartMs >= startMs);
}

/**
 * What has been read of a range for good: rows that become visible late may still come up within the overlap, and those
 * from `rereadFromMs` on may still change without a trace.
 */
function close(
  { fromMs, toMs }: TimeRange,
  { readAtMs, rereadFromMs = Number.POSITIVE_INFINITY }: Pick<BegunPartition, 'readAtMs' | 'rereadFromMs'>,
  { overlapMs }: TimeRule,
) {
  return { fromMs, toMs: Math.min(toMs ?? Number.POSITIVE_INFINITY, readAtMs - overlapMs, rereadFromMs) };
}

/** The time whose changes to rows already out have not been asked for yet. */
function changesToRead(options: {
  state: StreamState;
  begun: readonly BegunPartition[];
  rule: TimeRule;
  startMs: number | null;
  nowMs: number;
}): TimeRange | null {
  const { state, begun, rule, startMs, nowMs } = options;
  const readAts = readAtsOf({ ...state, begun });
  if (readAts.length === 0) return null;
  const sinceMs = Math.max(Math.min(...readAts) - rule.overlapMs, startMs ?? Number.NEGATIVE_INFINITY);
  const done = [
    ...state.changed.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs - rule.overlapMs })),
    ...begun.flatMap(({ slice, readAtMs }) => (slice?.changed ? [close(slice.changed, { readAtMs }, rule)] : [])),
  ];
  const [first] = subtract({ fromMs: sinceMs, toMs: null }, done);
  if (first === undefined || first.fromMs === null || first.fromMs >= nowMs) return null;
  return { fromMs: first.fromMs, toMs: null };
}

function readAtsOf({
  covered,
  begun,
  olderChanges,
}: {
  readonly covered: readonly CoveredRange[];
  readonly begun: Iterable<BegunPartition>;
  readonly olderChanges: readonly OlderChanges[];
}): number[] {
  return [...covered, ...begun, ...olderChanges].map(({ readAtMs }) => readAtMs);
}

function toSlices(options: {
  gaps: readonly TimeRange[];
  changed: TimeRange | null;
  changedSinceStartMs: number | null;
  rule: TimeRule;
  nowMs: number;
}): TimeSlice[] {
  const { gaps, changed, changedSinceStartMs, rule, nowMs } = options;
  const windows = rule.isScan === true ? [] : gaps.flatMap((gap) => cut(gap, nowMs));
  // One call brings what is new and what has changed, where both are asked for up to now.
  if (windows.length > 0) {
    return windows.map((range, index) => ({
      created: [range],
      changed: index === windows.length - 1 ? changed : null,
      changedSinceStartMs: index === 0 ? changedSinceStartMs : null,
    }));
  }
  const isNothing = gaps.length === 0 && changed === null && changedSinceStartMs === null;
  return isNothing ? [] : [{ created: gaps, changed, changedSinceStartMs }];
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

/** Two syncs within one second may ask the same, and the older one's cursor is not for the newer. */
function freshKey(slice: TimeSlice, begun: ReadonlyMap<string, BegunPartition>): string {
  let key = sliceKey(slice);
  while (begun.has(key)) key += ', again';
  return key;
}

/** A slice in words that stay the same between syncs. */
export function sliceKey({ created, changed, changedSinceStartMs }: TimeSlice): string {
  const parts = created.map((range) => `created ${rangeText(range)}`);
  if (changed !== null) parts.push(`changed ${rangeText(changed)}`);
  if (changedSinceStartMs !== null) parts.push(`older than ${toSeconds(changedSinceStartMs)} but changed since`);
  return parts.join(', ');
}

function rangeText({ fromMs, toMs }: TimeRange): string {
  return `${fromMs === null ? '' : toSeconds(fromMs)}/${toMs === null ? '' : toSeconds(toMs)}`;
}

type TimeCoverage = Pick<StreamState, 'covered' | 'changed' | 'begun' | 'olderChanges'>;

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
  const { created = [], changed = null, changedSinceStartMs: startMs = null } = slice ?? {};
  const covered = [...coverage.covered, ...created.map((range) => ({ ...close(range, { readAtMs }, rule), readAtMs }))]
    .map((range) => ({ ...range, toMs: Math.min(range.toMs, rereadFromMs) }))
    .filter(({ fromMs, toMs }) => fromMs === null || fromMs < toMs);
  return settle(
    {
      covered,
      changed:
        changed === null ? coverage.changed : [...coverage.changed, { fromMs: changed.fromMs ?? 0, toMs: readAtMs }],
      begun: coverage.begun,
      olderChanges: startMs === null ? coverage.olderChanges : [...coverage.olderChanges, { startMs, readAtMs }],
    },
    rule,
  );
}

/** Moves each range's `readAtMs` up through the changes that were read since, and joins what then touches. */
function settle({ covered, begun, olderChanges, ...coverage }: TimeCoverage, rule: TimeRule): TimeCoverage {
  const changed = joinChanged(coverage.changed, rule);
  const upToDate = <Read extends { readonly readAtMs: number }>(read: Read): Read => {
    const next = changed.find(({ fromMs, toMs }) => fromMs <= read.readAtMs - rule.overlapMs && toMs > read.readAtMs);
    return next === undefined ? read : { ...read, readAtMs: next.toMs };
  };
  const settled = { covered: join(covered.map(upToDate), rule), olderChanges: olderChanges.map(upToDate) };
  settled.olderChanges = withoutImplied(settled.olderChanges, settled.covered);
  const readAts = readAtsOf({ ...settled, begun: begun.values() });
  return {
    ...settled,
    // Kept as long as some begun partition will need them: it is as old as its first page.
    changed: changed.filter(({ toMs }) => readAts.some((readAtMs) => readAtMs < toMs)),
    begun,
  };
}

/** Where everything between two start dates is covered, the later one follows from the earlier. */
function withoutImplied(all: readonly OlderChanges[], covered: readonly CoveredRange[]): OlderChanges[] {
  const kept: OlderChanges[] = [];
  for (const each of [...all].sort((a, b) => a.startMs - b.startMs || b.readAtMs - a.readAtMs)) {
    if (!areOlderChangesKnown(each.startMs, kept, covered)) kept.push(each);
  }
  return kept;
}

/** Whether what was created before `startMs` and changed since is out, given other start dates of which that is known. */
function areOlderChangesKnown(
  startMs: number,
  known: readonly { readonly startMs: number }[],
  done: readonly TimeRange[],
): boolean {
  const earlier = known.filter((each) => each.startMs <= startMs).map((each) => each.startMs);
  return [null, ...earlier].some(
    (fromMs) => fromMs === startMs || subtract({ fromMs, toMs: startMs }, done).length === 0,
  );
}

/** Changes become visible late, too: ranges continue each other only where they overlap by that much. */
function joinChanged(ranges: readonly ChangedRange[], { overlapMs }: TimeRule): ChangedRange[] {
  const joined: ChangedRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    const isOne =
      last !== undefined &&
      (range.fromMs === last.fromMs || range.toMs <= last.toMs || range.fromMs <= last.toMs - overlapMs);
    if (isOne) joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, range.toMs) };
    else joined.push(range);
  }
  return joined;
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
