import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../../sandbox/changes/change.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { findStream } from '../../src/streams/index.ts';
import { createChance } from '../source/time-model.ts';
import { configOf, configure, discoverStreams, lastStates, openAccount, read } from '../support/affinity-account.ts';
import type { AirbyteStream, Output } from '../support/airbyte-run.ts';
import { collect, countRows, cutBehind, differences, hastyClock, unsaved, versionsOf } from './interrupted.ts';

const SEED = Number(process.env['RESUME_SEED'] ?? 20261122);
const SETTINGS = { list_references: ['3300', '3304/950'] };
/** Rows that a sync reads again on purpose: those of the last minutes. */
const OVERLAP = 60;
/** Of partitions side by side, a few have a page out whose checkpoint is not. */
const SIDE_BY_SIDE = 300;

/** Random lines to be cut at, from a seed that a failing test shows. */
function cuts(seed: number, count: number): number[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, () => chance());
}

// Without a monthly quota companies and persons are read in another way.
describe.each([
  ['full_refresh', null],
  ['incremental', 100_000],
] as const)('a %s of all streams, with %s calls a month, killed and resumed', (mode, monthLimit) => {
  let account: Sandbox;
  let streams: readonly AirbyteStream[];
  let whole: Output;
  const env = { WORKER_JOB_ID: '7' };

  beforeAll(async () => {
    account = await openAccount({ scale: 1, monthLimit });
    streams = await discoverStreams(configOf(account, SETTINGS));
    whole = await read(configOf(account, SETTINGS), configure(streams, mode), { clock: hastyClock(), env });
    expect(whole.errors).toEqual([]);
  });

  afterAll(() => account.close());

  test.each([0, 1, ...cuts(SEED, 6)])(
    `at %d of its lines (seed ${SEED}) has every row, and reads little twice`,
    async (share) => {
      const { states, messages } = cutBehind(whole, Math.round(share * whole.messages.length));
      const resumed = await read(configOf(account, SETTINGS), configure(streams, mode), {
        clock: hastyClock(),
        env,
        state: states,
      });
      expect(resumed.errors).toEqual([]);
      const truth = collect(streams, whole.messages);
      expect(differences(truth, collect(streams, resumed.messages, collect(streams, messages)))).toEqual([]);
      const [before, after, again] = [countRows(messages), countRows(resumed.messages), unsaved(messages)];
      for (const { name } of streams) {
        const twice = (before.get(name) ?? 0) + (after.get(name) ?? 0) - (truth.get(name)?.size ?? 0);
        // V1 tokens are resumed one page back, and its notes overlap by a week.
        const allowed = OVERLAP + (name === 'notes' ? 500 : SIDE_BY_SIDE);
        expect(twice, `${name} read again`).toBeLessThanOrEqual((again.get(name) ?? 0) + allowed);
      }
    },
  );
});

const changes: Change[] = [
  ...(['emails', 'meetings', 'calls', 'chat_messages', 'notes_v2', 'note_replies', 'reminders'] as const).flatMap(
    (stream): Change[] => [
      { kind: 'insert', stream, count: 3 },
      { kind: 'update', stream, count: 40 },
    ],
  ),
  ...(['field_value_changes', 'transcripts', 'files'] as const).map(
    (stream): Change => ({ kind: 'insert', stream, count: 3 }),
  ),
  { kind: 'backfill-mail', count: 4 },
  { kind: 'reply', count: 5 },
  { kind: 'finish-merge', of: 'company' },
  { kind: 'merge', of: 'person' },
];

describe('changes between the kill and the resumption', () => {
  test.each(cuts(SEED + 1, 4))(
    `arrive, then or the next time, when it was at %d of the lines (seed ${SEED})`,
    async (share) => {
      const account = await openAccount({ scale: 1 });
      const config = configOf(account);
      const all = await discoverStreams(config);
      const streams = all.filter(({ supported_sync_modes }) => supported_sync_modes.includes('incremental'));
      account.change({ kind: 'merge', of: 'company', isUnfinished: true });
      const catalog = configure(streams, 'incremental');
      const whole = await read(config, catalog, { clock: hastyClock() });
      const { states, messages } = cutBehind(whole, Math.round(share * whole.messages.length));

      account.advance(3_600_000);
      account.change(...changes);
      account.advance(3_600_000);
      const resumed = await read(config, catalog, { clock: hastyClock(), state: states });
      account.advance(60_000);
      const next = await read(config, catalog, { clock: hastyClock(), state: lastStates(resumed) });
      expect([...resumed.errors, ...next.errors]).toEqual([]);

      const rows = [messages, resumed.messages, next.messages].flat().flatMap(({ record }) => record ?? []);
      const missing = streams.flatMap(({ name }) => {
        const stream = findStream(name);
        if (stream === undefined) return [`no stream ${name}`];
        const data = rows.filter((row) => row.stream === name).map((row) => row.data);
        const [arrived, held] = [versionsOf(stream, data), versionsOf(stream, account.rows(name))];
        return [...held].flatMap(([key, version]) =>
          arrived.get(key) === version ? [] : [`${name} ${key}: ${arrived.get(key)}, not ${version}`],
        );
      });
      expect(missing).toEqual([]);
      const third = await read(config, catalog, { state: lastStates(next) });
      expect(third.records.length).toBeLessThan(whole.records.length / 5);
      await account.close();
    },
  );
});

describe('a stop at the n-th request', () => {
  test.each(cuts(SEED + 2, 3))(
    `leaves a state from which nothing is missing (%d of the requests, seed ${SEED})`,
    async (share) => {
      const account = await openAccount({ scale: 1 });
      const config = configOf(account, SETTINGS);
      const streams = await discoverStreams(config);
      const catalog = configure(streams, 'incremental');
      const whole = await read(config, catalog, { clock: hastyClock() });
      const callsOfAll = account.requests.length;
      account.clearRequests();

      const stop = new AbortController();
      const watch = setInterval(() => {
        if (account.requests.length >= 0.8 * share * callsOfAll) stop.abort();
      }, 1);
      const stopped = await read(config, catalog, { clock: hastyClock(), stop: stop.signal });
      clearInterval(watch);
      expect(stopped.errors).toEqual([]);
      expect(stopped.exitCode).not.toBe(0);
      expect(Object.values(stopped.statuses).every((each) => /^STARTED RUNNING (IN)?COMPLETE$/.test(each))).toBe(true);
      // The last thing that an unfinished stream says is a state that knows of all its rows, but for a page each.
      const resumed = await read(config, catalog, { clock: hastyClock(), state: lastStates(stopped) });
      const union = collect(streams, resumed.messages, collect(streams, stopped.messages));
      expect(differences(collect(streams, whole.messages), union)).toEqual([]);
      await account.close();
    },
  );
});
