import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planStream } from '../../src/source/plan.ts';
import { StreamProgress } from '../../src/source/progress.ts';
import { emptyState, type StreamState } from '../../src/source/stream-state.ts';
import type { Partition, ReadContext, Stream } from '../../src/streams/stream.ts';
import { isInSlice, type TimeSlice } from '../../src/streams/time.ts';
import { fakeStream } from '../support/sync-run.ts';
import { createChance, DAY_MS, MINUTE_MS, ModelApi, ORIGIN_MS, SECOND_MS, throughJson } from './time-model.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261122);
const RUNS = Number(process.env['FC_RUNS'] ?? 300);
const PARENTS = 12;
const rule = { created: 'createdAt', changed: 'updatedAt', overlapMs: 10 * MINUTE_MS };

/** Children of a row with id n belong to the parent n modulo 12, of which only what is needed goes out. */
class Threads {
  readonly api: ModelApi;
  readonly stream: Stream;

  constructor(api: ModelApi) {
    this.api = api;
    this.stream = fakeStream('threads', {
      time: rule,
      partitions: (_context, need) => Promise.resolve(this.list(need)),
    });
  }

  childrenOf(parentId: number) {
    return this.api.rows.filter(({ id }) => (id * 7) % PARENTS === parentId).flatMap((row) => this.api.see(row) ?? []);
  }

  list(need: TimeSlice | undefined): Partition[] {
    return Array.from({ length: PARENTS }, (_, id) => id).flatMap((id): Partition[] => {
      const asked = this.childrenOf(id).filter(({ created, changed }) => isInSlice(need, created, changed));
      const times = asked.map(({ created, changed }) => Date.parse(changed ?? created));
      const changedMs = Math.max(...times);
      return asked.length === 0 ? [] : [{ key: `thread ${id}`, parentId: id, changedMs, ...(need && { need }) }];
    });
  }

  /** One sync, killed after some steps; notes the versions that it brings. */
  async sync(options: {
    state: StreamState;
    startMs: number | null;
    stepsToLive: number;
    arrived: Map<number, number>;
  }) {
    const { api } = this;
    const nowMs = Math.floor(api.nowMs / SECOND_MS) * SECOND_MS;
    const context = { config: { startDateMs: options.startMs ?? undefined } } as unknown as ReadContext;
    const plan = await planStream({ stream: this.stream, saved: options.state, context, nowMs });
    const progress = new StreamProgress({ state: plan.state, rule, nowMs, need: plan.need });
    let written = options.state;
    const waiting = [...plan.partitions];
    const running: { partition: Partition; afterId: number }[] = [];
    for (let step = 0; ; step += 1) {
      while (running.length < 3 && waiting.length > 0) {
        const partition = waiting.shift();
        if (partition === undefined) break;
        progress.begin(partition);
        running.push({ partition, afterId: Number(plan.state.begun.get(partition.key)?.cursor ?? 0) });
      }
      const current = running[api.upTo(running.length)];
      if (current === undefined) break;
      if (step >= options.stepsToLive) return { state: written, read: plan.partitions.length };
      this.happen();
      const rest = this.childrenOf(current.partition.parentId ?? -1).filter(({ row }) => row.id > current.afterId);
      const size = 1 + api.upTo(2);
      for (const { row, version, created, changed } of rest.slice(0, size))
        if (isInSlice(current.partition.need, created, changed))
          options.arrived.set(row.id, Math.max(version, options.arrived.get(row.id) ?? 0));
      current.afterId = rest.slice(0, size).at(-1)?.row.id ?? current.afterId;
      if (rest.length <= size) {
        progress.finish(current.partition);
        running.splice(running.indexOf(current), 1);
      } else progress.checkpoint(current.partition, String(current.afterId));
      if (api.chance() < 0.7) written = throughJson(progress.state);
    }
    progress.complete(null);
    return { state: throughJson(progress.state), read: plan.partitions.length };
  }

  happen(): void {
    if (this.api.chance() < 0.5) this.api.nowMs += this.api.upTo(400) * SECOND_MS;
    if (this.api.chance() < 0.3) this.api.add();
    if (this.api.chance() < 0.3) this.api.update(false);
  }
}

describe('parents that cover time together', () => {
  test('whatever happens, a whole sync at the end leaves no child out, and one more reads only what changed', async () => {
    const start = fc.option(
      fc.integer({ min: -1, max: 700 }).map((days) => ORIGIN_MS - days * DAY_MS),
      { nil: null },
    );
    const syncs = fc.array(
      fc.record({
        pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 90_000_000 })),
        startMs: fc.option(start, { nil: undefined, freq: 2 }),
        stepsToLive: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 20 })),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 40 }), syncs, async (seed, rows, history) => {
        const api = new ModelApi(rule, createChance(seed));
        for (let index = 0; index < rows; index += 1) api.add(ORIGIN_MS - api.upTo(700 * 24 * 60) * MINUTE_MS);
        const threads = new Threads(api);
        const arrived = new Map<number, number>();
        let state = emptyState('incremental');
        let startMs: number | null = null;
        for (const sync of history) {
          api.nowMs += sync.pauseMs;
          if (sync.startMs !== undefined) startMs = sync.startMs;
          ({ state } = await threads.sync({ state, startMs, stepsToLive: sync.stepsToLive, arrived }));
        }
        threads.happen = () => {};
        const stepsToLive = Number.POSITIVE_INFINITY;
        ({ state } = await threads.sync({ state, startMs, stepsToLive, arrived }));
        for (const row of api.rows) {
          const seen = api.see(row);
          const latest = seen && row.versions[seen.version];
          if (seen === undefined || latest === undefined || (startMs !== null && latest.atMs < startMs)) continue;
          expect(arrived.get(row.id) ?? 'missing', `row ${row.id}, version`).toBeGreaterThanOrEqual(seen.version);
        }
        // The first may have resumed one that began long before.
        ({ state } = await threads.sync({ state, startMs, stepsToLive, arrived }));
        const again = await threads.sync({ state, startMs, stepsToLive, arrived });
        const recent = threads.list({
          created: [],
          changed: { fromMs: api.nowMs - rule.overlapMs - 1000, toMs: null },
          changedSinceStartMs: null,
        });
        const created = api.rows.filter(
          ({ versions }) => (versions[0]?.atMs ?? 0) >= api.nowMs - rule.overlapMs - 1000,
        );
        expect(again.read).toBeLessThanOrEqual(recent.length + created.length);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
