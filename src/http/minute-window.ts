/** What a response says of the short-term pool; `resetMs` counts from its receipt. */
export interface MinuteBudget {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/** One response's word on the pool. Times are monotonic milliseconds; `inFlight` are the requests still unanswered. */
export interface MinuteSample {
  readonly budget: MinuteBudget;
  readonly grantedMs: number;
  readonly receivedMs: number;
  readonly inFlight: number;
}

/** Keeps the books of the pool that all users of one key share. It is called a minute; its length is never assumed. */
export interface MinuteWindow {
  learn(sample: MinuteSample): void;
  /** A request came back without a word on the pool. `isAnswer`: the service answered it, rather than failed. */
  learnNothing(call: { grantedMs: number; isAnswer: boolean }): void;
  /** How many more calls may be let go; undefined as long as no response told. */
  available(inFlight: number): number | undefined;
  /** The moment at which the window is over for certain. */
  readonly resetByMs: number | undefined;
  readonly remaining: number | undefined;
}

/** Whole seconds are rounded up, down, or to the nearest: the truth lies within one of them. */
const roundingMs = 1000;

interface Books {
  readonly limit: number;
  readonly startMs: number;
  /** Calls of others before we could watch. */
  readonly unseen: number;
  remaining: number;
  earliestResetMs: number;
  latestResetMs: number;
  ours: number;
  others: number;
  lastSampleMs: number;
}

/** `share`: the part of the pool that is ours to spend, e.g. 0.9. */
export function createMinuteWindow(share: number): MinuteWindow {
  let books: Books | undefined;
  let previous = { others: 0, spanMs: 0 };

  function open(sample: MinuteSample, earliestResetMs: number, latestResetMs: number): Books {
    const { limit, remaining } = sample.budget;
    if (books !== undefined) previous = { others: books.others, spanMs: books.lastSampleMs - books.startMs };
    const common = { limit, remaining, earliestResetMs, latestResetMs, ours: 1, lastSampleMs: sample.receivedMs };
    if (books === undefined) {
      return { ...common, startMs: sample.grantedMs, unseen: Math.max(0, limit - remaining - 1), others: 0 };
    }
    return { ...common, startMs: Math.min(books.latestResetMs, sample.receivedMs), unseen: 0, others: 0 };
  }

  /** Calls that others will make between the last sample and the reset, if they go on as they did. */
  function expectedOthers({ others, startMs, lastSampleMs, latestResetMs }: Books): number {
    const spanMs = previous.spanMs + lastSampleMs - startMs;
    if (spanMs <= 0) return 0;
    return ((previous.others + others) / spanMs) * Math.max(0, latestResetMs - lastSampleMs);
  }

  /**
   * How much of the pool must be left over. Never less than the others' share of the limit. Where others are at work,
   * also what they will still take, and their share of what they leave: one that is spent within seconds would
   * otherwise be spent before they come to it.
   */
  function untouchable(current: Books): number {
    const expected = expectedOthers(current);
    const left = current.limit - current.unseen - current.others - expected;
    return Math.max((1 - share) * current.limit, (1 - share) * left + expected);
  }

  return {
    learn(sample) {
      const { budget, grantedMs, receivedMs, inFlight } = sample;
      if (!(budget.limit >= 1) || !(budget.remaining >= 0) || !(budget.resetMs >= 0)) return;
      const earliestResetMs = grantedMs + budget.resetMs - roundingMs;
      const latestResetMs = receivedMs + budget.resetMs + roundingMs;
      if (books === undefined || grantedMs >= books.latestResetMs || earliestResetMs > books.latestResetMs) {
        books = open(sample, earliestResetMs, latestResetMs);
        return;
      }
      // An answer of the window before, overtaken by one of this window.
      if (latestResetMs < books.earliestResetMs) return;
      books.earliestResetMs = Math.max(books.earliestResetMs, earliestResetMs);
      books.latestResetMs = Math.min(books.latestResetMs, latestResetMs);
      // Answers overtake each other; within a window the pool only shrinks, so the smallest number is the newest.
      books.remaining = Math.min(books.remaining, budget.remaining);
      books.ours += 1;
      books.lastSampleMs = Math.max(books.lastSampleMs, receivedMs);
      // Of the calls in flight some are counted already: at least this many calls are not ours.
      const used = books.limit - books.remaining;
      books.others = Math.max(books.others, used - books.unseen - books.ours - inFlight);
    },
    learnNothing({ grantedMs, isAnswer }) {
      if (books === undefined) return;
      // Answers without headers long after the reset: the service has stopped telling.
      if (isAnswer && grantedMs >= books.latestResetMs) {
        books = undefined;
        return;
      }
      books.ours += 1;
      books.remaining = Math.max(0, books.remaining - 1);
    },
    // Each call in flight counts as if the service had not seen it yet: some are counted twice for a moment, none never.
    available: (inFlight) => (books === undefined ? undefined : books.remaining - inFlight - untouchable(books)),
    get resetByMs() {
      return books?.latestResetMs;
    },
    get remaining() {
      return books?.remaining;
    },
  };
}
