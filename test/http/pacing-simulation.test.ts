import { describe, expect, test } from 'vitest';
import { createPacer, type Pacer } from '../../src/http/pacing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import {
  createRandom,
  createSimulatedService,
  keepBusy,
  type SimulatedService,
  type SimulatedServiceOptions,
} from './simulated-service.ts';

const share = 0.9;

interface Run {
  readonly service: SimulatedService;
  readonly pacer: Pacer;
  /** Our calls in whole windows, by what nine tenths of the others' leavings come to. */
  readonly use: number;
  readonly refused: number;
  readonly theirsRefused: number;
}

type RunOptions = Omit<SimulatedServiceOptions, 'clock' | 'latencyMs'> & {
  readonly meanLatencyMs: number;
  readonly windows?: number;
  readonly pacers?: number;
};

/** As many calls as the pacer lets go, in virtual time; the first window is not whole and does not count. */
async function run({ meanLatencyMs, windows = 6, pacers = 1, ...options }: RunOptions): Promise<Run> {
  const { limit, windowMs, phaseMs = 0.37 * windowMs } = options;
  const clock = createFakeClock({ isAutomatic: true });
  const random = createRandom(limit);
  // One answer in twenty takes four times as long: answers overtake each other.
  const latencyMs = (): number => meanLatencyMs * (random() < 0.05 ? 4 : 0.6 + 0.8 * random());
  const service = createSimulatedService({ ...options, phaseMs, clock, latencyMs });
  const all = Array.from({ length: pacers }, () => createPacer({ clock, share, monthExhausted: () => new Error() }));
  await Promise.all(all.map((pacer) => keepBusy(pacer, service, { clock, untilMs: windows * windowMs - phaseMs })));
  let [ours, allowed, theirsRefused] = [0, 0, 0];
  for (let number = 1; number < windows; number += 1) {
    const window = service.windows.get(number);
    ours += window?.ours ?? 0;
    allowed += share * (limit - (window?.theirs ?? 0));
    theirsRefused += window?.theirsRefused ?? 0;
  }
  const refused = service.calls.filter(({ status }) => status === 429).length;
  return { service, pacer: all[0] as Pacer, use: ours / allowed, refused, theirsRefused };
}

describe.for([
  [60, 60],
  [300, 60],
  [900, 60],
  [60, 10],
  [300, 17],
  [900, 300],
] as const)('a pool of %d calls in %d s', ([limit, windowS]) => {
  describe.for([
    ['rounded up', Math.ceil],
    ['cut', Math.floor],
    ['rounded', Math.round],
  ] as const)('the reset in seconds %s', ([, rounding]) => {
    const pool = { limit, windowMs: windowS * 1000, rounding };

    test.for([50, 500, 850])('alone, at %d ms a call: all of our share, and no refusal', async (meanLatencyMs) => {
      const { use, refused } = await run({ ...pool, meanLatencyMs });
      expect(refused).toBe(0);
      expect(use).toBeGreaterThanOrEqual(0.95);
      expect(use).toBeLessThanOrEqual(1);
    });

    test.for([0.1, 0.2, 0.35])('beside a tool that takes %d of it evenly: neither is refused', async (part) => {
      const { use, refused, theirsRefused } = await run({
        ...pool,
        meanLatencyMs: 300,
        competitorPerSecond: (part * limit) / windowS,
      });
      expect(refused).toBe(0);
      expect(use).toBeGreaterThanOrEqual(0.95);
      if (windowS >= 60) expect(theirsRefused).toBe(0);
    });
  });

  test('beside a tool that comes in bursts: no refusal, and its bursts are not taken for a habit', async () => {
    const { use, refused } = await run({
      limit,
      windowMs: windowS * 1000,
      meanLatencyMs: 300,
      competitorPerSecond: (0.3 * limit) / windowS,
      competitorBurst: Math.round(0.1 * limit),
    });
    expect(refused).toBe(0);
    expect(use).toBeGreaterThanOrEqual(0.93);
  });

  test('beside another of our kind: both together use the share, and both leave the tenth', async () => {
    const { service, use, refused } = await run({ limit, windowMs: windowS * 1000, meanLatencyMs: 300, pacers: 2 });
    expect(refused).toBeLessThanOrEqual(service.calls.length / 200);
    expect(use).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a tenth for the others', () => {
  test('no call of ours takes the last tenth of the limit', async () => {
    const { service } = await run({ limit: 300, windowMs: 60_000, meanLatencyMs: 500 });
    for (const { remainingAfterUs } of service.windows.values()) expect(remainingAfterUs).toBeGreaterThanOrEqual(30);
  });
});

describe('a service that bears five requests at once', () => {
  const options = { limit: 900, windowMs: 60_000, meanLatencyMs: 200, concurrencyLimit: 5, windows: 6 };

  test('is asked for a few too many at the beginning, for six once a minute then, and for no more', async () => {
    const { service } = await run(options);
    expect(service.calls.length).toBeGreaterThan(4_000);
    const refusedMs = service.calls.filter(({ status }) => status === 429).map(({ answeredMs }) => answeredMs);
    expect(refusedMs.filter((ms) => ms < 1_000).length).toBeLessThanOrEqual(4);
    const laterMs = refusedMs.filter((ms) => ms >= 1_000);
    expect(laterMs.length).toBeGreaterThanOrEqual(4);
    const gapsMs = laterMs.map((ms, index) => ms - (laterMs[index - 1] ?? 1_000));
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(60_000);
  });

  test('is kept busy with five nearly all the time', async () => {
    const { service } = await run({ ...options, limit: 100_000, meanLatencyMs: 850 });
    const untilMs = service.calls.at(-1)?.answeredMs ?? 0;
    const busyMs = service.calls.reduce((sum, { sentMs, answeredMs }) => sum + answeredMs - sentMs, 0);
    expect(busyMs / untilMs).toBeGreaterThan(4.65);
  });
});

describe('a pool that others empty', () => {
  test('costs a refusal now and then, but never a call inside the cool-down', async () => {
    const { service } = await run({
      limit: 60,
      windowMs: 20_000,
      meanLatencyMs: 300,
      competitorPerSecond: 12,
      competitorBurst: 60,
    });
    const empty = service.calls.filter(({ isPoolEmpty }) => isPoolEmpty);
    expect(empty.length).toBeGreaterThan(0);
    for (const { answeredMs, resetsAtMs } of empty) {
      const early = service.calls.filter(({ sentMs }) => sentMs > answeredMs && sentMs < resetsAtMs);
      expect(early).toEqual([]);
    }
  });
});

describe('a service without headers', () => {
  test('is called 13.5 times a second', async () => {
    const { service } = await run({ limit: 900, windowMs: 60_000, meanLatencyMs: 300, hasHeaders: false, phaseMs: 0 });
    expect(service.windows.get(2)?.ours).toBeGreaterThanOrEqual(808);
    expect(service.windows.get(2)?.ours).toBeLessThanOrEqual(811);
  });
});

describe.for([
  [60, 60],
  [300, 60],
  [600, 60],
  [100, 20],
] as const)('a service without headers that bears %d calls in %d s', ([limit, windowS]) => {
  test('is found out by a few refusals a window, and used most of the time', async () => {
    const pool = { limit, windowMs: windowS * 1000, hasHeaders: false, phaseMs: 0, windows: 8 };
    const { use, refused } = await run({ ...pool, meanLatencyMs: 300 });
    expect(refused).toBeGreaterThan(0);
    expect(refused / 8).toBeLessThanOrEqual(6);
    expect(use).toBeGreaterThan(0.6);
  });
});

describe('lanes', () => {
  test('a lane with two callers gets as many turns as it can use beside one with forty', async () => {
    const clock = createFakeClock({ isAutomatic: true });
    const service = createSimulatedService({ clock, limit: 900, windowMs: 60_000, latencyMs: () => 200 });
    const pacer = createPacer({ clock, maxLevel: 6, monthExhausted: () => new Error() });
    await Promise.all([
      keepBusy(pacer, service, { clock, untilMs: 20_000, lanes: ['many'], workersPerLane: 40 }),
      keepBusy(pacer, service, { clock, untilMs: 20_000, lanes: ['few'], workersPerLane: 2 }),
    ]);
    const { callsByLane } = pacer.snapshot();
    // There is a turn each 33 ms. First come, first served would give the two callers one in twenty of them, 28 in all;
    // taking turns, each of them waits for two turns at most, so it calls at least each 267 ms: 75 times in 20 s.
    expect(callsByLane['few']).toBeGreaterThan(135);
  });
});

describe.for([2, 4, 8, 32])('a lane whose calls take most of a minute, at %d calls in flight', (maxLevel) => {
  test('does not make the others wait for it', async () => {
    const clock = createFakeClock({ isAutomatic: true });
    const pacer = createPacer({
      clock,
      maxLevel,
      startLevel: Math.min(4, maxLevel),
      monthExhausted: () => new Error(),
    });
    const budget = { minute: { limit: 9_000, remaining: 8_990, resetMs: 60_000 } };
    const grantedMs: Record<string, number[]> = { slow: [], fast: [], other: [] };
    async function work(lane: string, latencyMs: number): Promise<void> {
      while (clock.monotonic() < 120_000) {
        const permit = await pacer.acquire(lane);
        grantedMs[lane]?.push(clock.monotonic());
        await clock.sleep(latencyMs);
        permit.settle({ kind: 'response', status: 200, budget });
        // A page is written before the next one is asked for.
        await clock.sleep(20);
      }
    }
    const slow = Array.from({ length: 8 }, () => work('slow', 50_000));
    await Promise.all([...slow, work('fast', 300), work('other', 300)]);
    for (const lane of ['fast', 'other']) {
      const times = grantedMs[lane] ?? [];
      const gapsMs = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
      expect(Math.max(...gapsMs), lane).toBeLessThan(1_500);
    }
    // The slow lane has all other places.
    expect(grantedMs['slow']?.length).toBeGreaterThanOrEqual(2 * Math.min(8, maxLevel - 1));
  });
});

test('a lane that is alone has every place, a second after the last of the others was seen', async () => {
  const clock = createFakeClock();
  const pacer = createPacer({ clock, maxLevel: 4, monthExhausted: () => new Error() });
  const budget = { minute: { limit: 9_000, remaining: 8_990, resetMs: 60_000 } };
  (await pacer.acquire('gone')).settle({ kind: 'response', status: 200, budget });
  for (let index = 0; index < 4; index += 1) void pacer.acquire('alone');
  await clock.advance(999);
  expect(pacer.snapshot().inFlight).toBe(3);
  await clock.advance(1);
  expect(pacer.snapshot().inFlight).toBe(4);
});

describe('headers that lie', () => {
  const pool = { limit: 300, windowMs: 60_000, meanLatencyMs: 300 };

  test.for<[string, NonNullable<SimulatedServiceOptions['bend']>]>([
    ['a reset of nought', (budget) => ({ ...budget, resetMs: 0 })],
    ['a reset in the past', (budget) => ({ ...budget, resetMs: -5_000 })],
    ['a reset that is a moment', (budget) => ({ ...budget, resetMs: Date.UTC(2026, 0, 1) })],
    ['a reset that stays as far away', (budget) => ({ ...budget, resetMs: 60_000 })],
    ['no numbers', () => ({ limit: Number.NaN, remaining: Number.NaN, resetMs: Number.NaN })],
    ['nothing left, ever', (budget) => ({ ...budget, remaining: 0 })],
    ['more left than there may be', (budget) => ({ ...budget, remaining: 100_000 })],
    ['a number of calls left that goes up and down', (budget, call) => ({ ...budget, remaining: (call * 97) % 300 })],
    ['now nothing, now a lot', (budget, call) => (call % 3 === 0 ? undefined : { ...budget, remaining: call % 300 })],
  ])('%s: calls go on, and few of them are refused', async ([, bend]) => {
    const { service, refused } = await run({ ...pool, bend });
    const made = service.calls.length;
    expect(made).toBeGreaterThan(30);
    expect(made).toBeLessThan(5_000);
    // At worst the pool runs out once a window, with all that may be in flight, and is asked for now and then until its end.
    expect(refused).toBeLessThanOrEqual(6 * (32 + 40));
    // Who is told that nothing is left makes one call a minute: for each of 48 callers, the last one is that late.
    const lastMs = service.calls.at(-1)?.sentMs ?? 0;
    expect(lastMs).toBeGreaterThan(5 * 60_000);
    expect(lastMs).toBeLessThan(60 * 60_000);
  });
});
