import * as z from 'zod';
import { ConnectorError } from '../errors.ts';
import { type TimeRange, type TimeSlice, toSeconds } from '../streams/time.ts';

export type SyncMode = 'full_refresh' | 'incremental';

/**
 * Rows created in [fromMs, toMs) are out, as they were at `readAtMs`: the start, by the server's clock, of the sync that
 * read them, or of a later one that read all changes since.
 */
export interface CoveredRange {
  readonly fromMs: number | null;
  readonly toMs: number;
  readonly readAtMs: number;
}

/** Changes made in [fromMs, toMs) to rows that were already covered are out. */
export interface ChangedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows created before `startMs`, a start date, but changed since then are out, as they were at `readAtMs`. */
export interface OlderChanges {
  readonly startMs: number;
  readonly readAtMs: number;
}

/** A partition that is not finished. `cursor` is absent as long as it has no checkpoint. */
export interface BegunPartition {
  readonly cursor?: string;
  readonly readAtMs: number;
  readonly slice?: TimeSlice;
  /** Rows from here on, already out, may still change without a trace. */
  readonly rereadFromMs?: number;
}

/** How far a stream has come: one shape for all streams and both protocols. */
export interface StreamState {
  readonly mode: SyncMode;
  readonly covered: readonly CoveredRange[];
  readonly changed: readonly ChangedRange[];
  readonly olderChanges: readonly OlderChanges[];
  readonly begun: ReadonlyMap<string, BegunPartition>;
  /**
   * Parents that are done: all up to `upTo`, and some beyond. `sinceMs` is when the first of them was begun, `need` what
   * they had to bring together, where the stream is also read by time.
   */
  readonly finished: {
    readonly upTo: number | null;
    readonly beyond: readonly number[];
    readonly sinceMs: number | null;
    readonly need: string | null;
  };
  /** Set once a full refresh is through, with the job of the platform that ran it. */
  readonly complete: { readonly jobId: string | null } | undefined;
}

/** No parent is done. */
export const NO_PARENTS: StreamState['finished'] = { upTo: null, beyond: [], sinceMs: null, need: null };

export function emptyState(mode: SyncMode): StreamState {
  return {
    mode,
    covered: [],
    changed: [],
    olderChanges: [],
    begun: new Map(),
    finished: NO_PARENTS,
    complete: undefined,
  };
}

const CONNECTOR = 'source-affinity';
const VERSION = 1;

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const rangeJson = z.object({ from: time.nullable(), to: time.nullable() });
const sliceJson = z.object({
  created: z.array(rangeJson),
  changed: rangeJson.nullish(),
  changedSinceStart: time.nullish(),
});

/** Version 1. Later versions may add properties, never take one away: every state ever written must be accepted. */
const stateJson = z.object({
  mode: z.enum(['full_refresh', 'incremental']),
  covered: z.array(z.object({ from: time.nullable(), to: time, readAt: time })).default([]),
  changed: z.array(z.object({ from: time, to: time })).default([]),
  olderChanges: z.array(z.object({ start: time, readAt: time })).default([]),
  begun: z
    .record(
      z.string(),
      z.object({
        cursor: z.string().optional(),
        readAt: time,
        slice: sliceJson.optional(),
        rereadFrom: time.optional(),
      }),
    )
    .default({}),
  finished: z
    .object({ upTo: z.int().nullable(), beyond: z.array(z.int()), since: time.nullish(), need: z.string().nullish() })
    .default({ upTo: null, beyond: [] }),
  complete: z.object({ jobId: z.string().nullable() }).optional(),
});

/** The JSON of a state, as it goes into STATE messages. */
export function serialiseState(state: StreamState): Record<string, unknown> {
  return {
    connector: CONNECTOR,
    version: VERSION,
    mode: state.mode,
    ...(state.covered.length === 0
      ? {}
      : {
          covered: state.covered.map(({ fromMs, toMs, readAtMs }) => ({
            from: nullableTime(fromMs),
            to: toSeconds(toMs),
            readAt: toSeconds(readAtMs),
          })),
        }),
    ...(state.changed.length === 0
      ? {}
      : { changed: state.changed.map(({ fromMs, toMs }) => ({ from: toSeconds(fromMs), to: toSeconds(toMs) })) }),
    ...(state.olderChanges.length === 0
      ? {}
      : {
          olderChanges: state.olderChanges.map(({ startMs, readAtMs }) => ({
            start: toSeconds(startMs),
            readAt: toSeconds(readAtMs),
          })),
        }),
    ...(state.begun.size === 0
      ? {}
      : { begun: Object.fromEntries([...state.begun].map(([key, begun]) => [key, serialiseBegun(begun)])) }),
    ...(state.finished.upTo === null &&
    state.finished.beyond.length === 0 &&
    state.finished.sinceMs === null &&
    state.finished.need === null
      ? {}
      : {
          finished: {
            upTo: state.finished.upTo,
            beyond: state.finished.beyond,
            since: nullableTime(state.finished.sinceMs),
            ...(state.finished.need === null ? {} : { need: state.finished.need }),
          },
        }),
    ...(state.complete === undefined ? {} : { complete: state.complete }),
  };
}

function serialiseBegun({ cursor, readAtMs, slice, rereadFromMs }: BegunPartition): Record<string, unknown> {
  return {
    ...(cursor === undefined ? {} : { cursor }),
    readAt: toSeconds(readAtMs),
    ...(rereadFromMs === undefined ? {} : { rereadFrom: toSeconds(rereadFromMs) }),
    ...(slice === undefined
      ? {}
      : {
          slice: {
            created: slice.created.map(serialiseRange),
            ...(slice.changed === null ? {} : { changed: serialiseRange(slice.changed) }),
            ...(slice.changedSinceStartMs === null ? {} : { changedSinceStart: toSeconds(slice.changedSinceStartMs) }),
          },
        }),
  };
}

function serialiseRange({ fromMs, toMs }: TimeRange): Record<string, string | null> {
  return { from: nullableTime(fromMs), to: nullableTime(toMs) };
}

function nullableTime(timeMs: number | null): string | null {
  return timeMs === null ? null : toSeconds(timeMs);
}

/**
 * Reads what a platform hands back. Empty objects, null, `[]` and markers of Airbyte's own (`__ab_…`) mean that there
 * is no state. Throws a `config_error` naming the stream for a state of another connector or of a newer version.
 */
export function parseState(blob: unknown, streamName: string): StreamState | undefined {
  if (isNoState(blob)) return undefined;
  const { connector, version } = typeof blob === 'object' ? (blob as Record<string, unknown>) : {};
  if (connector !== CONNECTOR) {
    throw stateError(
      streamName,
      'was not written by this connector. Clear the saved state of the stream to read it anew',
    );
  }
  if (version !== VERSION) {
    const shown = typeof version === 'number' || typeof version === 'string' ? ` ${version}` : '';
    throw stateError(
      streamName,
      `has the version${shown}, which this release does not know. Use the newer release, or clear the state`,
    );
  }
  const parsed = stateJson.safeParse(blob);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    throw stateError(streamName, `is damaged at "${path}". Clear the saved state of the stream to read it anew`);
  }
  return fromJson(parsed.data);
}

function isNoState(blob: unknown): boolean {
  if (blob === null || blob === undefined) return true;
  if (typeof blob !== 'object') return false;
  return Object.keys(blob).every((key) => key.startsWith('__ab_'));
}

function fromJson(json: z.infer<typeof stateJson>): StreamState {
  return {
    mode: json.mode,
    covered: json.covered.map(({ from, to, readAt }) => ({ fromMs: from, toMs: to, readAtMs: readAt })),
    changed: json.changed.map(({ from, to }) => ({ fromMs: from, toMs: to })),
    begun: new Map(
      Object.entries(json.begun).map(([key, { cursor, readAt, slice, rereadFrom }]) => [
        key,
        {
          readAtMs: readAt,
          ...(cursor === undefined ? {} : { cursor }),
          ...(slice === undefined ? {} : { slice: sliceFromJson(slice) }),
          ...(rereadFrom === undefined ? {} : { rereadFromMs: rereadFrom }),
        },
      ]),
    ),
    olderChanges: json.olderChanges.map(({ start, readAt }) => ({ startMs: start, readAtMs: readAt })),
    finished: {
      upTo: json.finished.upTo,
      beyond: json.finished.beyond,
      sinceMs: json.finished.since ?? null,
      need: json.finished.need ?? null,
    },
    complete: json.complete,
  };
}

function sliceFromJson(slice: z.infer<typeof sliceJson>): TimeSlice {
  const toRange = ({ from, to }: { from: number | null; to: number | null }): TimeRange => ({ fromMs: from, toMs: to });
  return {
    created: slice.created.map(toRange),
    changed: slice.changed == null ? null : toRange(slice.changed),
    changedSinceStartMs: slice.changedSinceStart ?? null,
  };
}

function stateError(streamName: string, what: string): ConnectorError {
  return new ConnectorError('config_error', `The saved state of the stream "${streamName}" ${what}.`);
}
