import { describe, expect, it } from 'vitest';
import { giveBack, joinToOwn, toOwn } from '../../src/json/memory.ts';

describe('memory of our own', () => {
  it('holds what was joined in it, and is free once it is given back, for all its views', () => {
    const joined = joinToOwn([Buffer.from('[{"a":'), Buffer.from('1}]')], 9);
    const row = joined.subarray(1, 8);
    expect(joined.toString()).toBe('[{"a":1}]');
    giveBack(row);
    expect([joined.length, row.length, joined.buffer.byteLength]).toEqual([0, 0, 0]);
    expect(() => giveBack(row)).not.toThrow();
  });

  it('is only what is known to be it: other buffers stay as they are', () => {
    const shared = Buffer.from('shared with others');
    giveBack(shared);
    giveBack(toOwn(shared.subarray(0, 6)));
    expect(shared.toString()).toBe('shared with others');
    const whole = Buffer.allocUnsafeSlow(4).fill('x');
    giveBack(whole);
    expect(whole.toString()).toBe('xxxx');
    giveBack(toOwn(whole));
    expect(whole).toHaveLength(0);
  });
});
