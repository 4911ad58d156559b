import { describe, expect, test } from 'vitest';
import { ApiError, StaleCursorError } from '../../src/affinity/errors.ts';
import { ConnectorError } from '../../src/errors.ts';
import { joinToOwn } from '../../src/json/memory.ts';
import type { SyncEvent } from '../../src/source/events.ts';
import { emptyState, serialiseState } from '../../src/source/stream-state.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';
import { checkpoint, page } from '../../src/streams/stream.ts';
import {
  fakeConnection,
  fakeStream,
  fakeSync,
  idsOf,
  outline,
  pagesOf,
  runFakeSync,
  statesOf,
} from '../support/sync-run.ts';

const people = (count = 6, size = 2) =>
  fakeStream('people', { readPartition: (_context, _partition, cursor) => pagesOf(count, size, cursor) });
const failing = (name: string, error: unknown) =>
  fakeStream(name, {
    async *readPartition() {
      yield page([{ id: 1 }]);
      yield checkpoint('1');
      yield page([{ id: 2 }]);
      throw error;
    },
  });

describe('rows', () => {
  test('are good until the next event, and then their memory is given back', async () => {
    const body = joinToOwn([Buffer.from('{"id":1}'), Buffer.from('{"id":2}')], 16);
    const rows = [0, 8].map((at) => new PreparedRow({ key: at, json: body.subarray(at, at + 8) }));
    const stream = fakeStream('people', {
      async *readPartition() {
        yield page(rows);
      },
    });
    const seen: string[] = [];
    for await (const event of fakeSync([{ stream }])) {
      if (event.type === 'page') seen.push(...event.rows.map(({ json }) => json));
      else if (seen.length > 0) expect(body).toHaveLength(0);
    }
    expect(seen).toEqual(['{"id":1}', '{"id":2}']);
  });
});

describe('every stream', () => {
  test('starts, ends once, and has a state, also without a row', async () => {
    const empty = fakeStream('empty', { async *readPartition() {} });
    const events = await runFakeSync([{ stream: people() }, { stream: empty }]);
    expect(outline(events, 'people')).toEqual(['stream-start', 'page 2', 'page 2', 'page 2', 'checkpoint', 'complete']);
    expect(outline(events, 'empty')).toEqual(['stream-start', 'checkpoint', 'complete']);
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['stream-start', 'stream-start']);
  });

  test('that fails ends with its error, the state before it, and nothing behind it; the others go on', async () => {
    const error = new ConnectorError('config_error', 'Not allowed.');
    const events = await runFakeSync([{ stream: failing('bad', error) }, { stream: people() }]);
    expect(outline(events, 'bad')).toEqual([
      'stream-start',
      'page 1',
      'page 1',
      'checkpoint',
      'incomplete Not allowed.',
    ]);
    expect(statesOf(events, 'bad')[0]?.begun.get('all')?.cursor).toBe('1');
    expect(outline(events, 'people').at(-1)).toBe('complete');
  });

  test('that fails before it moved has no state to tell', async () => {
    const stream = fakeStream('bad', { partitions: () => Promise.reject(new Error('no parents')) });
    const events = await runFakeSync([{ stream }]);
    expect(outline(events, 'bad')).toEqual([
      'stream-start',
      'incomplete Unexpected failure inside the connector: no parents',
    ]);
  });

  test('that sends a broken row fails alone with a system_error', async () => {
    const stream = fakeStream('bad', {
      async *readPartition() {
        yield page([{ id: 1 }, { name: 'no id' }]);
      },
    });
    const events = await runFakeSync([{ stream }, { stream: people() }]);
    expect(events.find((event) => event.type === 'stream-end' && event.stream === 'bad')).toMatchObject({
      error: { failureType: 'system_error', message: expect.stringContaining('"id"') },
    });
    expect(outline(events, 'people').at(-1)).toBe('complete');
  });

  test('ends with the same sentence when a failure is everybody’s', async () => {
    const refused = new ApiError('config_error', 'The key is refused.', { status: 401, stopsSync: true });
    const endless = fakeStream('endless', {
      async *readPartition() {
        for (let id = 1; ; id += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          yield page([{ id }]);
          yield checkpoint(String(id));
        }
      },
    });
    const events = await runFakeSync([{ stream: endless }, { stream: failing('bad', refused) }]);
    expect(outline(events, 'bad').at(-1)).toBe('incomplete The key is refused.');
    expect(outline(events, 'endless').at(-1)).toBe('incomplete The key is refused.');
  });

  test.each([
    ['forbidden', new ApiError('config_error', 'Forbidden.', { status: 403 })],
    ['without an answer', new ConnectorError('transient_error', 'No answer.')],
  ])('goes on when what is asked at its start is %s', async (_what, error) => {
    const events = await runFakeSync([{ stream: people() }], {
      connection: fakeConnection(() => Promise.reject(error)),
    });
    expect(outline(events, 'people').at(-1)).toBe('complete');
  });

  test('ends at its start with what would end it anyway', async () => {
    const exhausted = new ConnectorError('config_error', 'The month is used up.', { stopsSync: true });
    const events = await runFakeSync([{ stream: people() }], {
      connection: fakeConnection(() => Promise.reject(exhausted)),
    });
    expect(outline(events, 'people')).toEqual(['stream-start', 'incomplete The month is used up.']);
  });

  test('no stream at all is no sync, and no call', async () => {
    let calls = 0;
    const connection = fakeConnection(() => {
      calls += 1;
      return Promise.reject(new Error('must not be asked'));
    });
    expect(await runFakeSync([], { connection })).toEqual([]);
    expect(calls).toBe(0);
  });
});

describe('hundreds of streams', () => {
  const NAMES = Array.from({ length: 300 }, (_, index) => `stream ${index}`);

  test('are all begun, read a few dozens at a time in the order of the catalog, and all complete', async () => {
    const begun: string[] = [];
    let open = 0;
    let most = 0;
    const selected = NAMES.map((name) => ({
      stream: fakeStream(name, {
        async *readPartition() {
          begun.push(name);
          open += 1;
          most = Math.max(most, open);
          await new Promise((resolve) => setImmediate(resolve));
          yield page([{ id: 1 }]);
          open -= 1;
        },
      }),
    }));
    const events = await runFakeSync(selected);
    expect(events.slice(0, NAMES.length).map(({ type }) => type)).toEqual(NAMES.map(() => 'stream-start'));
    expect(begun).toEqual(NAMES);
    expect(most).toBeGreaterThan(30);
    expect(most).toBeLessThanOrEqual(64);
    for (const name of NAMES) expect(outline(events, name).at(-1)).toBe('complete');
  });

  test('are held up by none that takes long', async () => {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const slow = fakeStream('slow', {
      async *readPartition() {
        await ended;
        yield page([{ id: 1 }]);
      },
    });
    const events: SyncEvent[] = [];
    for await (const event of fakeSync([{ stream: slow }, ...NAMES.map((name) => ({ stream: fakeStream(name) }))])) {
      events.push(event);
      if (events.filter(({ type }) => type === 'stream-end').length === NAMES.length) end();
    }
    expect(outline(events, 'slow').at(-1)).toBe('complete');
  });

  test('end with the one whose failure is everybody’s, also those that were not read yet', async () => {
    const refused = new ApiError('config_error', 'The key is refused.', { status: 401, stopsSync: true });
    const read: string[] = [];
    const bad = fakeStream('bad', {
      readPartition: () => {
        throw refused;
      },
    });
    const others = NAMES.map((name) => ({
      stream: fakeStream(name, {
        async *readPartition() {
          read.push(name);
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield page([{ id: 1 }]);
        },
      }),
    }));
    const events = await runFakeSync([{ stream: bad }, ...others]);
    expect(read.length).toBeLessThan(NAMES.length);
    for (const name of NAMES) expect(outline(events, name).at(-1)).toBe('incomplete The key is refused.');
  });
});

describe('full refresh', () => {
  const done = { ...emptyState('full_refresh'), complete: { jobId: 'job 1' } };

  test('leaves a mark that makes the next job start over', async () => {
    const events = await runFakeSync([{ stream: people() }], { jobId: 'job 1' });
    expect(statesOf(events, 'people').at(-1)).toEqual(done);
    const next = await runFakeSync([{ stream: people(), state: done }], { jobId: 'job 2' });
    expect(idsOf(next, 'people')).toHaveLength(6);
  });

  test('is skipped, with a state and COMPLETE, when the same job tries again', async () => {
    const again = await runFakeSync([{ stream: people(), state: done }], { jobId: 'job 1' });
    expect(outline(again, 'people')).toEqual(['stream-start', 'checkpoint', 'complete']);
    expect(statesOf(again, 'people')).toEqual([done]);
  });

  test('starts over without the name of a job', async () => {
    const state = { ...done, complete: { jobId: null } };
    expect(idsOf(await runFakeSync([{ stream: people(), state }]), 'people')).toHaveLength(6);
  });

  test('goes on where it was interrupted', async () => {
    const begun = new Map([['all', { cursor: '4', readAtMs: 0 }]]);
    const events = await runFakeSync([{ stream: people(), state: { ...emptyState('full_refresh'), begun } }]);
    expect(idsOf(events, 'people')).toEqual([5, 6]);
  });

  test('reads everything when the state is of the other mode', async () => {
    const begun = new Map([['all', { cursor: '4', readAtMs: 0 }]]);
    const state = { ...emptyState('incremental'), begun };
    const events = await runFakeSync([{ stream: people(), state }]);
    expect(idsOf(events, 'people')).toHaveLength(6);
  });

  test('a stale cursor reads the partition from its start', async () => {
    const stream = fakeStream('people', {
      async *readPartition(_context, _partition, cursor) {
        if (cursor === 'old') throw new StaleCursorError(undefined);
        yield* pagesOf(4, 2, cursor);
      },
    });
    const begun = new Map([['all', { cursor: 'old', readAtMs: 0 }]]);
    const events = await runFakeSync([{ stream, state: { ...emptyState('full_refresh'), begun } }]);
    expect(idsOf(events, 'people')).toEqual([1, 2, 3, 4]);
    expect(events.filter(({ type }) => type === 'log')).toHaveLength(1);
  });
});

describe('what the sync tells besides', () => {
  test('the same warning once, under the name of its stream', async () => {
    const stream = fakeStream('people', {
      async *readPartition({ warn }) {
        warn('twice');
        warn('twice');
        yield page([{ id: 1, surprise: 1 }]);
        yield page([{ id: 2, surprise: 1 }]);
      },
    });
    const events = await runFakeSync([{ stream, properties: { id: { type: 'integer' } } }]);
    const logs = events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    expect(logs).toEqual(['people: twice', expect.stringContaining('"surprise"')]);
  });

  test('who waits for the rate limit: the streams that are not through', async () => {
    const connection = fakeConnection();
    const slow = fakeStream('slow', {
      async *readPartition() {
        await new Promise((resolve) => setTimeout(resolve, 20));
        connection.announceWait(99);
        yield page([{ id: 1 }]);
      },
    });
    const events = await runFakeSync([{ stream: people() }, { stream: slow }], { connection });
    expect(events.find(({ type }) => type === 'rate-limited')).toEqual({
      type: 'rate-limited',
      streams: ['slow'],
      untilMs: 99,
    });
  });

  test('an incremental sync covers the time up to its start by the server’s clock', async () => {
    const stream = fakeStream('notes', {
      cursorField: 'name',
      time: { created: 'createdAt', overlapMs: 600_000 },
      async *readPartition() {},
    });
    const events = await runFakeSync([{ stream, mode: 'incremental' }], { settings: { start_date: '2025-12-30' } });
    const [state] = statesOf(events, 'notes');
    expect(state && serialiseState(state)).toMatchObject({
      mode: 'incremental',
      covered: [{ from: '2025-12-30T00:00:00Z', to: '2025-12-31T23:50:00Z', readAt: '2026-01-01T00:00:00Z' }],
    });
  });
});
