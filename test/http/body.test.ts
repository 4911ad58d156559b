import { describe, expect, test } from 'vitest';
import { createBodyReader } from '../../src/http/body.ts';
import { giveBack } from '../../src/json/memory.ts';

const MAX_BYTES = 1_000;
const MEGABYTE = 1024 * 1024;
const sender = { pause: () => {}, resume: () => {} };

/** What becomes of pieces of a body of which so much was announced. */
async function read(announced: number, ...pieces: readonly string[]): Promise<Buffer> {
  const body = createBodyReader({ maxBodyBytes: MAX_BYTES }).start();
  body.expect(announced);
  for (const piece of pieces) body.take(Buffer.from(piece), sender);
  return await body.unpack(undefined);
}

describe('a body', () => {
  test.each([
    ['as long as was announced', 6],
    ['shorter than was announced', 9],
    ['of which nothing was announced', 0],
    ['of which nonsense was announced', Number.NaN],
    ['of which more was announced than may come', MAX_BYTES + 1],
  ])('%s is what came, in memory that can be given back', async (_what, announced) => {
    const body = await read(announced, 'ab', 'cde', 'f');
    expect(body.toString()).toBe('abcdef');
    giveBack(body);
    // Where room was kept for more, all of that is only a part of it, which stays.
    expect(body).toHaveLength(announced === 9 ? 6 : 0);
  });

  test('in one piece is not copied', async () => {
    const piece = Buffer.from('abcdef');
    const body = createBodyReader({ maxBodyBytes: MAX_BYTES }).start();
    body.expect(piece.length);
    body.take(piece, sender);
    expect(await body.unpack(undefined)).toBe(piece);
  });

  test('that is large has room once its turn comes, and is whole', async () => {
    const bodies = createBodyReader({ maxBodyBytes: 64 * MEGABYTE });
    const [first, second] = [bodies.start(), bodies.start()];
    const paused: string[] = [];
    const senderOf = (name: string) => ({
      pause: () => paused.push(name),
      resume: () => paused.splice(paused.indexOf(name), 1),
    });
    const piece = (text: string): Buffer => Buffer.alloc(5 * MEGABYTE, text);
    for (const [body, name] of [[first, 'first'] as const, [second, 'second'] as const]) {
      body.expect(15 * MEGABYTE);
      for (const text of [name, 'middle']) body.take(piece(text), senderOf(name));
    }
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect(paused).toEqual(['second']);
    for (const body of [first, second]) body.take(piece('end'), sender);
    // There is room for what was announced, and not for more.
    expect(() => first.take(piece('more'), sender)).toThrow('longer than it says');
    const whole = (name: string): Buffer => Buffer.concat([name, 'middle', 'end'].map(piece));
    expect((await first.unpack(undefined)).equals(whole('first'))).toBe(true);
    first.end();
    await settle();
    expect(paused).toEqual([]);
    expect((await second.unpack(undefined)).equals(whole('second'))).toBe(true);
  });

  test('longer than was announced is none', async () => {
    await expect(read(4, 'ab', 'cde')).rejects.toMatchObject({ kind: 'protocol' });
  });
});
