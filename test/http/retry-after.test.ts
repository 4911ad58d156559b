import { describe, expect, test } from 'vitest';
import { readRetryAfterMs } from '../../src/http/retry-after.ts';

const nowMs = Date.UTC(2026, 4, 6, 12, 0, 0);

function read(retryAfter: string | undefined, date?: string): number | undefined {
  const headers: Record<string, string | undefined> = { 'retry-after': retryAfter, date };
  return readRetryAfterMs((name) => headers[name], nowMs);
}

describe('Retry-After', () => {
  test.for<[string, string | undefined, number | undefined]>([
    ['absent', undefined, undefined],
    ['empty', ' ', undefined],
    ['seconds', '7', 7_000],
    ['zero', '0', 0],
    ['parts of a second', '0.25', 250],
    ['words', 'soon', undefined],
    ['a negative number', '-5', undefined],
    ['an hour', '3600', 3_600_000],
    ['more than an hour', '3601', undefined],
    ['a date', 'Wed, 06 May 2026 12:00:20 GMT', 21_000],
    ['a date long past', 'Wed, 06 May 2026 11:00:00 GMT', 0],
    ['a date in another year', 'Thu, 06 May 2027 12:00:00 GMT', undefined],
  ])('%s', ([, value, expected]) => {
    expect(read(value)).toBe(expected);
  });

  test("a date is measured by the service's clock, where it tells the time", () => {
    expect(read('Wed, 06 May 2026 15:00:20 GMT', 'Wed, 06 May 2026 15:00:00 GMT')).toBe(21_000);
    expect(read('Wed, 06 May 2026 12:00:20 GMT', 'rubbish')).toBe(21_000);
  });
});
