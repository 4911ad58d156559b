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

/** Says of a stream that its last page was of this length. */
async function learn(stream: StreamPlaces, length: number): Promise<void> {
  const page = await stream.acquire(signal);
  page.fill(length);
  page.release();
}

describe('room for pages', () => {
  test('is as much as the last page of the stream has needed', async () => {
    const companies = createPlaces(32).of('companies');
    (await companies.acquire(signal)).fill(8 * PLACE);
    await learn(companies, 2 * PLACE);
    // The first one is still there.
    expect(await room(companies)).toHaveLength((32 - 8) / 2);
  });

  test('is there for two first pages of a stream, and for as many as fit once one has come', async () => {
    const companies = createPlaces(32).of('companies');
    const given: PagePlace[] = [];
    for (let page = 0; page < 40; page += 1) void companies.acquire(signal).then((place) => given.push(place));
    await settle();
    expect(given).toHaveLength(2);
    // It will not come.
    given[0]?.release();
    await settle();
    expect(given).toHaveLength(3);
    given[1]?.fill(3 * PLACE);
    await settle();
    // The third one still has one place.
    expect(given).toHaveLength(3 + Math.floor((32 - 3 - 1) / 3));
  });

  test('is there for the first pages of many streams, of which none may come', async () => {
    const places = createPlaces(32);
    for (let stream = 0; stream < 15; stream += 1) expect(await room(places.of(`list ${stream}`))).toHaveLength(2);
    await places.of('notes').acquire(signal);
  });

  test('is half as much after each page that is empty', async () => {
    const notes = createPlaces(32).of('notes');
    await learn(notes, 32 * PLACE);
    await learn(notes, 0);
    await learn(notes, 0);
    expect(await room(notes)).toHaveLength(32 / 8);
  });

  test('is missing for others when a page is larger than was expected, until it is written', async () => {
    const notes = createPlaces(32).of('notes');
    await learn(notes, 1);
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

  test('is not waited for by who has gone, and their turn goes to others', async () => {
    const notes = createPlaces(1).of('notes');
    const gone = new AbortController();
    const [first, second, third] = [signal, gone.signal, signal].map((each) => notes.acquire(each));
    const place = await first;
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    place?.release();
    await third;
  });

  test('that is waited for as a first page and given up is there for the next one', async () => {
    const places = createPlaces(1);
    const page = await places.of('other').acquire(signal);
    const notes = places.of('notes');
    const gone = new AbortController();
    const waiting = notes.acquire(gone.signal);
    await settle();
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    page.release();
    await notes.acquire(signal);
  });
});
