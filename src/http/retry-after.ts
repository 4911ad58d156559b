import type { HttpResponse } from './exchange.ts';

/** Longer than this is taken for nonsense: whoever means hours says so in another way. */
const longestSaneMs = 60 * 60 * 1000;

/**
 * How long `Retry-After` asks to wait, in milliseconds; undefined without it, or when it makes no sense. A date is
 * measured by the service's own clock where it sends `Date`, for ours may be wrong.
 */
export function readRetryAfterMs(headers: HttpResponse['headers'], receivedAtMs: number): number | undefined {
  const value = headers('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  const delayMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : delayUntil(value, headers('date'), receivedAtMs);
  return delayMs !== undefined && delayMs <= longestSaneMs ? Math.max(0, delayMs) : undefined;
}

function delayUntil(value: string, date: string | undefined, receivedAtMs: number): number | undefined {
  // V8 finds a date in almost anything, in "-5" for one; an HTTP date begins with the day of the week.
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return undefined;
  // Both dates are cut to whole seconds, so a second more may be meant.
  const serverNowMs = Date.parse(date ?? '');
  return Date.parse(value) + 1000 - (Number.isNaN(serverNowMs) ? receivedAtMs : serverNowMs);
}
