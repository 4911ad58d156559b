import type { MinuteBudget } from './minute-window.ts';
import type { MonthBudget } from './month-allowance.ts';

/** What a response's headers say of the pools it was paid from. */
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
