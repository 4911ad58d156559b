import { describe, expect, test } from 'vitest';
import { StaleCursorError } from '../../src/affinity/errors.ts';
import { type PartitionReport, type ReadPartitionsOptions, readPartitions } from '../../src/source/partitions.ts';
import { createPlaces, type StreamPlaces } from '../../src/source/places.ts';
import { type PreparedItem, type PreparedPage, prepareItems } from '../../src/source/rows.ts';
import { checkpoint, type Partition, type Row } from '../../src/streams/stream.ts';
import { parsed, prepared } from '../support/prepared-rows.ts';
import { pagesOf } from '../support/sync-run.ts';

/** Pages of rows that are prepared as they are. */
function page(rows: readonly Row[]): PreparedPage {
  return { type: 'page', rows: rows.map((row) => prepared(row)) };
}

/** Pages of `size` rows with ids from 1 to `count`, each followed by a checkpoint that holds the last id. */
function preparedPagesOf(...args: Parameters<typeof pagesOf>): AsyncGenerator<PreparedItem, void, undefined> {
  return prepareItems(pagesOf(...args), (row) => prepared(row));
}

/** Of a stream of which a small page has come before. */
async function placesOf(count: number): Promise<StreamPlaces> {
  const places = createPlaces(count).of('stream');
  const { fill, release } = await places.acquire(new AbortController().signal);
  fill(1);
  release();
  return places;
}

const parts = (count: number): Partition[] => Array.from({ length: count }, (_, index) => ({ key: `part ${index}` }));

/** Reads partitions whose pages are written as soon as they come. */
async function run(options: Partial<ReadPartitionsOptions>) {
  const reports: PartitionReport[] = [];
  const warnings: string[] = [];
  const outcome = await readPartitions({
    partitions: parts(1),
    read: () => preparedPagesOf(4, 2),
    savedCursor: () => undefined,
    concurrency: 8,
    places: await placesOf(24),
    report(report) {
      reports.push(report);
      if (report.type === 'page') report.release();
    },
    warn: (message) => warnings.push(message),
    signal: new AbortController().signal,
    ...options,
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { reports, warnings, outcome };
}

describe('reading partitions', () => {
  test('reports the beginning, pages and checkpoints in their order, and the end', async () => {
    const { reports } = await run({});
    expect(reports.map(({ type }) => type)).toEqual(['begin', 'page', 'checkpoint', 'page', 'finish']);
  });

  test('goes on from the saved cursor', async () => {
    const cursors: unknown[] = [];
    const read: ReadPartitionsOptions['read'] = (_partition, cursor) => {
      cursors.push(cursor);
      return preparedPagesOf(4, 2, cursor);
    };
    const { reports } = await run({
      partitions: parts(2),
      read,
      savedCursor: ({ key }) => (key === 'part 1' ? '2' : undefined),
    });
    expect(cursors).toEqual([undefined, '2']);
    expect(reports.filter(({ type }) => type === 'page')).toHaveLength(3);
  });

  test('begins partitions in order, no more at a time than allowed', async () => {
    let open = 0;
    let most = 0;
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      yield page([{ id: 1 }]);
      open -= 1;
    }
    const { reports } = await run({ partitions: parts(20), read, concurrency: 3 });
    expect(most).toBe(3);
    const begun = reports.flatMap((report) => (report.type === 'begin' ? [report.partition.key] : []));
    expect(begun).toEqual(parts(20).map(({ key }) => key));
  });

  test('an empty page is no page, and its place is free again', async () => {
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      for (let index = 0; index < 100; index += 1) yield page([]);
      yield checkpoint('behind the empty ones');
    }
    const { reports } = await run({ read, places: await placesOf(1) });
    expect(reports.map(({ type }) => type)).toEqual(['begin', 'checkpoint', 'finish']);
  });

  test('a stale cursor restarts its partition alone, with a WARN', async () => {
    async function* read(
      _partition: Partition,
      cursor: string | undefined,
    ): AsyncGenerator<PreparedItem, void, undefined> {
      if (cursor !== undefined) throw new StaleCursorError(undefined);
      yield page([{ id: 1 }]);
    }
    const { reports, warnings } = await run({ read, savedCursor: () => 'stale' });
    expect(reports.map(({ type }) => type)).toEqual(['begin', 'restart', 'page', 'finish']);
    expect(warnings).toEqual([expect.stringContaining('"part 0" is read again from its start')]);
  });

  test('cursors that are always stale end in a transient_error', async () => {
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      yield page([{ id: 1 }]);
      throw new StaleCursorError(undefined);
    }
    const { reports, outcome } = await run({ read });
    expect(outcome).toMatchObject({ failureType: 'transient_error' });
    expect(reports.filter(({ type }) => type === 'restart')).toHaveLength(3);
  });

  test('the first failure is the one told, after the others have stopped and given back their places', async () => {
    const places = await placesOf(5);
    let closed = 0;
    async function* read({ key }: Partition): AsyncGenerator<PreparedItem, void, undefined> {
      try {
        for (let id = 1; ; id += 1) {
          if (key === 'part 2' && id === 3) throw new Error('first');
          await new Promise((resolve) => setImmediate(resolve));
          yield page([{ id }]);
        }
      } finally {
        closed += 1;
      }
    }
    const failures: unknown[] = [];
    const onFailure = (error: unknown): number => failures.push(error);
    const { outcome } = await run({ partitions: parts(4), read, places, onFailure });
    expect(outcome).toEqual(new Error('first'));
    expect(failures).toEqual([outcome]);
    expect(closed).toBe(4);
    const free = new AbortController();
    await Promise.all(Array.from({ length: 5 }, () => places.acquire(free.signal)));
  });

  test.each(['pages', 'nothing at all', 'empty pages'])('a stop ends a partition that yields %s', async (kind) => {
    const stop = new AbortController();
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      for (;;) {
        if (kind === 'nothing at all') await rejectOnAbort(stop.signal);
        await new Promise((resolve) => setImmediate(resolve));
        yield page(kind === 'pages' ? [{ id: 1 }] : []);
      }
    }
    setTimeout(() => stop.abort(new Error('stopped')), 10);
    const { outcome } = await run({ read, signal: stop.signal });
    expect(outcome).toEqual(new Error('stopped'));
  });

  test('a stop ends partitions that wait for a place', async () => {
    const stop = new AbortController();
    const written: PartitionReport[] = [];
    setTimeout(() => stop.abort(new Error('stopped')), 10);
    const options = {
      partitions: parts(8),
      read: () => preparedPagesOf(100, 1),
      places: await placesOf(3),
      signal: stop.signal,
    };
    const { outcome } = await run({ ...options, report: (report) => written.push(report) });
    expect(outcome).toEqual(new Error('stopped'));
    expect(written.filter(({ type }) => type === 'page')).toHaveLength(3);
  });
});

describe('pages to come', () => {
  /** Pages of one row, ids from 1, of which each comes when the test lets it. */
  function pagesToCome(count: number) {
    const loads = Array.from({ length: count }, () => Promise.withResolvers<PreparedPage>());
    let asked = 0;
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      for (const [index, { promise }] of loads.entries()) {
        yield {
          type: 'page-to-come',
          load: () => {
            asked += 1;
            return promise;
          },
        };
        yield checkpoint(String(index + 1));
      }
    }
    return {
      read,
      asked: () => asked,
      come: (id: number, text = '') => loads[id - 1]?.resolve(page([{ id, text }])),
      fail: (id: number, error: Error) => loads[id - 1]?.reject(error),
    };
  }

  const shown = (reports: readonly PartitionReport[]): unknown[] =>
    reports.flatMap((report) => {
      if (report.type === 'page') return parsed(report.page.rows).map(({ id }) => id);
      return report.type === 'checkpoint' ? [`after ${report.cursor}`] : [];
    });
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  test('are asked for side by side and passed on in order, each before its checkpoint', async () => {
    const pages = pagesToCome(3);
    const running = run({ read: pages.read });
    await settle();
    expect(pages.asked()).toBe(3);
    for (const id of [3, 1, 2]) pages.come(id);
    expect(shown((await running).reports)).toEqual([1, 'after 1', 2, 'after 2', 3, 'after 3']);
  });

  test('are no more at a time than partitions would be', async () => {
    const pages = pagesToCome(9);
    const running = run({ read: pages.read, concurrency: 3 });
    await settle();
    expect(pages.asked()).toBe(3);
    pages.come(2);
    await settle();
    expect(pages.asked()).toBe(4);
    for (let id = 1; id <= 9; id += 1) pages.come(id);
    expect(shown((await running).reports)).toHaveLength(18);
  });

  test('take their places in memory when they are asked for', async () => {
    const pages = pagesToCome(5);
    const running = run({ read: pages.read, places: await placesOf(2) });
    await settle();
    expect(pages.asked()).toBe(2);
    for (let id = 1; id <= 5; id += 1) pages.come(id);
    expect(shown((await running).reports)).toHaveLength(10);
  });

  test('take what they really need as soon as they come, also behind one that does not', async () => {
    const pages = pagesToCome(11);
    const running = run({ read: pages.read, places: await placesOf(12) });
    await settle();
    expect(pages.asked()).toBe(8);
    const length = 1024 * 1024;
    for (const id of [2, 3]) pages.come(id, 'x'.repeat(length));
    await settle();
    // There could be two more calls. One had its room before; for the other there is none left of the twelve places.
    expect(pages.asked()).toBe(9);
    for (let id = 1; id <= 11; id += 1) pages.come(id);
    expect(shown((await running).reports)).toHaveLength(22);
  });

  test('that fail end the partition; those behind are dropped, and all places are free', async () => {
    const pages = pagesToCome(4);
    const places = await placesOf(4);
    const running = run({ read: pages.read, places });
    await settle();
    for (const id of [1, 3, 4]) pages.come(id);
    pages.fail(2, new Error('second'));
    const { reports, outcome } = await running;
    expect(outcome).toEqual(new Error('second'));
    expect(shown(reports)).toEqual([1, 'after 1']);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 4 }, () => places.acquire(signal)));
  });

  test('that fail leave no place to a page that came behind them', async () => {
    const pages = pagesToCome(1);
    const places = await placesOf(2);
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      yield* pages.read();
      yield page([{ id: 2 }]);
    }
    const running = run({ read, places });
    await settle();
    pages.fail(1, new Error('first'));
    expect((await running).outcome).toEqual(new Error('first'));
    const { signal } = new AbortController();
    await Promise.all([places.acquire(signal), places.acquire(signal)]);
  });

  test('that come before a cursor turns out stale still go out', async () => {
    let isFirst = true;
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      if (isFirst) {
        isFirst = false;
        yield { type: 'page-to-come', load: () => settle().then(() => page([{ id: 1 }])) };
        throw new StaleCursorError(undefined);
      }
      yield page([{ id: 2 }]);
    }
    const { reports } = await run({ read });
    expect(reports.map(({ type }) => type)).toEqual(['begin', 'page', 'restart', 'page', 'finish']);
  });

  test('a stop ends the wait for them', async () => {
    const stop = new AbortController();
    async function* read(): AsyncGenerator<PreparedItem, void, undefined> {
      for (;;) yield { type: 'page-to-come', load: () => rejectOnAbort(stop.signal) };
    }
    setTimeout(() => stop.abort(new Error('stopped')), 10);
    expect((await run({ read, signal: stop.signal })).outcome).toEqual(new Error('stopped'));
  });
});

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
