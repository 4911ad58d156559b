import type { Budget } from '../http/pacing.ts';
import { LegacyRateLimit } from './models/envelopes.ts';

type Header = (name: string) => string | undefined;

/**
 * Reads what is left of the caller's minute and of the account's month from the headers of any answer.
 * The month's headers are absent where the plan has no monthly quota; values may be words such as "unlimited".
 */
export function readBudget(header: Header): Budget {
  const minute = readPool(header, 'x-ratelimit-limit-user');
  const month = readPool(header, 'x-ratelimit-limit-org');
  return {
    ...(minute?.limit === undefined || minute.resetMs === undefined
      ? {}
      : { minute: { limit: minute.limit, remaining: minute.remaining, resetMs: minute.resetMs } }),
    // A limit in words, such as "unlimited", is none, whatever stands beside it.
    ...(month === undefined || (month.limit === undefined && isGiven(header('x-ratelimit-limit-org')))
      ? {}
      : { month }),
  };
}

/**
 * Whether V1's `/rate-limit`, which costs nothing of the month, says in so many words that the month has no limit. That
 * it says nothing of the month leaves the question open.
 */
export function isMonthUnlimited(answer: unknown): boolean {
  const month = LegacyRateLimit.safeParse(answer).data?.rate.org_monthly;
  return [month?.limit, month?.remaining].some((amount) => amount === 'unlimited');
}

interface Pool {
  readonly limit?: number;
  readonly remaining: number;
  readonly resetMs?: number;
}

function readPool(header: Header, name: string): Pool | undefined {
  const limit = toCount(header(name));
  const remaining = toCount(header(`${name}-remaining`));
  const resetSeconds = toCount(header(`${name}-reset`));
  if (remaining === undefined) return undefined;
  return {
    ...(limit === undefined ? {} : { limit }),
    remaining,
    ...(resetSeconds === undefined ? {} : { resetMs: resetSeconds * 1000 }),
  };
}

function toCount(text: string | undefined): number | undefined {
  if (!isGiven(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
