import type { Clock } from './clock.ts';
import { createConcurrencyLevel, type Grant } from './concurrency-level.ts';
import { createLaneQueue } from './lane-queue.ts';
import { createMinuteWindow, type MinuteBudget } from './minute-window.ts';
import { createMonthAllowance, type MonthBudget, type MonthExhausted } from './month-allowance.ts';

/** What a response's headers say of the pools it was paid from; `resetMs` counts from the response's receipt. */
export interface Budget {
  readonly minute?: MinuteBudget | undefined;
  readonly month?: MonthBudget | undefined;
}

/** What came of a call: an answer of whatever status, or none. */
export type CallOutcome =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly budget?: Budget | undefined;
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'failure' };

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

export interface PacerOptions {
  readonly clock: Clock;
  /** The part of the pool that is ours to spend. */
  readonly share?: number;
  readonly startLevel?: number;
  readonly maxLevel?: number;
  /** The pace while no response has told of a pool. */
  readonly blindCallsPerSecond?: number;
  /** How long a number of calls in flight that was refused is not tried again. */
  readonly refusalMemoryMs?: number;
  /** Calls of the account's month that must be left. */
  readonly monthlyReserve?: number;
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

type Turn =
  | { readonly kind: 'go' }
  | { readonly kind: 'after-answer' }
  | { readonly kind: 'at'; readonly untilMs: number }
  | { readonly kind: 'stop' };

const longWaitMs = 5_000;
/** A timer holds 24 days at most; a long wait is looked at again once an hour. */
const longestTimerMs = 60 * 60 * 1000;

export function createPacer(options: PacerOptions): Pacer {
  const { clock, monthExhausted, onWait } = options;
  const level = createConcurrencyLevel({
    startLevel: options.startLevel ?? 4,
    maxLevel: options.maxLevel ?? 32,
    memoryMs: options.refusalMemoryMs ?? 60_000,
  });
  const minute = createMinuteWindow(options.share ?? 0.9);
  const month = createMonthAllowance(options.monthlyReserve ?? 0);
  const blindIntervalMs = 1000 / (options.blindCallsPerSecond ?? 13.5);
  const queue = createLaneQueue<Waiter>();
  const inFlight = new Set<Grant>();
  const callsByLane = new Map<string, number>();
  let callsMade = 0;
  let coolDownMs = Number.NEGATIVE_INFINITY;
  let nextBlindMs = Number.NEGATIVE_INFINITY;
  let refusalsInRow = 0;
  let timer: { untilMs: number; abort: AbortController } | undefined;
  let announcedMs = Number.NEGATIVE_INFINITY;

  /** The rules, most binding first. */
  function nextTurn(nowMs: number): Turn {
    const monthStatus = month.status(inFlight.size, clock.now());
    if (monthStatus === 'exhausted') return { kind: 'stop' };
    if (monthStatus === 'unsure') return { kind: 'after-answer' };
    if (nowMs < coolDownMs) return { kind: 'at', untilMs: coolDownMs };
    const available = minute.available(inFlight.size);
    if (available !== undefined && available < 1) {
      const resetMs = minute.resetByMs ?? nowMs;
      if (nowMs < resetMs) return { kind: 'at', untilMs: resetMs };
      // The window is over, but what the new one holds is not known: one call goes ahead and asks.
      for (const grant of inFlight) if (grant.grantedMs >= resetMs) return { kind: 'after-answer' };
    }
    if (inFlight.size >= level.at(nowMs)) return { kind: 'after-answer' };
    if (available === undefined && nowMs < nextBlindMs) return { kind: 'at', untilMs: nextBlindMs };
    return { kind: 'go' };
  }

  function serve(): void {
    while (queue.size > 0) {
      const nowMs = clock.monotonic();
      const turn = nextTurn(nowMs);
      if (turn.kind === 'at') {
        wait(turn.untilMs, nowMs);
        return;
      }
      stopTimer();
      if (turn.kind === 'after-answer') return;
      const waiter = queue.shift();
      waiter?.forget();
      if (turn.kind === 'stop') waiter?.reject(monthExhausted(month.info()));
      else waiter?.resolve(grantPermit(waiter.lane, nowMs));
    }
    stopTimer();
  }

  function wait(untilMs: number, nowMs: number): void {
    if (untilMs - nowMs > longWaitMs && untilMs - announcedMs > longWaitMs) {
      announcedMs = untilMs;
      onWait?.(clock.now() + untilMs - nowMs);
    }
    if (timer?.untilMs === untilMs) return;
    stopTimer();
    const abort = new AbortController();
    timer = { untilMs, abort };
    clock.sleep(Math.min(longestTimerMs, Math.ceil(untilMs - nowMs)), abort.signal).then(
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

  function grantPermit(lane: string, grantedMs: number): Permit {
    const grant: Grant = { inFlight: inFlight.size + 1, grantedMs };
    inFlight.add(grant);
    callsMade += 1;
    callsByLane.set(lane, (callsByLane.get(lane) ?? 0) + 1);
    // Up to one interval late may be made up for, or timers that fire late would slow the pace.
    nextBlindMs = Math.max(nextBlindMs, grantedMs - blindIntervalMs) + blindIntervalMs;
    return {
      settle(outcome) {
        if (!inFlight.delete(grant)) throw new Error('A permit was settled twice.');
        learn(grant, outcome);
        serve();
      },
    };
  }

  function learn(grant: Grant, outcome: CallOutcome): void {
    const nowMs = clock.monotonic();
    const isAnswer = outcome.kind === 'response' && outcome.status < 500;
    const budget = outcome.kind === 'response' ? outcome.budget : undefined;
    if (budget?.month !== undefined) month.learn(budget.month, clock.now());
    if (budget?.minute === undefined) minute.learnNothing({ grantedMs: grant.grantedMs, isAnswer });
    else {
      minute.learn({
        budget: budget.minute,
        grantedMs: grant.grantedMs,
        receivedMs: nowMs,
        inFlight: inFlight.size,
      });
    }
    if (outcome.kind === 'failure') return;
    const { status, retryAfterMs } = outcome;
    if (retryAfterMs !== undefined && (status === 429 || status === 503)) {
      coolDownMs = Math.max(coolDownMs, nowMs + retryAfterMs);
    }
    if (status === 429) refused(grant, { nowMs, budget, retryAfterMs });
    else if (isAnswer) {
      refusalsInRow = 0;
      level.succeeded(grant, nowMs);
    }
  }

  interface Refusal {
    readonly nowMs: number;
    readonly budget: Budget | undefined;
    readonly retryAfterMs: number | undefined;
  }

  function refused(grant: Grant, { nowMs, budget, retryAfterMs }: Refusal): void {
    refusalsInRow += 1;
    const isPoolEmpty = budget?.minute !== undefined ? budget.minute.remaining <= 0 : retryAfterMs !== undefined;
    const pauseMs = Math.min(30_000, 1_000 * 2 ** (refusalsInRow - 1));
    if (isPoolEmpty) {
      if (retryAfterMs !== undefined) return;
      coolDownMs = Math.max(coolDownMs, minute.resetByMs ?? nowMs, nowMs + pauseMs);
      return;
    }
    // Too many at once, or so it seems. One alone cannot be halved: then only time helps.
    level.refused(grant, nowMs);
    if (grant.inFlight === 1) coolDownMs = Math.max(coolDownMs, nowMs + pauseMs);
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
      const nowMs = clock.monotonic();
      return {
        inFlight: inFlight.size,
        level: level.at(nowMs),
        callsMade,
        callsByLane: Object.fromEntries(callsByLane),
        minuteRemaining: minute.remaining,
        monthRemaining: month.remaining,
        waitingUntilMs: timer === undefined ? undefined : clock.now() + timer.untilMs - nowMs,
      };
    },
  };
}
