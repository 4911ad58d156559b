import { describe, expect, test } from 'vitest';
import { isLineSeparator } from '../../src/json/line.ts';
import { createRecordLines } from '../../src/protocol/record-lines.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';

const frame = { prefix: Buffer.from('{"row":'), suffix: () => Buffer.from('}\n') };

function rowsWith(jsons: readonly (string | Buffer)[]): PreparedRow[] {
  return jsons.map((json, key) => new PreparedRow({ key, json, separators: separatorsOf(json) }));
}

function separatorsOf(json: string | Buffer): number[] {
  return typeof json === 'string' ? [] : [...json.keys()].filter((at) => isLineSeparator(json, at));
}

describe('lines of records', () => {
  test.each([
    ['short text', '{"id":1}'],
    ['short bytes', Buffer.from('{"id":1}')],
    ['text whose UTF-8 is longer', `{"name":"${'ü€😀'.repeat(40)}"}`],
    ['bytes of UTF-8', Buffer.from(`{"name":"${'ü€😀'.repeat(40)}"}`)],
    ['bytes with line separators', Buffer.from(`{"name":"${'\u2028€\u0085'.repeat(40)}"}`)],
    ['text longer than a piece', `{"name":"${'€'.repeat(200_000)}"}`],
    ['bytes longer than a piece', Buffer.from(`{"name":"${'€'.repeat(200_000)}"}`)],
  ])('of %s are whole, in order, and in few pieces', (_what, json) => {
    const rows = rowsWith(Array.from({ length: 500 }, (_, index) => (index % 100 === 0 ? json : `{"id":${index}}`)));
    const pieces = Array.from(createRecordLines()(rows, frame), (piece) => Buffer.from(piece));
    const expected = rows.map((row) => `{"row":${row.json}}\n`).join('');
    expect(expected).not.toMatch(/[\u2028\u2029\u0085]/);
    expect(Buffer.concat(pieces).toString()).toBe(expected);
    for (const piece of pieces) expect(piece.at(-1)).toBe('\n'.charCodeAt(0));
    expect(pieces.length).toBeLessThanOrEqual(10 + expected.length / 10_000);
  });

  test('longer than a piece leave no memory behind', () => {
    const [long, short] = [`{"name":"${'€'.repeat(200_000)}"}`, '{"id":1}'];
    const pieces = [...createRecordLines()(rowsWith([long, short, long, long]), frame)];
    expect(pieces.map(({ length }) => length > 0)).toEqual([false, true, false, false]);
  });

  test('are none for a page without rows', () => {
    expect([...createRecordLines()([], frame)]).toEqual([]);
  });
});
