import { describe, expect, test } from 'vitest';
import { createConcurrencyLevel } from '../../src/http/concurrency-level.ts';

function create(maxLevel = 32) {
  return createConcurrencyLevel({ startLevel: 4, maxLevel, memoryMs: 60_000 });
}

/** The same after a first refusal, a minute ago, which left it at four. */
function createRefused(maxLevel = 32) {
  const level = createConcurrencyLevel({ startLevel: 4, maxLevel, memoryMs: 60_000 });
  level.refused({ inFlight: 8, grantedMs: -60_001 }, -60_000);
  return level;
}

/** As many successes at the full level as it takes to go up one step. */
function climb(level: ReturnType<typeof create>, nowMs: number): void {
  const inFlight = level.at(nowMs);
  for (let index = 0; index < inFlight; index += 1) level.succeeded({ inFlight, grantedMs: nowMs }, nowMs);
}

describe('how many requests at once', () => {
  test('goes up with each success until the first refusal, and no further than the most', () => {
    const level = create(20);
    const levels = Array.from({ length: 4 }, () => {
      climb(level, 0);
      return level.at(0);
    });
    expect(levels).toEqual([8, 16, 20, 20]);
  });

  test('then goes up by one when a level has been borne throughout, and no further than the most', () => {
    const level = createRefused(6);
    expect(level.at(0)).toBe(4);
    for (let index = 0; index < 3; index += 1) level.succeeded({ inFlight: 4, grantedMs: 0 }, 0);
    expect(level.at(0)).toBe(4);
    level.succeeded({ inFlight: 4, grantedMs: 0 }, 0);
    expect(level.at(0)).toBe(5);
    climb(level, 0);
    climb(level, 0);
    climb(level, 0);
    expect(level.at(0)).toBe(6);
  });

  test('does not go up by requests that ran with fewer beside them', () => {
    const level = createRefused();
    for (let index = 0; index < 100; index += 1) level.succeeded({ inFlight: 3, grantedMs: 0 }, 0);
    expect(level.at(0)).toBe(4);
    const fresh = create();
    for (let index = 0; index < 100; index += 1) fresh.succeeded({ inFlight: 1, grantedMs: 0 }, 0);
    expect(fresh.at(0)).toBe(4);
  });

  test('a request that was overtaken while the level rose fast does not put a borne level to blame', () => {
    const level = create();
    for (const inFlight of [4, 4, 5]) level.succeeded({ inFlight, grantedMs: 0 }, 100);
    level.refused({ inFlight: 7, grantedMs: 100 }, 200);
    level.refused({ inFlight: 5, grantedMs: 100 }, 201);
    for (let index = 0; index < 20; index += 1) climb(level, 60_200);
    expect(level.at(60_200)).toBe(5);
  });

  test('is halved by a refusal, once for all that were refused together', () => {
    const level = create();
    level.refused({ inFlight: 8, grantedMs: 900 }, 1_000);
    level.refused({ inFlight: 7, grantedMs: 950 }, 1_010);
    expect(level.at(1_010)).toBe(4);
    level.refused({ inFlight: 4, grantedMs: 1_500 }, 1_600);
    expect(level.at(1_600)).toBe(2);
    level.refused({ inFlight: 1, grantedMs: 1_700 }, 1_800);
    expect(level.at(1_800)).toBe(1);
  });

  test('does not try a refused level again for a minute, but goes up to the one below', () => {
    const level = create();
    level.refused({ inFlight: 6, grantedMs: 0 }, 0);
    expect(level.at(0)).toBe(3);
    for (let index = 0; index < 20; index += 1) climb(level, 59_999);
    expect(level.at(59_999)).toBe(5);
    climb(level, 60_000);
    expect(level.at(60_000)).toBe(6);
  });

  test('remembers the lowest of the levels that were refused within a minute', () => {
    const level = create();
    level.refused({ inFlight: 4, grantedMs: 0 }, 0);
    level.refused({ inFlight: 6, grantedMs: 0 }, 30_000);
    for (let index = 0; index < 20; index += 1) climb(level, 80_000);
    expect(level.at(80_000)).toBe(3);
    for (let index = 0; index < 20; index += 1) climb(level, 90_000);
    expect(level.at(90_000)).toBeGreaterThan(6);
  });
});
