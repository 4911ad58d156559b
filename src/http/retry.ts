import type { TransportFailureKind } from './transport-error.ts';

/** How long one request may go on trying. Waits that the pacer imposes count for none of these but `maxRefusedMs`. */
export interface RetryPolicy {
  /** Attempts that may fail, refusals (429) not counted. */
  readonly maxAttempts: number;
  /** Time for all attempts and the delays between them. */
  readonly maxElapsedMs: number;
  /** The longest first delay; each further one may be `delayFactor` times as long, up to `maxDelayMs`. */
  readonly baseDelayMs: number;
  readonly delayFactor: number;
  readonly maxDelayMs: number;
  /** A request is given up when it was refused this often in a row *and* for this long. */
  readonly maxRefusals: number;
  readonly maxRefusedMs: number;
}

/**
 * For `read`, where giving up costs a whole full-refresh stream: a first retry soon, and the last one after most of the
 * time has passed (at most 1 + 3 + 9 + 27 + 60 s of delays), so that a restart of the service is outlived.
 */
export const patientRetries: RetryPolicy = {
  maxAttempts: 6,
  maxElapsedMs: 180_000,
  baseDelayMs: 1_000,
  delayFactor: 3,
  maxDelayMs: 60_000,
  maxRefusals: 5,
  maxRefusedMs: 15 * 60_000,
};

/** For `check` and `discover`, where somebody is waiting for an answer. */
export const promptRetries: RetryPolicy = {
  maxAttempts: 5,
  maxElapsedMs: 30_000,
  baseDelayMs: 500,
  delayFactor: 2,
  maxDelayMs: 8_000,
  maxRefusals: 3,
  maxRefusedMs: 2 * 60_000,
};

/** What came of one attempt. `unreadable`: a whole answer that does not hold what its status promises. */
export type AttemptOutcome =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'unreadable'; readonly status: number }
  | { readonly kind: 'failure'; readonly failure: TransportFailureKind };

/** What one request has been through, the attempt in question included. */
export interface RetryHistory {
  /** Failed attempts; refusals are not among them. */
  readonly attempts: number;
  /** Time spent in attempts and delays, without the pacer's waits. */
  readonly elapsedMs: number;
  /** Refusals (429) in a row, and the time since the first of them. */
  readonly refusals: number;
  readonly refusedMs: number;
}

/** `final`: the outcome is the answer. `give-up`: it would be worth another try, but enough is enough. */
export type RetryDecision =
  | { readonly action: 'final' }
  | { readonly action: 'give-up' }
  | { readonly action: 'retry'; readonly delayMs: number };

export interface RetryQuestion {
  readonly policy: RetryPolicy;
  readonly outcome: AttemptOutcome;
  readonly history: RetryHistory;
  /** A number from 0 up to, not including, 1. */
  readonly random: number;
}

/** Decides from its arguments alone. A refusal's delay is 0: the pacer knows how long to wait. */
export function decideRetry({ policy, outcome, history, random }: RetryQuestion): RetryDecision {
  if (outcome.kind === 'status' && outcome.status === 429) {
    const isEnough = history.refusals >= policy.maxRefusals && history.refusedMs >= policy.maxRefusedMs;
    return isEnough ? { action: 'give-up' } : { action: 'retry', delayMs: 0 };
  }
  if (outcome.kind === 'status' && !isPassing(outcome.status)) return { action: 'final' };
  if (history.attempts >= Math.min(policy.maxAttempts, attemptsWorthwhile(outcome))) return { action: 'give-up' };
  const longestMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * policy.delayFactor ** (history.attempts - 1));
  // An error that names hours is asked again all the same: giving up costs more than one more call.
  const statedMs = Math.min(policy.maxDelayMs, outcome.kind === 'status' ? (outcome.retryAfterMs ?? 0) : 0);
  const delayMs = Math.max(statedMs, random * longestMs);
  if (history.elapsedMs + delayMs >= policy.maxElapsedMs) return { action: 'give-up' };
  return { action: 'retry', delayMs };
}

/** 501 counts as passing, too: gateways say it while a backend is being replaced. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408;
}

function attemptsWorthwhile(outcome: AttemptOutcome): number {
  if (outcome.kind !== 'failure') return Number.POSITIVE_INFINITY;
  switch (outcome.failure) {
    case 'body-too-large':
      return 1;
    // Wrong settings, mostly; but names and certificates fail for a moment while a network changes.
    case 'dns':
    case 'tls':
    case 'proxy':
      return 3;
    case 'timeout':
    case 'reset':
    case 'refused':
    case 'unreachable':
    case 'protocol':
      return Number.POSITIVE_INFINITY;
  }
}
