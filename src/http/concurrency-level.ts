/** How a request stood when it was let go: the requests in flight then, itself included, and the time. */
export interface Grant {
  readonly inFlight: number;
  readonly grantedMs: number;
}

/**
 * How many requests may be in flight: up by one with each success until a first refusal, then with each round of them,
 * halved by a refusal. Times are monotonic milliseconds.
 */
export interface ConcurrencyLevel {
  at(nowMs: number): number;
  succeeded(grant: Grant, nowMs: number): void;
  refused(grant: Grant, nowMs: number): void;
}

export interface ConcurrencyLevelOptions {
  readonly startLevel: number;
  readonly maxLevel: number;
  /** How long a level that was refused is not tried again. */
  readonly memoryMs: number;
}

export function createConcurrencyLevel({ startLevel, maxLevel, memoryMs }: ConcurrencyLevelOptions): ConcurrencyLevel {
  let level = startLevel;
  let successes = 0;
  let halvedMs = Number.NEGATIVE_INFINITY;
  let firstHalvedMs: number | undefined;
  let refusal: { level: number; untilMs: number } | undefined;
  /** The most that were in flight when a request was let go that succeeded, before the first refusal. */
  let borne = 0;

  function ceiling(nowMs: number): number {
    if (refusal === undefined || nowMs >= refusal.untilMs) return maxLevel;
    return Math.max(1, Math.min(maxLevel, refusal.level - 1));
  }

  return {
    at: (nowMs) => Math.min(level, ceiling(nowMs)),
    succeeded(grant, nowMs) {
      // Dozens of streams begin together: where nothing has been refused, the last of them shall not wait for seconds.
      if (refusal === undefined) {
        borne = Math.max(borne, grant.inFlight);
        if (grant.inFlight >= level / 2) level = Math.min(level + 1, maxLevel);
        return;
      }
      // Only what ran at the full level says that the level is bearable.
      if (grant.inFlight < level) return;
      successes += 1;
      if (successes < level) return;
      successes = 0;
      level = Math.max(level, Math.min(level + 1, ceiling(nowMs)));
    },
    refused(grant, nowMs) {
      if (firstHalvedMs === undefined) firstHalvedMs = nowMs;
      // While the level rises fast, requests overtake each other on their way: not the one too many is the one refused.
      const blamed = grant.grantedMs < firstHalvedMs ? Math.max(grant.inFlight, borne + 1) : grant.inFlight;
      const isRemembered = refusal !== undefined && nowMs < refusal.untilMs;
      const refusedLevel = isRemembered ? Math.min(refusal?.level ?? blamed, blamed) : blamed;
      refusal = { level: refusedLevel, untilMs: nowMs + memoryMs };
      // Requests that left before the last halving were refused for the same reason as the one that caused it.
      if (grant.grantedMs < halvedMs) return;
      halvedMs = nowMs;
      successes = 0;
      level = Math.max(1, Math.floor(blamed / 2));
    },
  };
}
