import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure, lastStates } from '../support/affinity-account.ts';
import type { AirbyteState, AirbyteStream, Output } from '../support/airbyte-run.ts';
import { type Account, openAccount } from './account.ts';
import { keyOf, readInImage } from './reads.ts';

/** How many of a stream's states are resumed from, where it has that many. */
const SAMPLES = 5;
const FUTURE = '2100-01-01T00:00:00Z';

let account: Account;
let catalog: object;
let first: Output;

beforeAll(async () => {
  // So slow that states are due in the middle of streams.
  account = await openAccount({ latencyMs: 600 });
  catalog = configure(account.streams, 'incremental');
  first = await readInImage(account, catalog);
  account.sandbox.configure({ latencyMs: 0, fieldsLatencyMs: 0 });
}, 180_000);
afterAll(async () => {
  await account.close();
});

interface Place {
  readonly state: AirbyteState;
  /** The keys of the stream's rows that come after the state. */
  readonly following: readonly string[];
}

/** The states of each stream with what follows them: samples, evenly spread, the first and the last among them. */
function placesOf({ messages }: Output): Map<string, Place[]> {
  const places = new Map<string, { state: AirbyteState; following: string[] }[]>();
  for (const { record, state } of messages) {
    if (record !== undefined) {
      for (const { following } of places.get(record.stream) ?? []) {
        following.push(keyOf(account, record.stream, record.data));
      }
    }
    if (state === undefined) continue;
    const { name } = state.stream.stream_descriptor;
    places.set(name, [...(places.get(name) ?? []), { state, following: [] }]);
  }
  const sample = <T>(all: readonly T[]): T[] => {
    const indexes = Array.from({ length: SAMPLES }, (_, index) =>
      Math.round((index * (all.length - 1)) / (SAMPLES - 1)),
    );
    return [...new Set(indexes)].flatMap((index) => all[index] ?? []);
  };
  return new Map([...places].map(([name, all]) => [name, sample(all)]));
}

/** The same states, as if written by a sync whose clock was far ahead. */
function inTheFuture(states: readonly object[]): object[] {
  return JSON.parse(JSON.stringify(states).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, `"${FUTURE}"`)) as object[];
}

describe('a read from the states of another', () => {
  it('brings at least what followed them, from each of five in a stream', async () => {
    const places = placesOf(first);
    expect(places.size).toBe(account.streams.length);
    let [resumed, inTheMiddle] = [0, 0];
    for (let index = 0; index < SAMPLES; index += 1) {
      const chosen = [...places.values()].flatMap((all) => all[index] ?? []);
      const output = await readInImage(
        account,
        catalog,
        chosen.map(({ state }) => state),
      );
      expect([output.exitCode, output.errors]).toEqual([0, []]);
      const read = new Set(output.records.map(({ stream, data }) => keyOf(account, stream, data)));
      expect(chosen.flatMap(({ following }) => following).filter((key) => !read.has(key))).toEqual([]);
      resumed += chosen.length;
      inTheMiddle += chosen.filter(({ following }) => following.length > 0).length;
    }
    expect(resumed).toBeGreaterThan(account.streams.length);
    expect(inTheMiddle).toBeGreaterThan(5);
  });
});

describe('a state from the future', () => {
  it('brings no row, but a state of each stream', async () => {
    const isIncremental = ({ supported_sync_modes }: AirbyteStream): boolean =>
      supported_sync_modes.includes('incremental');
    const streams = account.streams.filter(isIncremental);
    const names = streams.map(({ name }) => name);
    const states = lastStates(first).filter((state) =>
      names.includes((state as AirbyteState).stream.stream_descriptor.name),
    );
    // What has come in since is there to be read, but not for a sync that has been in the future already.
    account.sandbox.change({ kind: 'insert', stream: 'emails', count: 3 });
    const mail = configure(
      streams.filter(({ name }) => name === 'emails'),
      'incremental',
    );
    expect((await readInImage(account, mail, states)).records.length).toBeGreaterThanOrEqual(3);
    const output = await readInImage(account, configure(streams, 'incremental'), inTheFuture(states));
    expect([output.exitCode, output.errors]).toEqual([0, []]);
    expect(output.records).toEqual([]);
    expect([...new Set(output.states.map(({ stream }) => stream.stream_descriptor.name))].sort()).toEqual(names.sort());
  });
});

describe('a catalog of a stream that is not there, in a mode that is none', () => {
  it('fails with a TRACE that says why', async () => {
    const stream = {
      name: '__AIRBYTE__stream_that_does_not_exist',
      json_schema: {},
      supported_sync_modes: ['INVALID'],
    };
    const output = await readInImage(account, {
      streams: [{ stream, sync_mode: 'INVALID', destination_sync_mode: 'INVALID' }],
    });
    expect(output.exitCode).toBe(1);
    expect(output.errors.length).toBeGreaterThanOrEqual(1);
    expect(output.records).toEqual([]);
  });
});
