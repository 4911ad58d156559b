import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import type { Clock } from '../../src/http/clock.ts';
import { configOf, configure, discoverStreams, openAccount, read } from '../support/affinity-account.ts';
import type { AirbyteStream, Output } from '../support/airbyte-run.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { discoverCatalog, selectStreams, syncTap, type TapCatalog } from '../support/singer-run.ts';
import { createSingerTarget } from '../support/singer-target.ts';
import { type Arrived, collect, cutBehind, differences, hastyClock } from './interrupted.ts';

const SEED = Number(process.env['ANY_WAY_SEED'] ?? 20261123);
const RUNS = Number(process.env['ANY_WAY_RUNS'] ?? 8);
const SETTINGS = { list_references: ['3300', '3304/950'] };
/** A platform tries again after a failure that time may mend; with a fifth of all answers broken that happens. */
const MOST_ATTEMPTS = 6;
const patience = { timeout: 300_000 };

/** How a sync goes: where pages end and what comes first, how many answers go wrong, and where it is killed. */
const ways = fc.record({
  unevenSeed: fc.nat(),
  faults: fc.constantFrom(0, 0, 0.05, 0.2),
  /** After so many thousandths of the lines. */
  kills: fc.array(fc.nat(1_000), { maxLength: 3 }),
  mode: fc.constantFrom('full_refresh' as const, 'incremental' as const),
});

let account: Sandbox;
let streams: readonly AirbyteStream[];
let catalog: TapCatalog;
let truth: Arrived;
let tables: ReadonlyMap<string, ReadonlyMap<string, string>>;

beforeAll(async () => {
  account = await openAccount({ scale: 0.3 });
  streams = await discoverStreams(configOf(account, SETTINGS));
  const whole = await read(configOf(account, SETTINGS), configure(streams), { clock: hastyClock() });
  expect(whole.errors).toEqual([]);
  truth = collect(streams, whole.messages);
  catalog = selectStreams(await discoverCatalog(configOf(account, SETTINGS)));
  const target = createSingerTarget();
  target.take((await syncTap(configOf(account, SETTINGS), { catalog })).messages);
  tables = target.tables();
});

afterAll(() => account.close());

/** Where nothing has to be tried again, so much time passes that every checkpoint becomes a state. */
function clockOf({ faults }: { faults: number }): Clock {
  return faults === 0 ? hastyClock() : createFastClock(50);
}

/** Every state tells how many records came since the one before it of its stream, and no other number. */
function checkCounts({ messages }: Pick<Output, 'messages'>): void {
  const counts = new Map<string, number>();
  for (const { record, state } of messages) {
    if (record !== undefined) counts.set(record.stream, (counts.get(record.stream) ?? 0) + 1);
    if (state === undefined) continue;
    const { name } = state.stream.stream_descriptor;
    expect(state.sourceStats.recordCount, name).toBe(counts.get(name) ?? 0);
    counts.set(name, 0);
  }
}

/** The account as it is on this way; what it had before comes back afterwards. */
async function along(way: { unevenSeed: number; faults: number }, go: () => Promise<void>): Promise<void> {
  account.configure({ unevenSeed: way.unevenSeed });
  account.setFaults(way.faults);
  try {
    await go();
  } finally {
    account.configure({ unevenSeed: null });
    account.clearFaults();
  }
}

describe('a sync of all streams, any way it goes', () => {
  test(`brings the same rows in Airbyte's protocol, with right counts (seed ${SEED})`, patience, async () => {
    const property = fc.asyncProperty(ways, (way) =>
      along(way, async () => {
        const arrived: Arrived = new Map();
        const kills = [...way.kills];
        let states: unknown[] = [];
        for (let attempt = 1; ; attempt += 1) {
          const run = await read(configOf(account, SETTINGS), configure(streams, way.mode), {
            clock: clockOf(way),
            random: () => 0.1,
            env: { WORKER_JOB_ID: '7' },
            ...(states.length === 0 ? {} : { state: states }),
          });
          checkCounts(run);
          for (const error of run.errors) expect(error).toMatchObject({ failure_type: 'transient_error' });
          const kill = kills.shift();
          const seen = cutBehind(run, Math.round(((kill ?? 1_000) / 1_000) * run.messages.length));
          collect(streams, seen.messages, arrived);
          states = merged(states, seen.states);
          if (kill === undefined && run.exitCode === 0) break;
          expect(attempt).toBeLessThan(MOST_ATTEMPTS);
        }
        expect(differences(truth, arrived)).toEqual([]);
      }),
    );
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  });

  test(`leaves the same tables behind a Singer target (seed ${SEED})`, patience, async () => {
    const property = fc.asyncProperty(ways, (way) =>
      along(way, async () => {
        const target = createSingerTarget();
        const kills = [...way.kills];
        for (let attempt = 1; ; attempt += 1) {
          const run = await syncTap(configOf(account, SETTINGS), {
            catalog: withMethod(catalog, way.mode),
            clock: clockOf(way),
            random: () => 0.1,
            state: target.state(),
          });
          const kill = kills.shift();
          target.take(run.messages.slice(0, Math.round(((kill ?? 1_000) / 1_000) * run.messages.length)));
          if (kill === undefined && run.exitCode === 0) break;
          expect(attempt).toBeLessThan(MOST_ATTEMPTS);
        }
        expect(differences(asArrived(tables), asArrived(target.tables()))).toEqual([]);
      }),
    );
    await fc.assert(property, { seed: SEED + 1, numRuns: RUNS, endOnFailure: true });
  });
});

/** The last state of each stream, older ones where a killed attempt told none. */
function merged(before: readonly unknown[], after: readonly unknown[]): unknown[] {
  const nameOf = (state: unknown): string => (state as Output['states'][number]).stream.stream_descriptor.name;
  return [...new Map([...before, ...after].map((state) => [nameOf(state), state])).values()];
}

/** All streams whole, or those that can by their time. */
function withMethod({ streams: all }: TapCatalog, mode: 'full_refresh' | 'incremental'): TapCatalog {
  if (mode === 'incremental') return { streams: all };
  const whole = { 'replication-method': 'FULL_TABLE' };
  return {
    streams: all.map((stream) => ({
      ...stream,
      metadata: stream.metadata.map((each) =>
        each.breadcrumb.length === 0 ? { ...each, metadata: { ...each.metadata, ...whole } } : each,
      ),
    })),
  };
}

function asArrived(of: ReadonlyMap<string, ReadonlyMap<string, string>>): Arrived {
  return new Map([...of].map(([stream, rows]) => [stream, new Map(rows)]));
}
