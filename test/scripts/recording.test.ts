import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { castToSvg, parseCast } from '../../scripts/cast-svg.ts';
import { createScreen } from '../../scripts/terminal-screen.ts';

async function readDocument(name: string): Promise<string> {
  return await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

describe('a terminal', () => {
  const shown = (text: string, width = 20, height = 3) => {
    const screen = createScreen(width, height);
    screen.write(text);
    return screen.lines().map((line) => line.map((span) => span.text).join(''));
  };

  it.each<[what: string, text: string, lines: string[]]>([
    ['lines that are drawn anew', 'one\r\ntwo\r\n\x1b[2K\x1b[1A\x1b[2K\x1b[GTWO', ['one', 'TWO', '']],
    ['lines that scroll', '1\r\n2\r\n3\r\n4', ['2', '3', '4']],
    ['long lines', 'abcdefghijklmnopqrstuvwxyz', ['abcdefghijklmnopqrst', 'uvwxyz']],
    ['what is erased below', 'a\r\nb\r\nc\x1b[2A\x1b[G\x1b[J', ['']],
    ['the end of a line', 'abcdef\x1b[4G\x1b[K', ['abc']],
    ['modes, which show nothing', '\x1b[?25l\x1b[?2026ha\x1b[?25h', ['a']],
  ])('shows %s', (_what, text, lines) => {
    expect(shown(text)).toEqual(lines);
  });

  it('keeps the look of each run', () => {
    const screen = createScreen(20, 3);
    screen.write('\x1b[1m\x1b[31mred\x1b[39mbold\x1b[0m plain');
    expect(screen.lines()).toEqual([
      [
        { text: 'red', look: '1;31' },
        { text: 'bold', look: '1' },
        { text: ' plain', look: '' },
      ],
    ]);
  });

  it('refuses what it does not know', () => {
    expect(() => shown('\x1b[3Z')).toThrow('Z');
  });
});

describe('the recording of the demo', async () => {
  const cast = parseCast(await readDocument('demo.cast'));
  const svg = await readDocument('demo.svg');

  it('is an orderly one, of a demo that went well', () => {
    expect(cast.events.length).toBeGreaterThan(50);
    for (const [index, [seconds]] of cast.events.entries())
      expect(seconds).toBeGreaterThanOrEqual(cast.events[index - 1]?.[0] ?? 0);
    const text = cast.events.map(([, part]) => part).join('');
    expect(text).toMatch(/[\d,]+ rows in [\d.]+ s, \d+ calls/);
    expect(text).not.toContain('✗');
  });

  it('is what the picture shows (node scripts/record-demo.ts --draw)', () => {
    expect(svg).toBe(castToSvg(cast));
    expect(svg.length).toBeLessThan(300_000);
  });

  it('tells of the rows that the demo still reads, and so does the README', async () => {
    const sandbox = await startSandbox({ scale: 3 });
    onTestFinished(() => sandbox.close());
    const counts = Object.entries(sandbox.counts()).filter(([stream]) => !/^list_\d+_view_/.test(stream));
    const total = counts.reduce((sum, [, rows]) => sum + rows, 0).toLocaleString('en');
    const screen = createScreen(cast.width, 100);
    for (const [, part] of cast.events) screen.write(part);
    const shown = screen.lines().map((line) => line.map(({ text }) => text).join(''));
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    for (const lines of [shown, readme.split('\n')]) {
      expect(lines.filter((line) => line.startsWith(`${total} rows in `))).toHaveLength(1);
      const told = lines.flatMap((line) => {
        const [, stream = '', rows = ''] = /^│ ✓ │ (\w+) +│ +([\d,]+) │/.exec(line) ?? [];
        return stream === '' ? [] : [[stream, Number(rows.replace(',', ''))]];
      });
      expect(told.length).toBeGreaterThan(3);
      expect(counts).toEqual(expect.arrayContaining(told));
    }
  });

  it('names nothing of the machine that it was made on', async () => {
    expect(await readDocument('demo.cast')).not.toMatch(/\/(home|work|root|tmp|Users)\//);
  });
});
