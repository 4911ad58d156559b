import { describe, expect, test } from 'vitest';
import { checkpoint, page, type ReadItem, WHOLE } from '../../src/streams/stream.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { fakeStream, fakeSync, idsOf, pagesOf, runFakeSync, stateJson, statesOf } from '../support/sync-run.ts';

describe('states', () => {
  const countsAtStates = (events: Awaited<ReturnType<typeof runFakeSync>>): number[] => {
    const counts: number[] = [];
    let rows = 0;
    for (const event of events) {
      if (event.type === 'page') rows += event.rows.length;
      if (event.type === 'checkpoint') counts.push(rows);
    }
    return counts;
  };

  test('come after 1,000 rows and at the end, while no time passes', async () => {
    const stream = fakeStream('people', {
      readPartition: (_context, _partition, cursor) => pagesOf(2550, 100, cursor),
    });
    expect(countsAtStates(await runFakeSync([{ stream }]))).toEqual([1000, 2000, 2550]);
  });

  test('come after 5 seconds, however few the rows', async () => {
    const clock = createFakeClock();
    const stream = fakeStream('people', {
      async *readPartition() {
        for (let id = 1; id <= 12; id += 1) {
          await clock.advance(1000);
          yield page([{ id }]);
          if (id < 12) yield checkpoint(String(id));
        }
      },
    });
    expect(countsAtStates(await runFakeSync([{ stream }], { clock }))).toEqual([5, 10, 12]);
  });

  test('never repeat, and hold only what was written before', async () => {
    const clock = createFakeClock();
    const stream = fakeStream('people', {
      async *readPartition() {
        for (let id = 1; id <= 30; id += 1) {
          await clock.advance(6000);
          if (id % 3 === 0) yield page([{ id }]);
          yield checkpoint(String(id - (id % 3)));
        }
      },
    });
    const events = await runFakeSync([{ stream }], { clock });
    const states = statesOf(events, 'people').map(stateJson);
    expect(states.every((state, index) => state !== states[index - 1])).toBe(true);
    const written: unknown[] = [];
    for (const event of events) {
      if (event.type === 'page') written.push(...event.rows.map(({ key }) => key));
      if (event.type !== 'checkpoint') continue;
      const cursor = event.state.begun.get(WHOLE.key)?.cursor;
      if (cursor !== undefined && cursor !== '0') expect(written).toContain(Number(cursor));
    }
  });
});

describe('memory', () => {
  test('a reader that stands still stops the fetching at 32 pages, of all streams together', async () => {
    let asked = 0;
    const stream = (name: string) =>
      fakeStream(name, {
        partitions: () => Promise.resolve(Array.from({ length: 10 }, (_, id) => ({ key: `${id}`, parentId: id }))),
        async *readPartition(_context, { parentId = 0 }): AsyncGenerator<ReadItem, void, undefined> {
          for (let id = 1; id <= 20; id += 1) {
            asked += 1;
            await new Promise((resolve) => setImmediate(resolve));
            yield page([{ id: parentId * 100 + id }]);
            yield checkpoint(String(id));
          }
        },
      });
    const events = fakeSync(['a', 'b', 'c', 'd', 'e'].map((name) => ({ stream: stream(name) })));
    let [taken, isStalled] = [0, false];
    for await (const event of events) {
      if (event.type !== 'page') continue;
      taken += 1;
      expect(asked - taken).toBeLessThanOrEqual(32);
      if (isStalled || taken < 100) continue;
      isStalled = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(asked - taken).toBe(31);
    }
    expect(taken).toBe(5 * 10 * 20);
  });
});

describe('fairness', () => {
  test('a short stream does not wait for the end of a long one, nor a short parent for a long one', async () => {
    const parents = [
      { key: 'long', parentId: 1 },
      { key: 'short', parentId: 2 },
    ];
    const fanOut = fakeStream('fan_out', {
      partitions: () => Promise.resolve(parents),
      readPartition: (_context, { parentId }) => pagesOf(parentId === 1 ? 200 : 2, 1),
    });
    const short = fakeStream('short', { readPartition: () => pagesOf(3, 1) });
    const events = await runFakeSync([{ stream: fanOut }, { stream: short }]);
    const pages = events.filter(({ type }) => type === 'page');
    const lastOf = (name: string): number => pages.findLastIndex((event) => 'stream' in event && event.stream === name);
    expect(lastOf('short')).toBeLessThan(20);
    expect(idsOf(events, 'fan_out').lastIndexOf(2)).toBeLessThan(20);
  });
});
