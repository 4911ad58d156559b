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
  /** How far apart calls should be just now; 0 while nobody need be held up. */
  intervalMs(inFlight: number, nowMs: number): number;
  /** The moment at which the window is over for certain. */
  readonly resetByMs: number | undefined;
  readonly remaining: number | undefined;
}

/** A pool that is said to be filled again later than this is none of minutes: a moment, perhaps, for a time from now. */
const longestSaneMs = 60 * 60 * 1000;

/** Whether what a response says can be true. What cannot is no word on the pool. */
export function isPlausible({ limit, remaining, resetMs }: MinuteBudget): boolean {
  return limit >= 1 && remaining >= 0 && resetMs >= 0 && resetMs <= longestSaneMs;
}

/** Whole seconds are rounded up, down, or to the nearest: the truth lies within one of them. */
export const roundingMs = 1000;
/** While more than this part of the pool is left, nobody is held up: most syncs never come further. */
const fullPart = 1 / 2;
/** The rest is spent at this many times the even pace, less and less as it dwindles, so that some is left till the end. */
const haste = 2;
/** The least part of what is available that is spent, however much the others are expected to take. */
const leastPart = 1 / 10;

interface Books {
  readonly limit: number;
  readonly startMs: number;
  /** Calls that had been made when we began to watch. */
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
  /** What others did in the window before, and in how long a time we saw it. */
  let before = { others: 0, spanMs: 0 };

  function open(sample: MinuteSample, earliestResetMs: number, latestResetMs: number): Books {
    const { budget, grantedMs, receivedMs } = sample;
    const { limit, remaining } = budget;
    if (books !== undefined) before = { others: books.others, spanMs: books.lastSampleMs - books.startMs };
    // Even in a fresh window nothing that was used before this answer is laid to the others: where the window slides,
    // most of it was ours.
    const unseen = Math.max(0, limit - remaining - 1);
    const others = { startMs: grantedMs, lastSampleMs: receivedMs, unseen, ours: 1, others: 0 };
    return { limit, remaining, earliestResetMs, latestResetMs, ...others };
  }

  /** Calls that others will make between the last sample and the reset, if they go on as they did. */
  function expectedOthers({ others, startMs, lastSampleMs, earliestResetMs }: Books): number {
    const restMs = Math.max(0, earliestResetMs - lastSampleMs);
    if (restMs === 0) return 0;
    const spanMs = before.spanMs + lastSampleMs - startMs;
    // A short look at them says little: it counts for longer than it was, or each burst would seem a habit.
    return ((before.others + others) / (spanMs + restMs / 5)) * restMs;
  }

  function available(inFlight: number): number | undefined {
    // A call in flight counts as if the service had not seen it yet: some count twice for a moment, none never.
    return books === undefined ? undefined : books.remaining - inFlight - (1 - share) * books.limit;
  }

  return {
    learn(sample) {
      const { budget, grantedMs, receivedMs, inFlight } = sample;
      if (!isPlausible(budget)) return;
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
      // Some of the calls in flight are counted already: at least this many are not ours.
      const used = books.limit - books.remaining;
      books.others = Math.max(books.others, used - books.unseen - books.ours - inFlight);
    },
    learnNothing({ grantedMs, isAnswer }) {
      if (books === undefined) return;
      // An answer without headers after the reset: the service has stopped telling.
      if (isAnswer && grantedMs >= books.latestResetMs) {
        books = undefined;
        return;
      }
      books.ours += 1;
      books.remaining = Math.max(0, books.remaining - 1);
    },
    available,
    intervalMs(inFlight, nowMs) {
      const free = available(inFlight);
      if (books === undefined || free === undefined || nowMs >= books.earliestResetMs) return 0;
      if (books.remaining - inFlight > fullPart * books.limit) return 0;
      // Others who take much shall find it when they come to it: a pool spent as fast as it goes would be gone by then.
      // What we aim at is our share of all that they leave; less what we have had of it, that comes to this:
      const wanted = free + (1 - share) * (books.unseen + books.others) - share * expectedOthers(books);
      // But only our calls show what they take, so some are always made, and a wrong guess is soon put right.
      const calls = Math.max(Math.min(free, wanted), leastPart * free, 1);
      return (books.earliestResetMs - nowMs) / (haste * calls);
    },
    get resetByMs() {
      return books?.latestResetMs;
    },
    get remaining() {
      return books?.remaining;
    },
  };
}
