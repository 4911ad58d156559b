import type { Budget, CallOutcome } from './call-outcome.ts';
import type { Clock } from './clock.ts';
import { createConcurrencyLevel, type Grant } from './concurrency-level.ts';
import { createMinuteWindow, isPlausible, type MinuteBudget, roundingMs } from './minute-window.ts';
import { createMonthAllowance, type MonthExhausted } from './month-allowance.ts';

/** Whether the next call may go: now, at a moment, when a call in flight has told more, or not in this month. */
export type Turn =
  | { readonly kind: 'go' }
  | { readonly kind: 'at'; readonly untilMs: number }
  | { readonly kind: 'after-answer' }
  | { readonly kind: 'stop'; readonly info: MonthExhausted };

/** What is known of the service's limits, and what follows for the next call. It starts nothing by itself. */
export interface PaceRules {
  nextTurn(): Turn;
  /** A call goes out; its grant is handed back to `settle`, once. */
  grant(): Grant;
  settle(grant: Grant, outcome: CallOutcome): void;
  readonly inFlight: number;
  readonly level: number;
  readonly minuteRemaining: number | undefined;
  readonly monthRemaining: number | undefined;
}

export interface PaceRulesOptions {
  readonly clock: Clock;
  /** The part of the pool that is ours to spend. */
  readonly share: number;
  readonly startLevel: number;
  readonly maxLevel: number;
  /** The pace while no response has told of a pool. */
  readonly blindCallsPerSecond: number;
  /** How long a number of calls in flight that was refused is not tried again. */
  readonly refusalMemoryMs: number;
  /** Calls of the account's month that must be left. */
  readonly monthlyReserve: number;
}

const shortestPauseMs = 1_000;
const longestPauseMs = 30_000;
const timerLatenessMs = 20;

export function createPaceRules(options: PaceRulesOptions): PaceRules {
  const { clock, startLevel, maxLevel } = options;
  const level = createConcurrencyLevel({ startLevel, maxLevel, memoryMs: options.refusalMemoryMs });
  const minute = createMinuteWindow(options.share);
  const month = createMonthAllowance(options.monthlyReserve);
  const blindIntervalMs = 1000 / options.blindCallsPerSecond;
  const inFlight = new Set<Grant>();
  let coolDownMs = Number.NEGATIVE_INFINITY;
  let lastPacedMs = Number.NEGATIVE_INFINITY;
  let refusalsInRow = 0;
  let lastRefusedMs = Number.NEGATIVE_INFINITY;

  function intervalMs(nowMs: number): number {
    return minute.remaining === undefined ? blindIntervalMs : minute.intervalMs(inFlight.size, nowMs);
  }

  /** A moment to wait for, or word from a call in flight; undefined when the pool has a call for us. */
  function turnByPool(nowMs: number): Turn | undefined {
    const available = minute.available(inFlight.size);
    if (available === undefined || available >= 1) return undefined;
    const resetMs = minute.resetByMs ?? nowMs;
    if (nowMs < resetMs) return { kind: 'at', untilMs: resetMs };
    // The window is over, but nothing is known of the new one: a single call goes ahead and asks.
    for (const grant of inFlight) if (grant.grantedMs >= resetMs) return { kind: 'after-answer' };
    return undefined;
  }

  function learnBudget(grant: Grant, outcome: CallOutcome, nowMs: number): void {
    const budget = outcome.kind === 'response' ? outcome.budget : undefined;
    if (budget?.month !== undefined) month.learn(budget.month, clock.now());
    const { grantedMs } = grant;
    const told = minuteOf(budget);
    if (told === undefined) minute.learnNothing({ grantedMs, isAnswer: isAnswer(outcome) });
    else minute.learn({ budget: told, grantedMs, receivedMs: nowMs, inFlight: inFlight.size });
  }

  function coolDown(untilMs: number): void {
    if (untilMs > coolDownMs) coolDownMs = untilMs;
  }

  function learnRefusal(grant: Grant, outcome: CallOutcome & { kind: 'response' }, nowMs: number): void {
    // Calls that were under way together were refused together: that is one refusal.
    if (grant.grantedMs >= lastRefusedMs) refusalsInRow += 1;
    lastRefusedMs = nowMs;
    const pauseMs = Math.min(longestPauseMs, shortestPauseMs * 2 ** (refusalsInRow - 1));
    const { budget, retryAfterMs } = outcome;
    if (isPoolEmpty(budget, retryAfterMs)) {
      // Whoever is refused again after the time that was asked for knows that it was too short: a zero, mostly.
      if (retryAfterMs !== undefined && refusalsInRow === 1) return;
      coolDown(nowMs + pauseMs);
      // The refusal's own word, for it may be of the window before the one in the books.
      coolDown(nowMs + (minuteOf(budget)?.resetMs ?? 0) + roundingMs);
      return;
    }
    // Too many at once, then. One alone cannot be halved: only time helps.
    level.refused(grant, nowMs);
    if (grant.inFlight === 1) coolDown(nowMs + pauseMs);
  }

  return {
    /** The most binding rule first. */
    nextTurn() {
      const nowMs = clock.monotonic();
      const monthStatus = month.status(inFlight.size, clock.now());
      if (monthStatus === 'exhausted') return { kind: 'stop', info: month.info() };
      if (nowMs < coolDownMs) return { kind: 'at', untilMs: coolDownMs };
      if (monthStatus === 'unsure') return { kind: 'after-answer' };
      const turn = turnByPool(nowMs);
      if (turn !== undefined) return turn;
      if (inFlight.size >= level.at(nowMs)) return { kind: 'after-answer' };
      const pacedMs = lastPacedMs + intervalMs(nowMs);
      return nowMs < pacedMs ? { kind: 'at', untilMs: pacedMs } : { kind: 'go' };
    },
    grant() {
      const grantedMs = clock.monotonic();
      // What a timer fires late is made up for, or the pace would be slower than meant; what was not asked for is not.
      const dueMs = lastPacedMs + intervalMs(grantedMs);
      lastPacedMs = grantedMs - dueMs <= timerLatenessMs ? dueMs : grantedMs;
      const grant: Grant = { inFlight: inFlight.size + 1, grantedMs };
      inFlight.add(grant);
      return grant;
    },
    settle(grant, outcome) {
      if (!inFlight.delete(grant)) throw new Error('A permit was settled twice.');
      const nowMs = clock.monotonic();
      learnBudget(grant, outcome, nowMs);
      if (outcome.kind === 'failure') return;
      const { status, retryAfterMs } = outcome;
      if (retryAfterMs !== undefined && status === 429) coolDown(nowMs + retryAfterMs);
      // What ails one part of the service for long need not ail the others.
      if (retryAfterMs !== undefined && status === 503) coolDown(nowMs + Math.min(retryAfterMs, longestPauseMs));
      if (status === 429) learnRefusal(grant, outcome, nowMs);
      else if (isAnswer(outcome)) {
        refusalsInRow = 0;
        level.succeeded(grant, nowMs);
      }
    },
    get inFlight() {
      return inFlight.size;
    },
    get level() {
      return level.at(clock.monotonic());
    },
    get minuteRemaining() {
      return minute.remaining;
    },
    get monthRemaining() {
      return month.remaining;
    },
  };
}

function isAnswer(outcome: CallOutcome): boolean {
  return outcome.kind === 'response' && outcome.status < 500;
}

/** Without a word on the pool, a refusal that says when to come back is taken for an empty one. */
function isPoolEmpty(budget: Budget | undefined, retryAfterMs: number | undefined): boolean {
  const told = minuteOf(budget);
  return told === undefined ? retryAfterMs !== undefined : told.remaining <= 0;
}

function minuteOf(budget: Budget | undefined): MinuteBudget | undefined {
  return budget?.minute !== undefined && isPlausible(budget.minute) ? budget.minute : undefined;
}
