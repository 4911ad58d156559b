import type { Clock } from '../../src/http/clock.ts';

/** A clock that stands still until it is moved, or that jumps from one sleep's end to the next by itself. */
export interface FakeClock extends Clock {
  /** Moves time on by `delayMs`; sleeps that end on the way end in order, each seeing its own time. */
  advance(delayMs: number): Promise<void>;
  /** Lets no time pass by itself while something real, such as a request over a socket, is under way. */
  hold<Result>(work: Promise<Result>): Promise<Result>;
  /** How many sleeps are under way. */
  readonly sleepers: number;
  /** The length of every sleep so far, in milliseconds, in the order in which they were begun. */
  readonly slept: readonly number[];
}

export interface FakeClockOptions {
  /** Epoch milliseconds at the beginning. */
  readonly startMs?: number;
  /**
   * True: whenever the program has nothing to do but sleep, time jumps to the end of the next sleep, so that waiting
   * takes no time at all. Real input and output are waited for only where `hold` tells of them.
   */
  readonly isAutomatic?: boolean;
}

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

export function createFakeClock({
  startMs = Date.UTC(2026, 0, 1),
  isAutomatic = false,
}: FakeClockOptions = {}): FakeClock {
  let elapsedMs = 0;
  let isJumping = false;
  const held = new Set<Promise<unknown>>();
  let sleepers: Sleeper[] = [];
  const slept: number[] = [];

  function earliest(): Sleeper | undefined {
    let found: Sleeper | undefined;
    for (const sleeper of sleepers) if (found === undefined || sleeper.wakeMs < found.wakeMs) found = sleeper;
    return found;
  }

  function wake(sleeper: Sleeper): void {
    elapsedMs = Math.max(elapsedMs, sleeper.wakeMs);
    sleepers = sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }

  async function jump(): Promise<void> {
    if (isJumping) return;
    isJumping = true;
    for (;;) {
      await settled();
      if (held.size > 0) {
        await Promise.race(held);
        continue;
      }
      const next = earliest();
      if (next === undefined) break;
      wake(next);
    }
    isJumping = false;
  }

  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        slept.push(delayMs);
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakeMs: elapsedMs + Math.max(0, delayMs),
          wake() {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.push(sleeper);
        if (isAutomatic) void jump();
      });
    },
    async advance(delayMs) {
      const targetMs = elapsedMs + delayMs;
      await settled();
      for (let next = earliest(); next !== undefined && next.wakeMs <= targetMs; next = earliest()) {
        wake(next);
        await settled();
      }
      elapsedMs = Math.max(elapsedMs, targetMs);
    },
    hold(work) {
      const settling: Promise<unknown> = work.then(
        () => held.delete(settling),
        () => held.delete(settling),
      );
      held.add(settling);
      return work;
    },
    get sleepers() {
      return sleepers.length;
    },
    slept,
  };
}

/** Resolves when all that was due in this turn of the event loop has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
