/** From `fromMs` (null: from the beginning) up to but without `toMs` (null: no end). Epoch milliseconds, whole seconds. */
export interface TimeRange {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/**
 * What one partition of time has to bring: the rows that were created within `created`, changed within `changed`, or
 * are older than `startMs` but changed since. Most partitions have only one of these.
 */
export interface TimeSlice {
  readonly created: readonly TimeRange[];
  readonly changed: TimeRange | null;
  /** The configured start date, where rows created before it count if they were changed since. */
  readonly changedSinceStartMs: number | null;
}

/** How a stream is read by time. */
export interface TimeRule {
  /** Property with the moment a row came to be. */
  readonly created: string;
  /** Property with the moment of its last change; left out where rows never change or the API does not tell. */
  readonly changed?: string;
  /** How far a sync reaches back behind what was covered before, for rows that became visible late. */
  readonly overlapMs: number;
  /** True where the API cannot filter by time: one partition scans everything and leaves out what is not asked for. */
  readonly isScan?: boolean;
}

/** Filters take whole seconds; fractions are refused by the API. */
export function toSeconds(timeMs: number): string {
  return `${new Date(Math.floor(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The `filter` parameter for a slice, or undefined when everything is asked for. */
export function timeFilter(slice: TimeSlice | undefined, { created, changed }: TimeRule): string | undefined {
  if (slice === undefined) return undefined;
  const parts = slice.created.map((range) => bounds(created, range));
  if (parts.includes('')) return undefined;
  if (changed !== undefined) {
    // A row that was never edited has no change time, and null satisfies no comparison: hence both properties are asked.
    if (slice.changed !== null) parts.push(bounds(changed, slice.changed));
    if (slice.changedSinceStartMs !== null) {
      const start = toSeconds(slice.changedSinceStartMs);
      parts.push(`${created}<${start} & ${changed}>=${start}`);
    }
  }
  return parts.join(' | ');
}

function bounds(property: string, { fromMs, toMs }: TimeRange): string {
  const lower = fromMs === null ? [] : [`${property}>=${toSeconds(fromMs)}`];
  const upper = toMs === null ? [] : [`${property}<${toSeconds(toMs)}`];
  return [...lower, ...upper].join(' & ');
}

/** Whether a row belongs to a slice, for APIs that cannot filter. Unreadable times count as belonging: nothing may be lost. */
export function isInSlice(slice: TimeSlice | undefined, createdText: unknown, changedText: unknown): boolean {
  if (slice === undefined) return true;
  const createdMs = typeof createdText === 'string' ? Date.parse(createdText) : Number.NaN;
  if (Number.isNaN(createdMs)) return true;
  if (slice.created.some((range) => contains(range, createdMs))) return true;
  const changedMs = typeof changedText === 'string' ? Date.parse(changedText) : Number.NaN;
  if (Number.isNaN(changedMs)) return false;
  if (slice.changed !== null && contains(slice.changed, changedMs)) return true;
  const { changedSinceStartMs } = slice;
  return changedSinceStartMs !== null && createdMs < changedSinceStartMs && changedMs >= changedSinceStartMs;
}

function contains({ fromMs, toMs }: TimeRange, timeMs: number): boolean {
  return (fromMs === null || timeMs >= fromMs) && (toMs === null || timeMs < toMs);
}
