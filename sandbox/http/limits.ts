import type { Settings } from '../options.ts';
import { ApiError } from './api-error.ts';

type Pool = { limit: number; used: number; remaining: number; reset: number };

function nextMonthMs(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** The pools of a minute and of a month, shared by both generations of the API. A refused request takes from neither. */
export class Limits {
  readonly #settings: Settings;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #inFlight = 0;
  #window = -1;
  #windowUsed = 0;
  #month = -1;
  #monthUsed: number;
  #competitorSeenMs: number;

  constructor(settings: Settings, nowMs: () => number, monthRemaining: number | undefined) {
    this.#settings = settings;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
    this.#competitorSeenMs = this.#startMs;
    this.#month = nextMonthMs(this.#startMs);
    const { monthLimit } = settings;
    this.#monthUsed =
      monthLimit === null || monthRemaining === undefined ? 0 : Math.max(0, monthLimit - monthRemaining);
  }

  /** Takes one request from the pools, or throws the 429. `leave` must be called once when the request is over. */
  enter(isMonthlyExempt: boolean): void {
    const { concurrency, monthLimit, minuteLimit } = this.#settings;
    this.#turn();
    this.#inFlight += 1;
    if (concurrency !== null && this.#inFlight > concurrency) throw tooMany('Too many requests at the same time');
    if (this.#windowUsed >= minuteLimit) throw tooMany('The limit of requests per minute is reached');
    if (monthLimit !== null && !isMonthlyExempt && this.#monthUsed >= monthLimit)
      throw tooMany('The monthly limit of the account is reached');
    this.#windowUsed += 1;
    if (!isMonthlyExempt) this.#monthUsed += 1;
  }

  leave(): void {
    this.#inFlight -= 1;
  }

  /** The pool of the caller's minute. */
  minute(): Pool {
    this.#turn();
    const { minuteLimit, windowSeconds } = this.#settings;
    const used = Math.min(minuteLimit, this.#windowUsed);
    const elapsed = (this.#nowMs() - this.#startMs) % (windowSeconds * 1000);
    return {
      limit: minuteLimit,
      used,
      remaining: minuteLimit - used,
      reset: Math.ceil((windowSeconds * 1000 - elapsed) / 1000),
    };
  }

  /** The pool of the account's month; null when there is none. */
  month(): Pool | null {
    this.#turn();
    const { monthLimit } = this.#settings;
    if (monthLimit === null) return null;
    const used = Math.min(monthLimit, this.#monthUsed);
    return { limit: monthLimit, used, remaining: monthLimit - used, reset: this.monthReset() };
  }

  /** Seconds until the month is over. */
  monthReset(): number {
    return Math.ceil((nextMonthMs(this.#nowMs()) - this.#nowMs()) / 1000);
  }

  get monthUsed(): number {
    return this.#monthUsed;
  }

  /** Uses up pools by hand. */
  spend(minute: number, month: number): void {
    this.#turn();
    this.#windowUsed += minute;
    this.#monthUsed += month;
  }

  headers(): Record<string, string> {
    const minute = this.minute();
    const month = this.month();
    const user = {
      'x-ratelimit-limit-user': String(minute.limit),
      'x-ratelimit-limit-user-remaining': String(minute.remaining),
      'x-ratelimit-limit-user-reset': String(minute.reset),
    };
    if (month === null) return user;
    return {
      ...user,
      'x-ratelimit-limit-org': String(month.limit),
      'x-ratelimit-limit-org-remaining': String(month.remaining),
      'x-ratelimit-limit-org-reset': String(month.reset),
    };
  }

  #turn(): void {
    const now = this.#nowMs();
    const window = Math.floor((now - this.#startMs) / (this.#settings.windowSeconds * 1000));
    if (window !== this.#window) {
      this.#window = window;
      this.#windowUsed = 0;
      const windowStart = this.#startMs + window * this.#settings.windowSeconds * 1000;
      this.#competitorSeenMs = Math.max(this.#competitorSeenMs, windowStart);
    }
    const month = nextMonthMs(now);
    if (month !== this.#month) {
      this.#month = month;
      this.#monthUsed = 0;
    }
    const taken = Math.floor(((now - this.#competitorSeenMs) / 1000) * this.#settings.competitor);
    if (taken > 0) {
      this.#competitorSeenMs += (taken / this.#settings.competitor) * 1000;
      this.#windowUsed += taken;
      this.#monthUsed += taken;
    }
  }
}

function tooMany(message: string): ApiError {
  return new ApiError(429, 'rate-limit', message);
}
