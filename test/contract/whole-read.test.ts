import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { systemClock } from '../../src/http/clock.ts';
import {
  API_KEY,
  configOf,
  configure,
  discoverStreams,
  lastStates,
  openAccount,
  read,
} from '../support/affinity-account.ts';
import type { AirbyteStream, Output } from '../support/airbyte-run.ts';
import { rowChecks } from '../support/record-schemas.ts';

/** Time that goes on whenever somebody looks: fast enough for states to be due in the middle of small streams. */
function tickingClock() {
  let [nowMs, elapsedMs] = [Date.UTC(2026, 9, 15, 12), 0];
  return {
    ...systemClock,
    now: () => {
      nowMs += 1;
      return nowMs;
    },
    monotonic: () => {
      elapsedMs += 300;
      return elapsedMs;
    },
  };
}

let account: Sandbox;
let streams: readonly AirbyteStream[];
const runs = new Map<string, Output>();

beforeAll(async () => {
  account = await openAccount();
  const config = configOf(account, { list_references: ['all', '3300/911', '3304/950'] });
  const options = { clock: tickingClock(), arguments: ['--debug'] };
  streams = await discoverStreams(config);
  const incremental = await read(config, configure(streams, 'incremental'), options);
  runs.set('full refresh', await read(config, configure(streams), options));
  runs.set('incremental', incremental);
  runs.set(
    'incremental again',
    await read(config, configure(streams, 'incremental'), { ...options, state: lastStates(incremental) }),
  );
  const asArrays = configOf(account, { field_layout: 'array', start_date: '2025-01-01T00:00:00Z' });
  runs.set(
    'arrays of fields, from a date on',
    await read(asArrays, configure(await discoverStreams(asArrays), 'incremental'), options),
  );
});

afterAll(() => account.close());

const names = ['full refresh', 'incremental', 'incremental again', 'arrays of fields, from a date on'];

describe.each(names)('a read of all streams (%s)', (name) => {
  const output = (): Output => {
    const found = runs.get(name);
    if (found === undefined) throw new Error(`no run ${name}`);
    return found;
  };
  const declared = (): readonly AirbyteStream[] => streams.filter((stream) => stream.name in output().statuses);

  it('succeeds without an error', () => {
    expect(output().errors).toEqual([]);
    expect(output().exitCode).toBe(0);
    expect(declared().length).toBeGreaterThanOrEqual(30);
  });

  it('says STARTED, RUNNING and COMPLETE for every stream, also for one without rows', () => {
    expect(Object.keys(output().statuses).sort()).toEqual(
      declared()
        .map((stream) => stream.name)
        .sort(),
    );
    for (const statuses of Object.values(output().statuses)) expect(statuses).toBe('STARTED RUNNING COMPLETE');
  });

  it('writes a stream’s rows and states between its RUNNING and its COMPLETE', () => {
    const status = new Map<string, string>();
    for (const { record, state, trace } of output().messages) {
      const { stream_descriptor, status: now } = trace?.stream_status ?? {};
      if (stream_descriptor !== undefined && now !== undefined) status.set(stream_descriptor.name, now);
      const stream = record?.stream ?? state?.stream.stream_descriptor.name;
      if (stream !== undefined) expect(status.get(stream), stream).toBe('RUNNING');
    }
  });

  it('gives every stream a state, whose counts are those of the records since the one before', () => {
    const written = new Map<string, number>();
    const counted = new Map<string, number>();
    for (const { record, state } of output().messages) {
      if (record !== undefined) written.set(record.stream, (written.get(record.stream) ?? 0) + 1);
      if (state === undefined) continue;
      const { name: stream } = state.stream.stream_descriptor;
      expect(state.sourceStats.recordCount, stream).toBe(written.get(stream) ?? 0);
      counted.set(stream, (counted.get(stream) ?? 0) + state.sourceStats.recordCount);
      written.set(stream, 0);
    }
    expect([...counted.keys()].sort()).toEqual(Object.keys(output().statuses).sort());
    expect(output().states.length).toBeGreaterThan(counted.size);
    // Nothing was written after a stream's last state, so the counts sum up to all records.
    expect([...written.values()].every((rows) => rows === 0)).toBe(true);
    expect([...counted.values()].reduce((sum, rows) => sum + rows, 0)).toBe(output().records.length);
  });

  it('never repeats a state', () => {
    const last = new Map<string, string>();
    for (const { stream } of output().states) {
      const json = JSON.stringify(stream.stream_state);
      expect(json).not.toBe(last.get(stream.stream_descriptor.name));
      last.set(stream.stream_descriptor.name, json);
    }
  });

  it('writes only rows that fit their schema and have nothing undeclared', async () => {
    const arrays = name.startsWith('arrays');
    const config = configOf(
      account,
      arrays ? { field_layout: 'array' } : { list_references: ['all', '3300/911', '3304/950'] },
    );
    const checks = rowChecks(arrays ? await discoverStreams(config) : streams);
    const faults = new Set(
      output().records.flatMap(({ stream, data }) => checks.get(stream)?.(data) ?? [`unknown ${stream}`]),
    );
    expect([...faults]).toEqual([]);
  });

  it('gives every row its whole key, once', () => {
    for (const stream of declared()) {
      const keys = output()
        .recordsOf(stream.name)
        .map((row) => stream.source_defined_primary_key.map(([property]) => row[property ?? '']));
      for (const key of keys)
        expect(key.every((part) => typeof part === 'number' || typeof part === 'string')).toBe(true);
      expect(new Set(keys.map((key) => JSON.stringify(key))).size, stream.name).toBe(keys.length);
    }
  });

  it('never goes back in time', () => {
    let last = 0;
    for (const { record, trace } of output().messages) {
      const emittedAt = record?.emitted_at ?? trace?.emitted_at;
      if (emittedAt === undefined) continue;
      expect(emittedAt).toBeGreaterThanOrEqual(last);
      last = emittedAt;
    }
    expect(last).toBeGreaterThan(0);
  });

  it('keeps the API key to itself', () => {
    const { text } = output();
    for (const form of [API_KEY, btoa(API_KEY), btoa(`:${API_KEY}`), encodeURIComponent(API_KEY)]) {
      expect(text.includes(form)).toBe(false);
    }
  });
});

describe('a second incremental read', () => {
  it('brings less than the first, and full-refresh streams whole again', () => {
    const [first, second] = [runs.get('incremental'), runs.get('incremental again')];
    for (const { name, supported_sync_modes } of streams) {
      const [before, after] = [first?.recordsOf(name).length ?? 0, second?.recordsOf(name).length ?? 0];
      if (!supported_sync_modes.includes('incremental')) expect(after, name).toBe(before);
      else if (before > 0) expect(after, name).toBeLessThan(before);
    }
  });
});

describe('namespaces', () => {
  const catalogWith = (namespace: unknown) =>
    configure(
      streams
        .filter(({ name }) => name === 'lists' || name === 'list_3304_entries')
        .map((each) => ({ ...each, namespace }) as AirbyteStream),
    );

  it('come back on records, states and statuses as the catalog has them', async () => {
    const output = await read(configOf(account), catalogWith('crm "1"\u2028'));
    const said = output.messages.flatMap(({ record, state, trace }) => [
      ...(record === undefined ? [] : [record.namespace]),
      ...(state === undefined ? [] : [state.stream.stream_descriptor.namespace]),
      ...(trace?.stream_status === undefined ? [] : [trace.stream_status.stream_descriptor.namespace]),
    ]);
    expect(said.length).toBeGreaterThan(6);
    expect(new Set(said)).toEqual(new Set(['crm "1"\u2028']));
  });

  it('are absent where the catalog has none', async () => {
    const output = await read(configOf(account), catalogWith(null));
    expect(output.exitCode).toBe(0);
    expect(output.text).not.toContain('namespace');
  });
});
