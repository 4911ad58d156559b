import type { RetryNotice } from '../http/client.ts';
import type { LogLevel } from './events.ts';

/** One retry is nothing to speak of; from the third on somebody may be wondering why nothing moves. */
const RETRIES_WORTH_A_WARN = 3;

/** What to log about a call that is tried again; undefined when only a debugger would want to know. */
export function retryLog(
  { url, attempt, delayMs, status, error }: RetryNotice,
  isDebug: boolean,
): { level: LogLevel; message: string } | undefined {
  if (attempt < RETRIES_WORTH_A_WARN && !isDebug) return undefined;
  const what = error?.message ?? `status ${status}`;
  const path = URL.parse(url)?.pathname ?? '';
  const message = `${path}: attempt ${attempt} failed (${what}); the next one follows in ${(delayMs / 1000).toFixed(1)} s.`;
  return { level: attempt < RETRIES_WORTH_A_WARN ? 'DEBUG' : 'WARN', message };
}
