import { describe, expect, test } from 'vitest';
import { createMinuteWindow, type MinuteWindow } from '../../src/http/minute-window.ts';

interface Sample {
  readonly atMs: number;
  readonly remaining: number;
  readonly inFlight?: number;
  readonly resetMs?: number;
}

/** A pool of 100 calls whose window ends at 60 s, as these answers tell of it; each took no time. */
function create(samples: readonly Sample[]): MinuteWindow {
  const window = createMinuteWindow(0.9);
  for (const { atMs, remaining, inFlight = 0, resetMs = 60_000 - atMs } of samples) {
    window.learn({ budget: { limit: 100, remaining, resetMs }, grantedMs: atMs, receivedMs: atMs, inFlight });
  }
  return window;
}

describe('how far apart calls should be', () => {
  test('not at all while more than half of the pool is left, calls in flight not counted', () => {
    const window = create([{ atMs: 0, remaining: 60 }]);
    expect(window.intervalMs(9, 0)).toBe(0);
    expect(window.intervalMs(10, 0)).toBeGreaterThan(0);
  });

  test('half of what would use up our share evenly by the reset', () => {
    const window = create([{ atMs: 0, remaining: 50 }]);
    expect(window.available(0)).toBe(40);
    // The reset may be a second nearer than stated.
    expect(window.intervalMs(0, 19_000)).toBe(40_000 / (2 * 40));
    expect(window.intervalMs(20, 19_000)).toBe(40_000 / (2 * 20));
  });

  test('not at all once the reset may have come', () => {
    expect(create([{ atMs: 0, remaining: 30 }]).intervalMs(0, 59_000)).toBe(0);
  });

  test('the same for whoever comes late to a pool that others have used before, but use no more', () => {
    const window = create([
      { atMs: 10_000, remaining: 40 },
      { atMs: 30_000, remaining: 39 },
    ]);
    expect(window.intervalMs(0, 30_000)).toBe(29_000 / (2 * 29));
  });

  test('further, where others are at work', () => {
    const alone = create([
      { atMs: 0, remaining: 50 },
      { atMs: 10_000, remaining: 49 },
    ]);
    const together = create([
      { atMs: 0, remaining: 60 },
      { atMs: 10_000, remaining: 49 },
    ]);
    expect(together.available(0)).toBe(alone.available(0));
    expect(alone.intervalMs(0, 10_000)).toBe(49_000 / (2 * 39));
    // Ten of their calls in 10 s, counted as if it had been a fifth of the rest longer, make 24.7 more until the reset.
    const expected = (10 / (10_000 + 49_000 / 5)) * 49_000;
    const theirs = 39 + 10 + expected;
    const ours = 0.9 * (100 - theirs) - 2;
    expect(together.intervalMs(0, 10_000)).toBeCloseTo(49_000 / (2 * ours), 6);
  });

  test('but never so far that nothing is learnt of them any more', () => {
    const window = create([
      { atMs: 0, remaining: 90 },
      { atMs: 1_000, remaining: 30 },
    ]);
    expect(window.intervalMs(0, 1_000)).toBe(58_000 / (2 * 2));
  });

  test('calls of ours that are in flight are not taken for those of others', () => {
    const window = create([
      { atMs: 0, remaining: 50 },
      { atMs: 10_000, remaining: 40, inFlight: 9 },
    ]);
    expect(window.intervalMs(0, 10_000)).toBe(49_000 / (2 * 30));
  });

  test('what others did in the last window is expected of them in this one', () => {
    const second = (others: number): MinuteWindow =>
      create([
        { atMs: 0, remaining: 99 },
        { atMs: 50_000, remaining: 98 - others },
        { atMs: 62_000, remaining: 50, resetMs: 58_000 },
      ]);
    expect(second(0).intervalMs(0, 62_000)).toBe(57_000 / (2 * 40));
    const expected = (40 / (50_000 + 57_000 / 5)) * 57_000;
    const ours = 0.9 * (100 - 49 - expected) - 1;
    expect(second(40).intervalMs(0, 62_000)).toBeCloseTo(57_000 / (2 * ours), 6);
  });

  test('where the window slides, so that the reset stays as far away, our own calls are not taken for others', () => {
    const samples = Array.from({ length: 10 }, (_sample, pair) => [
      { atMs: pair * 3_000, remaining: 49 - 2 * pair, resetMs: 60_000 },
      { atMs: pair * 3_000 + 500, remaining: 48 - 2 * pair, resetMs: 60_000 },
    ]).flat();
    const window = create(samples);
    expect(window.available(0)).toBe(20);
    expect(window.intervalMs(0, 27_500)).toBe(59_000 / (2 * 20));
  });
});
