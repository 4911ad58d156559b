import { randomUUID } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { parseConfig } from '../../src/config.ts';
import { type Clock, systemClock } from '../../src/http/clock.ts';
import { createTransport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import { parseState, type StreamState, type SyncMode, serialiseState } from '../../src/source/stream-state.ts';
import { sync } from '../../src/source/sync.ts';
import { findStream } from '../../src/streams/index.ts';
import type { Row } from '../../src/streams/stream.ts';
import { parsed } from '../support/prepared-rows.ts';

export interface SavedState {
  readonly state: StreamState;
  /** How many rows were out before it. */
  readonly rowsBefore: number;
}

export interface Outcome {
  readonly rows: readonly Row[];
  readonly states: readonly SavedState[];
  readonly warnings: readonly string[];
  readonly error: string | undefined;
  /** Paths with their queries, in the order of their arrival. */
  readonly requests: readonly string[];
}

export interface ReadOptions {
  readonly mode?: SyncMode;
  readonly state?: StreamState | undefined;
  readonly startDate?: string;
  readonly fieldLayout?: 'columns' | 'array';
}

/** A sandbox without limits, whose time stands still. */
export async function startQuietSandbox(): Promise<Sandbox> {
  return await startSandbox({ clock: 'manual', minuteLimit: 1_000_000, monthLimit: null });
}

/** A clock on which so much time passes that every checkpoint becomes a state. */
function hastyClock(): Clock {
  let elapsedMs = 0;
  return {
    ...systemClock,
    monotonic: () => {
      elapsedMs += 60_000;
      return elapsedMs;
    },
  };
}

/** What is left of a state when a platform has kept it. */
function throughJson(state: StreamState, name: string): StreamState | undefined {
  return parseState(JSON.parse(JSON.stringify(serialiseState(state))), name);
}

/** Reads one stream of a running sandbox, from its start or from a state, with all that lies between. */
export async function readStream(sandbox: Sandbox, name: string, options: ReadOptions = {}): Promise<Outcome> {
  const stream = findStream(name);
  if (stream === undefined) throw new RangeError(`no stream ${name}`);
  const transport = createTransport();
  const config = parseConfig({
    api_key: sandbox.apiKey,
    api_base_url: sandbox.url,
    start_date: options.startDate ?? null,
    field_layout: options.fieldLayout ?? 'columns',
  });
  const connection = connect(config, { clock: systemClock, random: () => 0.5, transport }, { patience: 'patient' });
  const { mode = stream.time === undefined ? 'full_refresh' : 'incremental', state } = options;
  const rows: Row[] = [];
  const states: SavedState[] = [];
  const warnings: string[] = [];
  let error: string | undefined;
  const firstRequest = sandbox.requests.length;
  try {
    const events = sync({
      selected: [
        { stream, mode, state: state === undefined ? undefined : throughJson(state, name), properties: undefined },
      ],
      connection,
      config,
      clock: hastyClock(),
      stop: new AbortController().signal,
      jobId: randomUUID(),
      isDebug: false,
    });
    for await (const event of events) {
      if (event.type === 'page') rows.push(...parsed(event.rows));
      if (event.type === 'checkpoint') states.push({ state: event.state, rowsBefore: rows.length });
      if (event.type === 'log' && event.level === 'WARN') warnings.push(event.message);
      if (event.type === 'stream-end') error = event.error?.message;
    }
  } finally {
    await transport.close();
  }
  const requests = sandbox.requests
    .slice(firstRequest)
    .map(({ path, query }) => `${path}?${decodeURIComponent(query.replaceAll('+', ' '))}`);
  return { rows, states, warnings, error, requests };
}

function keyOf(name: string, row: Row): string {
  return (findStream(name)?.primaryKey ?? []).map((property) => row[property]).join(' ');
}

/** Rows by key, in the form in which the sandbox tells them. */
export function byKey(name: string, rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [keyOf(name, row), toTruth(name, row)]));
}

function toTruth(name: string, row: Row): Row {
  if (name === 'teams') {
    const { membersPreview: _members, accessibleListsPreview: _lists, ...rest } = row;
    return rest;
  }
  if (name !== 'field_value_changes') return row;
  const { valueText: _text, valueId: _id, ...rest } = row;
  const { value } = rest;
  return 'valueText' in row && typeof value === 'string' ? { ...rest, value: JSON.parse(value) } : rest;
}
