import { describe, expect, test } from 'vitest';
import { createMonthAllowance } from '../../src/http/month-allowance.ts';

const dayMs = 24 * 60 * 60 * 1000;

describe("the account's month", () => {
  test('is open while nothing is known, as for accounts without a quota', () => {
    expect(createMonthAllowance(0).status(10, 0)).toBe('open');
  });

  test('is exhausted when the reserve is all that is left', () => {
    const month = createMonthAllowance(100);
    month.learn({ limit: 1_000, remaining: 101, resetMs: dayMs }, 0);
    expect(month.status(0, 0)).toBe('open');
    month.learn({ limit: 1_000, remaining: 100, resetMs: dayMs - 5 }, 5);
    expect(month.status(0, 5)).toBe('exhausted');
    expect(month.info()).toEqual({ remaining: 100, reserve: 100, limit: 1_000, resetsAtMs: dayMs });
  });

  test('counts calls in flight as not yet counted by the service', () => {
    const month = createMonthAllowance(0);
    month.learn({ remaining: 2, resetMs: dayMs }, 0);
    expect(month.status(1, 0)).toBe('open');
    expect(month.status(2, 0)).toBe('unsure');
    month.learn({ remaining: 0, resetMs: dayMs }, 0);
    expect(month.status(2, 0)).toBe('exhausted');
  });

  test('believes the smallest of the numbers that overtake each other', () => {
    const month = createMonthAllowance(0);
    month.learn({ remaining: 0, resetMs: dayMs }, 0);
    month.learn({ remaining: 3, resetMs: dayMs }, 0);
    expect(month.remaining).toBe(0);
  });

  test('starts anew with the next month, by the clock or by what the service says', () => {
    const month = createMonthAllowance(0);
    month.learn({ remaining: 0, resetMs: dayMs }, 0);
    expect(month.status(0, dayMs)).toBe('open');
    month.learn({ remaining: 0, resetMs: dayMs }, 0);
    month.learn({ remaining: 999, resetMs: 31 * dayMs }, 10);
    expect(month.status(0, 10)).toBe('open');
  });

  test.each([undefined, Number.NaN, -1, 1e17, 1e300])('may end at a time that nobody tells (%s)', (resetMs) => {
    const month = createMonthAllowance(0);
    month.learn({ remaining: 0, resetMs }, 0);
    expect(month.status(0, 400 * dayMs)).toBe('exhausted');
    expect(month.info()).toMatchObject({ remaining: 0, resetsAtMs: undefined });
    month.learn({ remaining: 999, resetMs }, 10);
    expect(month.status(0, 10)).toBe('open');
  });

  test('does not believe nonsense', () => {
    const month = createMonthAllowance(0);
    month.learn({ remaining: Number.NaN, resetMs: dayMs }, 0);
    month.learn({ remaining: -1, resetMs: dayMs }, 0);
    expect(month.status(0, 0)).toBe('open');
  });
});
