import { describe, expect, test } from 'vitest';
import { checkpoint, page, type ReadItem } from '../../src/streams/stream.ts';
import { fakeStream, fakeSync, idsOf, kept, outline, pagesOf, runFakeSync, statesOf } from '../support/sync-run.ts';

const people = fakeStream('people', { readPartition: (_context, _partition, cursor) => pagesOf(6, 2, cursor) });

describe('a stop', () => {
  test('writes what is complete, ends streams without an error, and stops the reading', async () => {
    const stop = new AbortController();
    let read = 0;
    const endless = fakeStream('endless', {
      async *readPartition() {
        for (let id = 1; ; id += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          read = id;
          yield page([{ id }]);
          yield checkpoint(String(id));
        }
      },
    });
    const events = [];
    for await (const event of fakeSync([{ stream: endless }], { stop: stop.signal })) {
      events.push(kept(event));
      if (event.type === 'page' && event.rows[0]?.key === 5) stop.abort();
    }
    expect(outline(events, 'endless').slice(-2)).toEqual(['checkpoint', 'incomplete ']);
    const cursor = Number(statesOf(events, 'endless').at(-1)?.begun.get('all')?.cursor);
    expect(idsOf(events, 'endless')).toContain(cursor);
    const readThen = read;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(read).toBe(readThen);
  });

  test('before the beginning reads nothing', async () => {
    const events = await runFakeSync([{ stream: people }], { stop: AbortSignal.abort() });
    expect(outline(events, 'people')).toEqual(['stream-start', 'incomplete ']);
  });

  test('a consumer that goes away ends the reading', async () => {
    let isClosed = false;
    const endless = fakeStream('endless', {
      async *readPartition(): AsyncGenerator<ReadItem, void, undefined> {
        try {
          for (let id = 1; ; id += 1) {
            await new Promise((resolve) => setImmediate(resolve));
            yield page([{ id }]);
          }
        } finally {
          isClosed = true;
        }
      },
    });
    for await (const event of fakeSync([{ stream: endless }])) if (event.type === 'page') break;
    await expect.poll(() => isClosed).toBe(true);
  });
});
