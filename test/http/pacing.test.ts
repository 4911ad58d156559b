import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type Budget, type CallOutcome, createPacer, type PacerOptions, type Permit } from '../../src/http/pacing.ts';
import { createFakeClock } from '../support/fake-clock.ts';

function setUp(options: Partial<PacerOptions> = {}) {
  const clock = createFakeClock();
  const waits: number[] = [];
  const pacer = createPacer({
    clock,
    monthExhausted: ({ remaining, resetsAtMs }) =>
      new Error(`month: ${remaining} until ${(resetsAtMs ?? 0) - clock.now()}`),
    onWait: (untilMs) => waits.push(untilMs - clock.now()),
    ...options,
  });
  const granted: { lane: string; atMs: number; permit: Permit }[] = [];
  /** Asks for a permit and notes when it comes. */
  function ask(lane = 'a', signal?: AbortSignal): Promise<void> {
    return pacer.acquire(lane, signal).then((permit) => {
      granted.push({ lane, atMs: clock.monotonic(), permit });
    });
  }
  /** One call from beginning to end, without latency. */
  async function call(outcome: CallOutcome): Promise<void> {
    const permit = await pacer.acquire('a');
    permit.settle(outcome);
  }
  return { clock, pacer, waits, granted, ask, call };
}

function answer(minute?: Budget['minute'], month?: Budget['month']): CallOutcome {
  return { kind: 'response', status: 200, budget: { minute, month } };
}

function refusal(minute?: Budget['minute'], retryAfterMs?: number): CallOutcome {
  return { kind: 'response', status: 429, budget: { minute }, retryAfterMs };
}

const plenty = { limit: 900, remaining: 890, resetMs: 60_000 };

describe('turns', () => {
  test('four calls are let go, the fifth when one of them is over', async () => {
    const { clock, granted, ask, call } = setUp();
    await call(answer(plenty));
    for (let index = 0; index < 6; index += 1) void ask();
    await clock.advance(0);
    expect(granted).toHaveLength(4);
    granted[0]?.permit.settle(answer(plenty));
    await clock.advance(0);
    expect(granted).toHaveLength(5);
  });

  test('lanes take turns', async () => {
    const { clock, granted, ask, call } = setUp({ startLevel: 1, maxLevel: 1 });
    await call(answer(plenty));
    // The first finds the door open; the others queue.
    for (const lane of ['a', 'a', 'a', 'a', 'b', 'c', 'b']) void ask(lane);
    for (let index = 0; index < 7; index += 1) {
      await clock.advance(0);
      granted.at(-1)?.permit.settle(answer(plenty));
    }
    expect(granted.map(({ lane }) => lane).join('')).toBe('aabcaba');
  });

  test('whoever is aborted while waiting leaves with the reason, and the others move up', async () => {
    const { clock, granted, ask, call, pacer } = setUp({ startLevel: 1, maxLevel: 1 });
    await call(answer(plenty));
    const stop = new AbortController();
    void ask('a');
    const aborted = ask('b', stop.signal);
    void ask('c');
    stop.abort(new Error('stopped'));
    await expect(aborted).rejects.toThrow('stopped');
    await expect(pacer.acquire('d', stop.signal)).rejects.toThrow('stopped');
    await clock.advance(0);
    granted[0]?.permit.settle(answer(plenty));
    await clock.advance(0);
    expect(granted.map(({ lane }) => lane)).toEqual(['a', 'c']);
  });

  test('a signal that many calls share gathers no listeners', async () => {
    const { pacer } = setUp();
    const stop = new AbortController();
    const permit = await pacer.acquire('a', stop.signal);
    permit.settle(answer(plenty));
    (await pacer.acquire('a', stop.signal)).settle(answer(plenty));
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('the last one to be aborted leaves no timer behind', async () => {
    const { clock, ask, call } = setUp();
    await call(refusal(undefined, 50_000));
    const stop = new AbortController();
    const aborted = ask('a', stop.signal);
    expect(clock.sleepers).toBe(1);
    stop.abort(new Error('stopped'));
    await expect(aborted).rejects.toThrow('stopped');
    expect(clock.sleepers).toBe(0);
  });

  test('a permit is good for one call', async () => {
    const { pacer } = setUp();
    const permit = await pacer.acquire('a');
    permit.settle({ kind: 'failure' });
    expect(() => permit.settle({ kind: 'failure' })).toThrow('twice');
  });

  test('the snapshot counts calls, in all and by lane', async () => {
    const { pacer } = setUp();
    for (const lane of ['a', 'b', 'a']) void pacer.acquire(lane).then((permit) => permit.settle(answer(plenty)));
    await Promise.resolve();
    await pacer.acquire('b');
    expect(pacer.snapshot()).toMatchObject({
      inFlight: 1,
      level: 5,
      callsMade: 4,
      callsByLane: { a: 2, b: 2 },
      minuteRemaining: 890,
    });
  });
});

describe('the pool', () => {
  test('a tenth of the limit is left alone until the reset, rounded up by a second', async () => {
    const { clock, granted, ask, call } = setUp();
    await call(answer({ limit: 100, remaining: 12, resetMs: 20_000 }));
    for (let index = 0; index < 3; index += 1) void ask();
    await clock.advance(20_900);
    expect(granted).toHaveLength(2);
    for (const { permit } of granted) permit.settle(answer({ limit: 100, remaining: 10, resetMs: 0 }));
    await clock.advance(99);
    expect(granted).toHaveLength(2);
    await clock.advance(1);
    expect(granted).toHaveLength(3);
    expect(granted[2]?.atMs).toBe(21_000);
  });

  test('after the reset one call asks what the new window holds, and the others wait for its answer', async () => {
    const { clock, granted, ask, call } = setUp();
    await call(answer({ limit: 100, remaining: 10, resetMs: 20_000 }));
    for (let index = 0; index < 4; index += 1) void ask();
    await clock.advance(25_000);
    expect(granted).toHaveLength(1);
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 99, resetMs: 14_000 }));
    await clock.advance(0);
    expect(granted).toHaveLength(4);
  });

  test('each answer tells the reset a little better', async () => {
    const { clock, granted, ask, call } = setUp();
    await call(answer({ limit: 100, remaining: 12, resetMs: 20_000 }));
    void ask();
    await clock.advance(9_500);
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 10, resetMs: 10_000 }));
    void ask();
    await clock.advance(10_999);
    expect(granted).toHaveLength(1);
    await clock.advance(1);
    expect(granted).toHaveLength(2);
  });

  test('a call that began after the reset tells of the new window, however short the windows are', async () => {
    const { clock, granted, ask, call, pacer } = setUp();
    await call(answer({ limit: 100, remaining: 10, resetMs: 0 }));
    void ask();
    await clock.advance(1_000);
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 99, resetMs: 0 }));
    expect(pacer.snapshot().minuteRemaining).toBe(99);
  });

  test('an answer that was overtaken does not bring calls back', async () => {
    const { clock, granted, ask, call, pacer } = setUp();
    await call(answer({ limit: 100, remaining: 15, resetMs: 20_000 }));
    for (let index = 0; index < 3; index += 1) void ask();
    await clock.advance(8_000);
    granted[1]?.permit.settle(answer({ limit: 100, remaining: 11, resetMs: 12_000 }));
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 14, resetMs: 12_000 }));
    expect(pacer.snapshot().minuteRemaining).toBe(11);
  });

  test('an answer of the window before says nothing of this one', async () => {
    const { clock, granted, ask, call, pacer } = setUp();
    await call(answer({ limit: 100, remaining: 60, resetMs: 5_000 }));
    void ask();
    void ask();
    await clock.advance(7_000);
    granted[1]?.permit.settle(answer({ limit: 100, remaining: 98, resetMs: 18_000 }));
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 58, resetMs: 0 }));
    expect(pacer.snapshot().minuteRemaining).toBe(98);
  });

  test('calls that brought no word on the pool are counted all the same', async () => {
    const { call, pacer } = setUp();
    await call(answer({ limit: 100, remaining: 80, resetMs: 20_000 }));
    await call({ kind: 'failure' });
    await call({ kind: 'response', status: 502 });
    expect(pacer.snapshot().minuteRemaining).toBe(78);
  });

  test('nobody is held up while half of the pool is left', async () => {
    const { clock, call } = setUp();
    for (let remaining = 899; remaining > 450; remaining -= 1) {
      await call(answer({ limit: 900, remaining, resetMs: 60_000 }));
    }
    expect(clock.slept).toEqual([]);
    await call(answer({ limit: 900, remaining: 450, resetMs: 60_000 }));
    void call(answer());
    expect(clock.slept).toHaveLength(1);
  });

  test('without headers calls go 13.5 times a second, evenly', async () => {
    const { clock, granted, ask } = setUp({ startLevel: 32 });
    for (let index = 0; index < 28; index += 1) void ask();
    await clock.advance(1_000);
    expect(granted).toHaveLength(14);
    await clock.advance(990);
    expect(granted).toHaveLength(27);
    const gapsMs = granted.slice(1).map(({ atMs }, index) => atMs - (granted[index]?.atMs ?? 0));
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(73);
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(76);
  });

  test('headers that stop coming lead back to the even pace', async () => {
    const { clock, call, pacer, ask, granted } = setUp();
    await call(answer({ limit: 100, remaining: 10, resetMs: 2_000 }));
    void call(answer());
    await clock.advance(4_000);
    expect(pacer.snapshot().minuteRemaining).toBeUndefined();
    for (let index = 0; index < 4; index += 1) void ask();
    await clock.advance(1_000);
    expect(granted).toHaveLength(4);
  });

  test.for<[string, NonNullable<Budget['minute']>]>([
    ['a limit of nought', { limit: 0, remaining: 0, resetMs: 60_000 }],
    ['no number', { limit: 100, remaining: Number.NaN, resetMs: 60_000 }],
    ['a reset in the past', { limit: 100, remaining: 0, resetMs: -1 }],
    ['a moment in place of a time', { limit: 100, remaining: 0, resetMs: Date.UTC(2026, 0, 1) }],
    ['no end', { limit: 100, remaining: 0, resetMs: Number.POSITIVE_INFINITY }],
  ])('%s is not believed', async ([, minute]) => {
    const { call, pacer } = setUp();
    await call(answer(minute));
    expect(pacer.snapshot().minuteRemaining).toBeUndefined();
  });
});

describe('refusals', () => {
  test('with calls left in the pool means: too many at once', async () => {
    const { clock, granted, ask, call, pacer } = setUp();
    await call(answer(plenty));
    for (let index = 0; index < 4; index += 1) void ask();
    await clock.advance(0);
    granted[3]?.permit.settle(refusal(plenty));
    expect(pacer.snapshot()).toMatchObject({ inFlight: 3, level: 2, waitingUntilMs: undefined });
  });

  test('with a reset that cannot be true wait for seconds, not for ever', async () => {
    const { clock, granted, ask, call } = setUp();
    await call(refusal({ limit: 900, remaining: 0, resetMs: Date.UTC(2026, 0, 1) }));
    void ask();
    await clock.advance(1_000);
    expect(granted).toHaveLength(1);
  });

  test('of a single call waits a second, then twice as long each time, half a minute at most', async () => {
    const { clock, granted, ask } = setUp({ startLevel: 1 });
    for (let index = 0; index < 8; index += 1) {
      void ask();
      await clock.advance(30_000);
      granted.at(-1)?.permit.settle(refusal(plenty));
    }
    void ask();
    const waitedMs = clock.slept.filter((ms) => ms > 100);
    expect(waitedMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('are forgotten by the next success', async () => {
    const { clock, granted, ask } = setUp({ startLevel: 1, maxLevel: 1 });
    for (const outcome of [refusal(plenty), refusal(plenty), answer(plenty), refusal(plenty)]) {
      void ask();
      await clock.advance(10_000);
      granted.at(-1)?.permit.settle(outcome);
    }
    void ask();
    expect(clock.slept.filter((ms) => ms > 100)).toEqual([1_000, 2_000, 1_000]);
  });

  test('for an empty pool nobody is let go before the stated reset, rounded up by a second', async () => {
    const { clock, granted, ask, call, waits, pacer } = setUp();
    await call(refusal({ limit: 900, remaining: 0, resetMs: 37_000 }));
    void ask();
    expect(waits).toEqual([38_000]);
    expect(pacer.snapshot().waitingUntilMs).toBe(clock.now() + 38_000);
    await clock.advance(37_999);
    expect(granted).toEqual([]);
    await clock.advance(1);
    expect(granted).toHaveLength(1);
    expect(pacer.snapshot()).toMatchObject({ level: 4, waitingUntilMs: undefined });
  });

  test('Retry-After is waited for to the end, by every lane, also when the pool is full', async () => {
    const { clock, granted, ask, call, pacer } = setUp();
    await call(answer(plenty));
    void ask();
    await clock.advance(0);
    granted[0]?.permit.settle(refusal(plenty, 9_000));
    for (const lane of ['a', 'b', 'c']) void ask(lane);
    await clock.advance(8_999);
    expect(granted).toHaveLength(1);
    await clock.advance(1);
    expect(granted.length).toBeGreaterThan(1);
    expect(pacer.snapshot().level).toBeLessThan(4);
  });

  test.each([
    ['no word on the pool', undefined],
    ['an empty pool', { limit: 900, remaining: 0, resetMs: 0 }],
  ])('whose Retry-After proves too short, with %s, wait longer each time all the same', async (_what, minute) => {
    const { clock, granted, ask } = setUp({ startLevel: 1 });
    for (let index = 0; index < 7; index += 1) {
      void ask();
      await clock.advance(30_000);
      granted.at(-1)?.permit.settle(refusal(minute, 200));
    }
    void ask();
    const waitedMs = clock.slept.filter((ms) => ms > 1_500);
    expect(waitedMs).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('an overloaded service that asks for time gets it from every lane', async () => {
    const { clock, granted, ask, call } = setUp();
    await call({ kind: 'response', status: 503, retryAfterMs: 4_000 });
    for (const lane of ['a', 'b']) void ask(lane);
    await clock.advance(3_999);
    expect(granted).toEqual([]);
    await clock.advance(1);
    expect(granted).toHaveLength(1);
  });

  test('an overloaded service that asks for an hour holds nobody up for more than half a minute', async () => {
    const { clock, granted, ask, call } = setUp();
    await call({ kind: 'response', status: 503, retryAfterMs: 3_600_000 });
    void ask();
    await clock.advance(29_999);
    expect(granted).toEqual([]);
    await clock.advance(1);
    expect(granted).toHaveLength(1);
  });

  test('a later, shorter cool-down does not shorten the one before', async () => {
    const { clock, granted, ask } = setUp();
    void ask();
    void ask();
    await clock.advance(100);
    granted[0]?.permit.settle(refusal(undefined, 20_000));
    granted[1]?.permit.settle({ kind: 'response', status: 503, retryAfterMs: 3_000 });
    void ask();
    await clock.advance(19_999);
    expect(granted).toHaveLength(2);
    await clock.advance(1);
    expect(granted).toHaveLength(3);
  });

  test('several at once for an empty pool cost one pause, not one each', async () => {
    const { clock, granted, ask } = setUp();
    for (let index = 0; index < 4; index += 1) void ask();
    await clock.advance(1_000);
    for (const { permit } of granted) permit.settle(refusal({ limit: 900, remaining: 0, resetMs: 0 }));
    void ask();
    await clock.advance(1_000);
    expect(granted).toHaveLength(5);
  });

  test('a wait of five seconds or less is not worth a word, and a longer one is worth one', async () => {
    const { clock, ask, call, granted, waits } = setUp();
    await call(refusal(undefined, 5_000));
    void ask('a');
    expect(waits).toEqual([]);
    await clock.advance(5_000);
    granted[0]?.permit.settle(refusal(undefined, 6_000));
    for (const lane of ['b', 'c', 'd']) void ask(lane);
    await clock.advance(3_000);
    void ask('e');
    expect(waits).toEqual([6_000]);
    expect(clock.slept).toEqual([5_000, 6_000]);
  });

  test('a wait whose end moves by a little is still the same wait', async () => {
    const { clock, granted, ask, call, waits } = setUp();
    await call(answer({ limit: 100, remaining: 12, resetMs: 20_000 }));
    void ask();
    void ask();
    await clock.advance(14_000);
    expect(granted).toHaveLength(2);
    void ask();
    const told = waits.length;
    granted[0]?.permit.settle(answer({ limit: 100, remaining: 10, resetMs: 5_500 }));
    expect(clock.slept.at(-1)).toBe(6_500);
    expect(waits).toHaveLength(told);
  });
});

describe("the account's month", () => {
  const month = { limit: 100_000, remaining: 0, resetMs: 5 * 24 * 3_600_000 };

  test('once exhausted, fails whoever waits and whoever comes, at once and with the reset', async () => {
    const { ask, call, clock, granted } = setUp({ startLevel: 1, maxLevel: 1 });
    await call(answer(plenty));
    void ask();
    await clock.advance(0);
    const waiting = ask('b');
    granted[0]?.permit.settle(answer(plenty, month));
    await expect(waiting).rejects.toThrow('month: 0 until 432000000');
    await expect(ask('c')).rejects.toThrow('month: 0');
    expect(clock.sleepers).toBe(0);
  });

  test('a refusal that tells of an exhausted month is no reason to wait', async () => {
    const { ask, call } = setUp();
    await call({ kind: 'response', status: 429, budget: { month }, retryAfterMs: 30_000 });
    await expect(ask()).rejects.toThrow('month: 0');
  });

  test('calls in flight may not eat into the reserve together', async () => {
    const { ask, call, clock, granted } = setUp({ monthlyReserve: 500 });
    await call(answer(plenty, { ...month, remaining: 502 }));
    const asked = [ask(), ask(), ask()];
    await clock.advance(0);
    expect(granted).toHaveLength(2);
    granted[0]?.permit.settle(answer(plenty, { ...month, remaining: 501 }));
    granted[1]?.permit.settle(answer(plenty, { ...month, remaining: 500 }));
    await expect(asked[2]).rejects.toThrow('month: 500');
  });
});
