import type { CallOutcome } from './call-outcome.ts';
import type { Clock } from './clock.ts';
import { createLaneQueue } from './lane-queue.ts';
import type { MonthExhausted } from './month-allowance.ts';
import { createPaceRules, type PaceRulesOptions } from './pace-rules.ts';

export type { Budget, CallOutcome } from './call-outcome.ts';

/** The right to make one call. */
export interface Permit {
  /** To be called exactly once, when the call is over. */
  settle(outcome: CallOutcome): void;
}

export interface PacerSnapshot {
  readonly inFlight: number;
  /** How many calls may be in flight. */
  readonly level: number;
  readonly callsMade: number;
  readonly callsByLane: Readonly<Record<string, number>>;
  readonly minuteRemaining?: number | undefined;
  readonly monthRemaining?: number | undefined;
  /** Epoch milliseconds until which nobody is let go, when somebody waits for it. */
  readonly waitingUntilMs?: number | undefined;
}

/** One per API key: every call of every stream asks it first. */
export interface Pacer {
  /**
   * Waits for its turn: first come, first served within a lane, and the lanes (streams) take turns. Rejects with the
   * signal's reason, or with the error that `monthExhausted` made when the account's month has no more calls for us.
   */
  acquire(lane: string, signal?: AbortSignal): Promise<Permit>;
  snapshot(): PacerSnapshot;
}

export interface PacerOptions extends Partial<PaceRulesOptions> {
  readonly clock: Clock;
  readonly monthExhausted: (info: MonthExhausted) => Error;
  /** Told once, when a wait of more than five seconds begins, with the time at which it ends (epoch milliseconds). */
  readonly onWait?: (untilMs: number) => void;
}

interface Waiter {
  readonly lane: string;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
  readonly forget: () => void;
}

const longWaitMs = 5_000;
/** A timer holds 24 days at most; a long wait is looked at again once an hour. */
const longestTimerMs = 60 * 60 * 1000;

/** See PaceRules for who may go when; this is the queue before that door. */
export function createPacer(options: PacerOptions): Pacer {
  const { clock, monthExhausted, onWait } = options;
  const rules = createPaceRules({
    share: 0.9,
    startLevel: 4,
    maxLevel: 32,
    blindCallsPerSecond: 13.5,
    refusalMemoryMs: 60_000,
    monthlyReserve: 0,
    ...options,
  });
  const queue = createLaneQueue<Waiter>();
  const callsByLane = new Map<string, number>();
  let callsMade = 0;
  let timer: { readonly untilMs: number; readonly abort: AbortController } | undefined;
  let announcedMs = Number.NEGATIVE_INFINITY;

  function serve(): void {
    while (queue.size > 0) {
      const turn = rules.nextTurn();
      if (turn.kind === 'at') {
        wait(turn.untilMs);
        return;
      }
      stopTimer();
      if (turn.kind === 'after-answer') return;
      const waiter = queue.shift();
      waiter?.forget();
      if (turn.kind === 'stop') waiter?.reject(monthExhausted(turn.info));
      else waiter?.resolve(grantPermit(waiter.lane));
    }
    stopTimer();
  }

  function grantPermit(lane: string): Permit {
    const grant = rules.grant();
    callsMade += 1;
    callsByLane.set(lane, (callsByLane.get(lane) ?? 0) + 1);
    return {
      settle(outcome) {
        rules.settle(grant, outcome);
        serve();
      },
    };
  }

  function wait(untilMs: number): void {
    if (timer?.untilMs === untilMs) return;
    stopTimer();
    const delayMs = untilMs - clock.monotonic();
    // Answers still in flight move the end of a wait by a little: that is the same wait.
    if (delayMs > longWaitMs && untilMs - announcedMs > longWaitMs) {
      announcedMs = untilMs;
      onWait?.(clock.now() + delayMs);
    }
    const abort = new AbortController();
    timer = { untilMs, abort };
    clock.sleep(Math.min(longestTimerMs, Math.max(0, Math.ceil(delayMs))), abort.signal).then(
      () => {
        if (timer?.abort === abort) timer = undefined;
        serve();
      },
      () => {},
    );
  }

  function stopTimer(): void {
    timer?.abort.abort();
    timer = undefined;
  }

  return {
    acquire(lane, signal) {
      return new Promise<Permit>((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          queue.remove(lane, waiter);
          reject(signal?.reason);
          serve();
        };
        const forget = (): void => signal?.removeEventListener('abort', onAbort);
        const waiter: Waiter = { lane, resolve, reject, forget };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.push(lane, waiter);
        serve();
      });
    },
    snapshot() {
      return {
        inFlight: rules.inFlight,
        level: rules.level,
        callsMade,
        callsByLane: Object.fromEntries(callsByLane),
        minuteRemaining: rules.minuteRemaining,
        monthRemaining: rules.monthRemaining,
        waitingUntilMs: timer === undefined ? undefined : clock.now() + timer.untilMs - clock.monotonic(),
      };
    },
  };
}
