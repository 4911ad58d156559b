import type { Clock } from '../../src/http/clock.ts';
import type { MinuteBudget } from '../../src/http/minute-window.ts';
import type { CallOutcome, Pacer } from '../../src/http/pacing.ts';

/** A service with fixed windows, in virtual time, that keeps a record of everything. */
export interface SimulatedServiceOptions {
  readonly clock: Clock;
  readonly limit: number;
  readonly windowMs: number;
  /** How far into a window the clock's zero lies. */
  readonly phaseMs?: number;
  /** From one call to the next; the way there, the work, and the way back take a tenth, eight tenths, a tenth. */
  readonly latencyMs: () => number;
  readonly rounding?: (seconds: number) => number;
  readonly concurrencyLimit?: number;
  /** Other tools with the same key, evenly over time. */
  readonly competitorPerSecond?: number;
  /** The competitor's calls come this many at once. */
  readonly competitorBurst?: number;
  readonly hasHeaders?: boolean;
  /** What the headers say in place of the truth; undefined for nothing. `call` counts from 1. */
  readonly bend?: (truth: MinuteBudget, call: number) => MinuteBudget | undefined;
}

export interface WindowRecord {
  ours: number;
  theirs: number;
  theirsRefused: number;
  /** The smallest `remaining` that one of our calls left. */
  remainingAfterUs: number;
}

export interface SimulatedService {
  call(): Promise<CallOutcome>;
  readonly calls: { sentMs: number; answeredMs: number; status: number; resetsAtMs: number; isPoolEmpty: boolean }[];
  /** By number; window 0 is the one the clock began in. */
  readonly windows: Map<number, WindowRecord>;
}

export function createSimulatedService(options: SimulatedServiceOptions): SimulatedService {
  const { clock, limit, windowMs, phaseMs = 0, latencyMs, rounding = Math.ceil, competitorPerSecond = 0 } = options;
  const {
    competitorBurst = 1,
    concurrencyLimit = Number.POSITIVE_INFINITY,
    hasHeaders = true,
    bend = (truth) => truth,
  } = options;
  const windows = new Map<number, WindowRecord>();
  const calls: SimulatedService['calls'] = [];
  let inside = 0;
  let competitorCalls = 0;

  function windowAt(ms: number): WindowRecord {
    const number = Math.floor((ms + phaseMs) / windowMs);
    const found = windows.get(number);
    if (found !== undefined) return found;
    const window = { ours: 0, theirs: 0, theirsRefused: 0, remainingAfterUs: limit };
    windows.set(number, window);
    return window;
  }

  /** The competitor's calls are entered when somebody looks; each at its own time. */
  function catchUp(nowMs: number): void {
    if (competitorPerSecond === 0) return;
    for (;;) {
      const burst = Math.floor(competitorCalls / competitorBurst);
      const atMs = (burst * competitorBurst * 1000) / competitorPerSecond;
      if (atMs > nowMs) return;
      const window = windowAt(atMs);
      if (window.ours + window.theirs < limit) window.theirs += 1;
      else window.theirsRefused += 1;
      competitorCalls += 1;
    }
  }

  return {
    calls,
    windows,
    async call() {
      const sentMs = clock.monotonic();
      const latency = latencyMs();
      await clock.sleep(latency / 10);
      const nowMs = clock.monotonic();
      catchUp(nowMs);
      const window = windowAt(nowMs);
      const isPoolEmpty = window.ours + window.theirs >= limit;
      const status = isPoolEmpty || inside >= concurrencyLimit ? 429 : 200;
      if (status === 200) {
        window.ours += 1;
        window.remainingAfterUs = Math.min(window.remainingAfterUs, limit - window.ours - window.theirs);
      }
      const resetsInMs = windowMs - ((nowMs + phaseMs) % windowMs);
      const remaining = limit - window.ours - window.theirs;
      if (status === 200) {
        inside += 1;
        await clock.sleep(latency * 0.8);
        inside -= 1;
      }
      await clock.sleep(latency / 10);
      const answeredMs = clock.monotonic();
      calls.push({ sentMs, answeredMs, status, resetsAtMs: nowMs + resetsInMs, isPoolEmpty });
      // The headers are written when the work is done: what they say of the reset is of that time.
      const resetMs = rounding((nowMs + resetsInMs - (answeredMs - latency / 10)) / 1000) * 1000;
      if (!hasHeaders || resetMs < 0) return { kind: 'response', status };
      return { kind: 'response', status, budget: { minute: bend({ limit, remaining, resetMs }, calls.length) } };
    },
  };
}

/** Keeps every lane busy with `workersPerLane` callers until `untilMs`. */
export async function keepBusy(
  pacer: Pacer,
  service: SimulatedService,
  { clock, untilMs, lanes = ['a', 'b', 'c'], workersPerLane = 16 }: KeepBusyOptions,
): Promise<void> {
  async function work(lane: string): Promise<void> {
    while (clock.monotonic() < untilMs) {
      const permit = await pacer.acquire(lane);
      permit.settle(await service.call());
    }
  }
  await Promise.all(lanes.flatMap((lane) => Array.from({ length: workersPerLane }, () => work(lane))));
}

export interface KeepBusyOptions {
  readonly clock: Clock;
  readonly untilMs: number;
  readonly lanes?: readonly string[];
  readonly workersPerLane?: number;
}

/** Numbers from 0 up to 1 that are the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
