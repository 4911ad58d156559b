import type { Affinity } from '../../src/affinity/client.ts';
import { parseConfig } from '../../src/config.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { Clock } from '../../src/http/clock.ts';
import { absentStream } from '../../src/source/absent-stream.ts';
import type { Connection } from '../../src/source/connection.ts';
import type { SyncEvent } from '../../src/source/events.ts';
import { type StreamState, serialiseState } from '../../src/source/stream-state.ts';
import { type SelectedStream, type SyncOptions, sync } from '../../src/source/sync.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';
import { checkpoint, page, type ReadItem, type Row, type Stream } from '../../src/streams/stream.ts';
import { createFakeClock } from './fake-clock.ts';
import { parsed } from './prepared-rows.ts';

/** When syncs of fake streams begin, by the fake server's clock. */
export const SYNC_START_MS = Date.UTC(2026, 0, 1);

/** A stream of `{ id: number }` that a test writes by hand. */
export function fakeStream(name: string, parts: Partial<Stream> = {}): Stream {
  return {
    ...absentStream(name, new ConnectorError('system_error', 'The test gives no readPartition.')),
    primaryKey: ['id'],
    partitions: undefined,
    jsonSchema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { id: { type: 'integer' }, name: { type: ['null', 'string'] } },
      additionalProperties: true,
    },
    async *readPartition() {
      yield page([{ id: 1 }]);
    },
    ...parts,
  };
}

/** Rows `from` to `to`, both included. */
export function rowsFromTo(from: number, to: number): Row[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index }));
}

/** Pages of `size` rows with ids from 1 to `count`, each followed by a checkpoint that holds the last id. */
export async function* pagesOf(
  count: number,
  size: number,
  cursor?: string,
): AsyncGenerator<ReadItem, void, undefined> {
  for (let from = Number(cursor ?? 0) + 1; from <= count; from += size) {
    const to = Math.min(count, from + size - 1);
    await Promise.resolve();
    yield page(rowsFromTo(from, to));
    if (to < count) yield checkpoint(String(to));
  }
}

export interface FakeConnection extends Connection {
  announceWait(untilMs: number): void;
}

/** A connection whose only call is the one for the server's time; `startOfSync` may make it fail. */
export function fakeConnection(startOfSync: () => Promise<unknown> = () => Promise.resolve({})): FakeConnection {
  let waitListener: (untilMs: number) => void = () => {};
  return {
    affinity: {
      for: () => ({ v1: { get: startOfSync }, v2: {} }) as unknown as Affinity,
      serverTimeMs: () => SYNC_START_MS + 123,
    },
    pace: () => ({ inFlight: 0, level: 1, callsMade: 0, callsByLane: {} }),
    onWait(listener) {
      waitListener = listener;
    },
    onRetry() {},
    announceWait: (untilMs) => waitListener(untilMs),
  };
}

export type FakeSelection = Pick<SelectedStream, 'stream'> & Partial<SelectedStream>;

export interface FakeSyncOptions extends Partial<Omit<SyncOptions, 'selected'>> {
  readonly settings?: Record<string, unknown>;
}

/** The sync of fake streams, not yet begun. */
export function fakeSync(selected: readonly FakeSelection[], options: FakeSyncOptions = {}) {
  const { settings, ...others } = options;
  const clock: Clock = createFakeClock({ startMs: SYNC_START_MS });
  return sync({
    connection: fakeConnection(),
    config: parseConfig({ api_key: 'key', ...settings }),
    clock,
    stop: new AbortController().signal,
    jobId: null,
    isDebug: false,
    ...others,
    selected: selected.map((each) => ({ mode: 'full_refresh', state: undefined, properties: undefined, ...each })),
  });
}

/** All events of a sync of fake streams. */
export async function runFakeSync(
  selected: readonly FakeSelection[],
  options: FakeSyncOptions = {},
): Promise<SyncEvent[]> {
  const events: SyncEvent[] = [];
  for await (const event of fakeSync(selected, options)) events.push(kept(event));
  return events;
}

/** The event with copies of its rows, which are good only until the next event. */
export function kept(event: SyncEvent): SyncEvent {
  if (event.type !== 'page') return event;
  return { ...event, rows: event.rows.map(({ key, json, nulled }) => new PreparedRow({ key, json, nulled })) };
}

/** The states of a stream as they went out, in order. */
export function statesOf(events: readonly SyncEvent[], stream: string): StreamState[] {
  return events.flatMap((event) => (event.type === 'checkpoint' && event.stream === stream ? [event.state] : []));
}

/** The ids of a stream's rows, in order. */
export function idsOf(events: readonly SyncEvent[], stream: string): unknown[] {
  return events.flatMap((event) =>
    event.type === 'page' && event.stream === stream ? parsed(event.rows).map(({ id }) => id) : [],
  );
}

/** One word per event: what happened, with the number of rows or the state's JSON where that matters. */
export function outline(events: readonly SyncEvent[], stream: string): string[] {
  return events.flatMap((event) => {
    if (!('stream' in event) || event.stream !== stream) return [];
    if (event.type === 'page') return [`page ${event.rows.length}`];
    if (event.type === 'stream-end')
      return [event.isComplete ? 'complete' : `incomplete ${event.error?.message ?? ''}`];
    return [event.type];
  });
}

export function stateJson(state: StreamState): string {
  return JSON.stringify(serialiseState(state));
}
