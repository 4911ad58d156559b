import { describe, expect, test } from 'vitest';
import { createPlaces, type PagePlace, type StreamPlaces } from '../../src/source/places.ts';

const PLACE = 256 * 1024;
const { signal } = new AbortController();
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** As many pages as get room at once; the last request goes on waiting. */
async function room(stream: StreamPlaces): Promise<PagePlace[]> {
  const given: PagePlace[] = [];
  for (let before = -1; before < given.length; ) {
    before = given.length;
    void stream.acquire(signal).then((place) => given.push(place));
    await settle();
  }
  return given;
}

describe('room for pages', () => {
  test('is kept for large ones as long as none has come', async () => {
    expect(await room(createPlaces(32).of('companies'))).toHaveLength(8);
  });

  test('is as much as the last page of the stream has needed', async () => {
    const companies = createPlaces(32).of('companies');
    (await companies.acquire(signal)).fill(8 * PLACE);
    const page = await companies.acquire(signal);
    page.fill(2 * PLACE);
    page.release();
    // The first one is still there.
    expect(await room(companies)).toHaveLength((32 - 8) / 2);
  });

  test('is for the first page of a stream as much as those of the others have needed', async () => {
    const places = createPlaces(32);
    for (const [stream, length] of [['notes', 7 * PLACE] as const, ['emails', 10] as const]) {
      const page = await places.of(stream).acquire(signal);
      page.fill(length);
      page.release();
    }
    expect(await room(places.of('meetings'))).toHaveLength(32 / 4);
  });

  test('that an empty page leaves is known to be little only where nothing else is known', async () => {
    const places = createPlaces(32);
    const [notes, emails] = [places.of('notes'), places.of('emails')];
    for (const [stream, length] of [[notes, 16 * PLACE] as const, [notes, 0] as const, [emails, 0] as const]) {
      const page = await stream.acquire(signal);
      page.fill(length);
      page.release();
    }
    const [first, ...others] = await room(notes);
    expect([first, others.length]).toEqual([expect.anything(), 1]);
    first?.release();
    others[0]?.release();
    await settle();
    expect((await room(emails)).length).toBeGreaterThan(10);
  });

  test('is missing for others when a page is larger than was expected, until it is written', async () => {
    const notes = createPlaces(32).of('notes');
    const pages = await Promise.all([notes.acquire(signal), notes.acquire(signal)]);
    for (const page of pages) page.fill(40 * PLACE);
    let isServed = false;
    const next = notes.acquire(signal).then(() => {
      isServed = true;
    });
    pages[0].release();
    await settle();
    expect(isServed).toBe(false);
    pages[1].release();
    await next;
  });

  test('is not waited for by who has gone', async () => {
    const notes = createPlaces(1).of('notes');
    await notes.acquire(signal);
    const gone = new AbortController();
    const waiting = notes.acquire(gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });
});
