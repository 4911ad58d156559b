import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutputClosedError, writeLines } from '../../src/cli/lines.ts';

/** An output that takes a chunk only when it is told to. */
function heldOutput(): { output: Writable; taken: string[]; take(): void } {
  const taken: string[] = [];
  let release: (() => void) | undefined;
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      taken.push(String(chunk));
      release = done;
    },
  });
  return { output, taken, take: () => release?.() };
}

function failingOutput(code: string, after = 0): Writable {
  let writes = 0;
  return new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(writes > after ? Object.assign(new Error(code), { code }) : null);
    },
  });
}

async function* texts(
  count: number,
  size: number,
  onEnd: () => void = () => {},
): AsyncGenerator<string, string, undefined> {
  try {
    for (let index = 0; index < count; index += 1) yield `${String(index).padEnd(size - 1)}\n`;
    return 'all';
  } finally {
    onEnd();
  }
}

describe('writeLines', () => {
  it('writes everything in order, in batches, and gives back what the generator returns', async () => {
    const chunks: string[] = [];
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    expect(await writeLines(output, texts(10_000, 100))).toBe('all');
    expect(chunks.join('').split('\n').slice(0, -1).map(Number.parseFloat)).toEqual([...Array(10_000).keys()]);
    expect(chunks.length).toBeLessThan(40);
  });

  it('asks for no more than one batch while the reader takes nothing', async () => {
    const { output, taken, take } = heldOutput();
    let made = 0;
    async function* counted(): AsyncGenerator<string, void, undefined> {
      for (; made < 200; ) {
        made += 1;
        yield `${'x'.repeat(999)}\n`;
      }
    }
    const done = writeLines(output, counted());
    for (let round = 0; round < 50; round += 1) await turn();
    expect(taken).toHaveLength(1);
    expect(made).toBeLessThanOrEqual(67);
    take();
    for (let round = 0; round < 50; round += 1) await turn();
    expect(taken).toHaveLength(2);
    for (let round = 0; round < 200; round += 1) {
      take();
      await turn();
    }
    await done;
    expect(taken.join('')).toHaveLength(200_000);
  });

  it('has written bytes before it asks for more, which may be in the same place', async () => {
    const chunks: string[] = [];
    const output = new Writable({
      write(chunk, _encoding, done) {
        setTimeout(() => {
          chunks.push(String(chunk));
          done();
        }, 1);
      },
    });
    const place = Buffer.alloc(2);
    async function* lines(): AsyncGenerator<string | Buffer, void, undefined> {
      for (const digit of '12345') {
        yield `text ${digit}\n`;
        place.write(`${digit}\n`);
        yield place;
      }
    }
    await writeLines(output, lines());
    expect(chunks.join('')).toBe([...'12345'].map((digit) => `text ${digit}\n${digit}\n`).join(''));
  });

  it('does not hold a line back while the generator waits for something', async () => {
    const chunks: string[] = [];
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    let goOn = (): void => {};
    async function* waiting(): AsyncGenerator<string, void, undefined> {
      yield 'first\n';
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      yield 'second\n';
    }
    const done = writeLines(output, waiting());
    await expect.poll(() => chunks).toEqual(['first\n']);
    goOn();
    await done;
    expect(chunks).toEqual(['first\n', 'second\n']);
  });

  it.each(['EPIPE', 'ECONNRESET'])('ends the generator and says so when the reader has gone (%s)', async (code) => {
    let isEnded = false;
    const source = texts(1000, 100_000, () => {
      isEnded = true;
    });
    await expect(writeLines(failingOutput(code, 2), source)).rejects.toThrow(OutputClosedError);
    expect(isEnded).toBe(true);
  });

  it('passes other failures of the output on', async () => {
    await expect(writeLines(failingOutput('ENOSPC'), texts(10, 100_000))).rejects.toThrow('ENOSPC');
  });

  it('wakes a generator that waits, when the reader has gone', async () => {
    const gone = new AbortController();
    async function* waiting(): AsyncGenerator<string, void, undefined> {
      yield 'first\n';
      await new Promise<void>((resolve) => gone.signal.addEventListener('abort', () => resolve()));
      yield 'second\n';
    }
    await expect(writeLines(failingOutput('EPIPE'), waiting(), () => gone.abort())).rejects.toThrow(OutputClosedError);
  });

  it('passes on what the generator throws, after what it said before', async () => {
    const chunks: string[] = [];
    const output = new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    async function* failing(): AsyncGenerator<string, void, undefined> {
      yield 'first\n';
      throw new Error('broken');
    }
    await expect(writeLines(output, failing())).rejects.toThrow('broken');
    expect(chunks).toEqual(['first\n']);
  });
});
