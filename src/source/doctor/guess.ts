import type { Ask } from './ask.ts';

/** `undecided`: the account, the role or the moment did not allow to tell. */
export type Verdict = 'confirmed' | 'refuted' | 'undecided';

/** What a guess was found to be. The words hold statuses, counts and the API's own vocabulary, never what an account holds. */
export interface Finding {
  readonly verdict: Verdict;
  readonly found: string;
}

/** Something about the API that its documents do not say, or do not say clearly, and that the connector has to decide on. */
export interface Guess {
  /** Stable, so that reports can be compared. */
  readonly id: string;
  readonly guess: string;
  /** What the connector does about it, right or wrong. */
  readonly consequence: string;
  /** True for a look back at all the answers: it is examined when the others are done. */
  readonly isLast?: boolean;
  /** May reject: then the guess is undecided, and only this one. */
  examine(ask: Ask): Promise<Finding>;
}

export const confirmed = (found: string): Finding => ({ verdict: 'confirmed', found });
export const refuted = (found: string): Finding => ({ verdict: 'refuted', found });
export const undecided = (found: string): Finding => ({ verdict: 'undecided', found });
