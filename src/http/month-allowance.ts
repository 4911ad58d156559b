/** What a response says of the account's month; `resetMs` counts from its receipt, and is left out where it is not told. */
export interface MonthBudget {
  readonly limit?: number | undefined;
  readonly remaining: number;
  readonly resetMs?: number | undefined;
}

/** Why the month ends the sync: what is left, what must be left, and when the count starts anew (epoch ms), if that is known. */
export interface MonthExhausted {
  readonly remaining: number;
  readonly reserve: number;
  readonly limit?: number | undefined;
  readonly resetsAtMs: number | undefined;
}

/** Keeps the books of the account's month. Times are epoch milliseconds. */
export interface MonthAllowance {
  learn(budget: MonthBudget, receivedAtMs: number): void;
  /**
   * `open`: a call may go. `exhausted`: none may, before the month is over. `unsure`: it depends on what the requests in
   * flight will tell.
   */
  status(inFlight: number, nowMs: number): 'open' | 'unsure' | 'exhausted';
  info(): MonthExhausted;
  readonly remaining: number | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A month that is said to end later than this ends at an unknown time: the number is a moment, perhaps, or nonsense. */
const longestSaneMs = 62 * dayMs;

/** `reserve`: calls of the month that are not ours to make. */
export function createMonthAllowance(reserve: number): MonthAllowance {
  let month: { remaining: number; limit: number | undefined; resetsAtMs: number | undefined } | undefined;
  return {
    learn({ limit, remaining, resetMs }, receivedAtMs) {
      if (!(remaining >= 0)) return;
      const isSane = resetMs !== undefined && resetMs >= 0 && resetMs <= longestSaneMs;
      const resetsAtMs = isSane ? receivedAtMs + resetMs : undefined;
      const before = month;
      // A reset that has moved by more than a day belongs to the next month; within one, answers overtake each other.
      const isSame =
        before?.resetsAtMs !== undefined &&
        resetsAtMs !== undefined &&
        Math.abs(resetsAtMs - before.resetsAtMs) < dayMs;
      month = { limit, resetsAtMs, remaining: isSame ? Math.min(before.remaining, remaining) : remaining };
    },
    status(inFlight, nowMs) {
      if (month === undefined) return 'open';
      if (month.resetsAtMs !== undefined && nowMs >= month.resetsAtMs) {
        month = undefined;
        return 'open';
      }
      if (month.remaining - inFlight > reserve) return 'open';
      return inFlight > 0 && month.remaining > reserve ? 'unsure' : 'exhausted';
    },
    info() {
      return {
        remaining: month?.remaining ?? 0,
        reserve,
        limit: month?.limit,
        resetsAtMs: month?.resetsAtMs,
      };
    },
    get remaining() {
      return month?.remaining;
    },
  };
}
