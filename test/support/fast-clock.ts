import { type Clock, systemClock } from '../../src/http/clock.ts';

/**
 * A clock that runs faster than the real one, so that back-offs take little time while real input and output go on.
 * An exchange that takes 10 ms takes `factor` times as long by it: it must not be so fast that time runs out.
 */
export function createFastClock(factor: number): Clock {
  const startMs = systemClock.now();
  const elapsedMs = (): number => systemClock.monotonic() * factor;
  const offsetMs = elapsedMs();
  return {
    now: () => Math.round(startMs + elapsedMs() - offsetMs),
    monotonic: elapsedMs,
    sleep: (delayMs, signal) => systemClock.sleep(Math.max(0, delayMs / factor), signal),
  };
}
