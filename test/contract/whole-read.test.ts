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
import type { AirbyteStream } from '../support/airbyte-run.ts';
import { itKeepsTheRulesOfReads, type ReadOfCatalog } from '../support/read-rules.ts';

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
const runs = new Map<string, ReadOfCatalog>();

beforeAll(async () => {
  account = await openAccount();
  const config = configOf(account, { list_references: ['all', '3300/911', '3304/950'] });
  const options = { clock: tickingClock(), arguments: ['--debug'] };
  streams = await discoverStreams(config);
  const catalog = configure(streams, 'incremental');
  const first = await read(config, catalog, options);
  const second = await read(config, catalog, { ...options, state: lastStates(first) });
  runs.set('full refresh', { catalog: streams, output: await read(config, configure(streams), options) });
  runs.set('incremental', { catalog: streams, output: first });
  runs.set('incremental again', { catalog: streams, output: second });
  const asArrays = configOf(account, { field_layout: 'array', start_date: '2025-01-01T00:00:00Z' });
  const arrays = await discoverStreams(asArrays);
  runs.set('arrays of fields, from a date on', {
    catalog: arrays,
    output: await read(asArrays, configure(arrays, 'incremental'), options),
  });
});

afterAll(() => account.close());

function runOf(name: string): ReadOfCatalog {
  const found = runs.get(name);
  if (found === undefined) throw new Error(`no run ${name}`);
  return found;
}

const names = ['full refresh', 'incremental', 'incremental again', 'arrays of fields, from a date on'];

describe.each(names)('a read of all streams (%s)', (name) => {
  itKeepsTheRulesOfReads(() => runOf(name));

  it('is of all streams, and tells the states of some more than once', () => {
    const { catalog, output } = runOf(name);
    expect(catalog.length).toBeGreaterThanOrEqual(name.startsWith('arrays') ? 25 : 30);
    expect(output.states.length).toBeGreaterThan(catalog.length);
  });

  it('keeps the API key to itself', () => {
    const { text } = runOf(name).output;
    for (const form of [API_KEY, btoa(API_KEY), btoa(`:${API_KEY}`), encodeURIComponent(API_KEY)]) {
      expect(text.includes(form)).toBe(false);
    }
  });
});

describe('a second incremental read', () => {
  it('brings less than the first, and full-refresh streams whole again', () => {
    const [first, second] = [runOf('incremental').output, runOf('incremental again').output];
    for (const { name, supported_sync_modes } of streams) {
      const [before, after] = [first.recordsOf(name).length, second.recordsOf(name).length];
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
