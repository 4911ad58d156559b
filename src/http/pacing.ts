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
   * Waits for its turn: first come, first served within a lane, and among the lanes (streams) the one whose last call is
   * longest ago; the last call that may be in flight is for a lane that has none, so that nobody waits for a lane whose
   * calls take long. Rejects with the signal's reason, or with the error that `monthExhausted` made when the account's
   * month has no more calls for us.
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

/** What is known of a lane. */
interface Lane {
  calls: number;
  inFlight: number;
  /** When its last call was over, on the monotonic clock. */
  settledMs: number;
}

const longWaitMs = 5_000;
/** Between two calls a stream writes a page: its place is kept for so long. */
const returnMs = 1_000;
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
  const lanes = new Map<string, Lane>();
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
      if (turn.kind === 'stop') {
        const waiter = queue.shift();
        waiter?.forget();
        waiter?.reject(monthExhausted(turn.info));
        continue;
      }
      const isLastPlace = rules.level > 1 && rules.inFlight + 1 >= rules.level;
      let waiter = isLastPlace ? queue.shift((lane) => !lanes.get(lane)?.inFlight) : queue.shift();
      if (waiter === undefined) {
        const keptUntilMs = placeKeptUntilMs();
        if (clock.monotonic() < keptUntilMs) {
          wait(keptUntilMs);
          return;
        }
        waiter = queue.shift();
      }
      waiter?.forget();
      waiter?.resolve(grantPermit(waiter.lane));
    }
    stopTimer();
  }

  /** Until when a lane may come back that has just had its only call. */
  function placeKeptUntilMs(): number {
    let untilMs = Number.NEGATIVE_INFINITY;
    for (const { inFlight, settledMs } of lanes.values())
      if (inFlight === 0) untilMs = Math.max(untilMs, settledMs + returnMs);
    return untilMs;
  }

  function grantPermit(name: string): Permit {
    const grant = rules.grant();
    callsMade += 1;
    const lane = lanes.get(name) ?? { calls: 0, inFlight: 0, settledMs: Number.NEGATIVE_INFINITY };
    lanes.set(name, lane);
    lane.calls += 1;
    lane.inFlight += 1;
    return {
      settle(outcome) {
        rules.settle(grant, outcome);
        lane.inFlight -= 1;
        lane.settledMs = clock.monotonic();
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
        callsByLane: Object.fromEntries([...lanes].map(([name, { calls }]) => [name, calls])),
        minuteRemaining: rules.minuteRemaining,
        monthRemaining: rules.monthRemaining,
        waitingUntilMs: timer === undefined ? undefined : clock.now() + timer.untilMs - clock.monotonic(),
      };
    },
  };
}
