import { describe, expect, it } from 'vitest';
import { joinToOwn } from '../../src/json/memory.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';

describe('a prepared row', () => {
  it.each([
    ['text', '{"id":1,"name":"é€😀"}', []],
    ['bytes', Buffer.from('{"id":1,"name":"é€😀"}'), []],
    ['bytes with separators', Buffer.from('{"a":"\u2028é\u0085"}'), [6, 11]],
  ])('of %s writes its JSON on one line, in no more bytes than it says', (_what, json, separators) => {
    const row = new PreparedRow({ key: 1, json, separators });
    const target = Buffer.alloc(5 + row.mostBytes);
    const bytes = row.write(target, 5);
    expect(bytes).toBeLessThanOrEqual(row.mostBytes);
    expect(target.toString('utf8', 5, 5 + bytes)).toBe(row.json);
    expect(JSON.parse(row.json)).toEqual(JSON.parse(json.toString()));
    expect(row.json).not.toMatch(/[\u2028\u2029\u0085]/);
  });

  it('that was given back, or whose bytes were given back with another, is not taken for an empty one', () => {
    const body = joinToOwn([Buffer.from('{"id":1}{"id":2}')], 16);
    const [first, second] = [0, 8].map((at) => new PreparedRow({ key: at, json: body.subarray(at, at + 8) }));
    expect(second?.json).toBe('{"id":2}');
    first?.giveBack();
    expect(() => first?.hasProperties).toThrow('after it had been written');
    expect(() => second?.write(Buffer.alloc(100), 0)).toThrow('after it had been written');
  });
});
