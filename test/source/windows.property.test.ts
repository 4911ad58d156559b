import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyState, type StreamState } from '../../src/source/stream-state.ts';
import type { TimeRule } from '../../src/streams/time.ts';
import {
  createChance,
  DAY_MS,
  happen,
  MINUTE_MS,
  ModelApi,
  ORIGIN_MS,
  runModelSync,
  SECOND_MS,
  throughJson,
} from './time-model.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261122);
const RUNS = Number(process.env['FC_RUNS'] ?? 300);

const rules: Record<string, TimeRule> = {
  'created and changed': { created: 'createdAt', changed: 'updatedAt', overlapMs: 10 * MINUTE_MS },
  'scans with a long overlap': { created: 'c', changed: 'u', overlapMs: 7 * DAY_MS, isScan: true },
  'created only': { created: 'createdAt', overlapMs: 10 * MINUTE_MS },
};

/** How long nothing happens between two syncs: from none to most of a year. */
const pauses = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 20 * 60 }).map((seconds) => seconds * SECOND_MS),
  fc.integer({ min: 1, max: 300 }).map((days) => days * DAY_MS),
);
/** Days before the origin, fractions for dates near the syncs; null for none. */
const starts = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 2200 }).map((days) => ORIGIN_MS - days * DAY_MS) },
  { weight: 1, arbitrary: fc.integer({ min: -600, max: 600 }).map((seconds) => ORIGIN_MS + seconds * SECOND_MS) },
);
const histories = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  rows: fc.integer({ min: 0, max: 40 }),
  syncs: fc.array(
    fc.record({
      pauseMs: pauses,
      /** Undefined: as before. */
      startMs: fc.option(starts, { nil: undefined, freq: 2 }),
      stepsToLive: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 25 })),
      events: fc.integer({ min: 0, max: 6 }),
    }),
    { maxLength: 7 },
  ),
});

function runHistory(rule: TimeRule, { seed, rows, syncs }: typeof histories extends fc.Arbitrary<infer T> ? T : never) {
  const api = new ModelApi(rule, createChance(seed));
  for (let index = 0; index < rows; index += 1) api.add(ORIGIN_MS - api.upTo(6 * 365 * 24 * 60) * MINUTE_MS);
  for (let index = 0; index < rows / 4; index += 1) api.update(false);
  let state: StreamState = emptyState('incremental');
  let startMs: number | null = null;
  const arrived = new Map<number, number>();
  const note = (outcome: ReturnType<typeof runModelSync>): void => {
    for (const { seen } of outcome.delivered)
      arrived.set(seen.row.id, Math.max(seen.version, arrived.get(seen.row.id) ?? 0));
  };

  for (const sync of syncs) {
    api.nowMs += sync.pauseMs;
    for (let event = 0; event < sync.events; event += 1) happen(api);
    if (sync.startMs !== undefined) startMs = sync.startMs;
    const begunBefore = state.begun;
    const outcome = runModelSync({ api, state, startMs, stepsToLive: sync.stepsToLive, isBusy: true });
    note(outcome);
    for (const { key, seen } of outcome.delivered) {
      if (startMs === null || begunBefore.has(key)) continue;
      const changedMs = seen.changed === null ? Number.NEGATIVE_INFINITY : Date.parse(seen.changed);
      const [createdMs, knowsChanges] = [Date.parse(seen.created), rule.changed !== undefined];
      expect(createdMs >= startMs || (knowsChanges && changedMs >= startMs), 'nothing from before the start').toBe(
        true,
      );
    }
    ({ state } = outcome);
    expect(throughJson(state)).toEqual(state);
    expect(state.begun.size).toBeLessThanOrEqual(3);
    expect(state.covered.length).toBeLessThanOrEqual(4 * (syncs.length + 1));
    expect(state.changed.length).toBeLessThanOrEqual(4);
    expect(outcome.partitions.length).toBeLessThanOrEqual(3 + 7 * (state.covered.length + 4));
  }
  return { api, state, startMs, arrived, note };
}

describe.each(Object.entries(rules))('planning by time, %s', (_name, rule) => {
  test('whatever happens, a whole sync at the end leaves nothing out, and one more brings only the overlap', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { api, state, startMs, arrived, note } = runHistory(rule, history);
        api.nowMs += 2 * SECOND_MS;
        const asOfMs = api.nowMs;
        const whole = { api, startMs, stepsToLive: Number.POSITIVE_INFINITY, isBusy: false };
        const last = runModelSync({ ...whole, state });
        note(last);
        for (const row of api.rows) {
          const seen = api.see(row);
          if (seen === undefined) continue;
          const [first, latest] = [row.versions[0], row.versions[seen.version]];
          const isWanted =
            startMs === null ||
            (first?.atMs ?? 0) >= startMs ||
            (rule.changed !== undefined && (latest?.atMs ?? 0) >= startMs);
          if (!isWanted) continue;
          const expected = rule.changed === undefined ? 0 : seen.version;
          expect(arrived.get(row.id) ?? 'missing', `row ${row.id}, version`).toBeGreaterThanOrEqual(expected);
        }

        const again = runModelSync({ ...whole, state: last.state });
        const reachesBackMs = asOfMs - rule.overlapMs - 1000;
        for (const { seen } of again.delivered) {
          const times = [seen.created, seen.changed ?? seen.created].map((text) => Date.parse(text));
          // Rows that may change without a trace are asked for again on purpose.
          if (rule.changed !== undefined) expect(Math.max(...times)).toBeGreaterThanOrEqual(reachesBackMs);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

describe('rows that change without a trace', () => {
  test('those that were unfinished arrive finished', () => {
    const rule: TimeRule = { created: 'startedAt', overlapMs: 10 * MINUTE_MS };
    fc.assert(
      fc.property(histories, (history) => {
        const { api, state, arrived, note } = runHistory(rule, {
          ...history,
          syncs: history.syncs.map((sync) => ({ ...sync, startMs: null })),
        });
        for (let index = 0; index < 10; index += 1) api.update(true);
        api.nowMs += DAY_MS;
        const last = { api, state, startMs: null, stepsToLive: Number.POSITIVE_INFINITY, isBusy: false };
        note(runModelSync(last));
        for (const row of api.rows)
          if (row.versions.length > 1) expect(arrived.get(row.id) ?? 'missing').toBeGreaterThanOrEqual(1);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
