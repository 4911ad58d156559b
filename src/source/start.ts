import { ApiError } from '../affinity/errors.ts';
import { isMonthUnlimited } from '../affinity/rate-limit.ts';
import { ConnectorError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import type { Connection } from './connection.ts';

/** What a sync asks before all else. */
export interface SyncStart {
  /** The server's time, a whole second: what is covered is never said to reach beyond it. */
  readonly nowMs: number;
  /** Whether calls count against a month's allowance; true as long as Affinity does not say otherwise. */
  readonly hasMonthlyQuota: boolean;
}

export interface SyncStartOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Every stream waits for the limits, and each can do without them. */
const ATTEMPTS_FOR_LIMITS = 2;

/**
 * Makes the one request that costs nothing of the account's month. That it fails is no reason to stop: another one then
 * tells the server's time. Rejects with what ends the sync, with the signal's reason, and where that one has no answer
 * either: whoever cannot be reached is asked by one, and not by each stream.
 */
export async function startOfSync({ connection, clock, signal }: SyncStartOptions): Promise<SyncStart> {
  const { affinity } = connection;
  const lane = 'rate-limit';
  const limit = await affinity
    .for({ what: 'the rate limit', lane, signal, attempts: ATTEMPTS_FOR_LIMITS })
    .v1.get('/rate-limit')
    .catch((error: unknown) => {
      if (!(error instanceof ConnectorError) || (error.stopsSync && !(error instanceof ApiError))) throw error;
    });
  if (affinity.serverTimeMs() === undefined) {
    await affinity
      .for({ what: 'the start of the sync', lane, signal })
      .v2.get('/v2/auth/whoami')
      .catch((error: unknown) => {
        // What is wrong with the key, the streams will find out with words of their own.
        if (!(error instanceof ApiError)) throw error;
      });
  }
  return {
    nowMs: Math.floor((affinity.serverTimeMs() ?? clock.now()) / 1000) * 1000,
    // The headers of answers count down what there is of a month, whatever the answer itself says.
    hasMonthlyQuota: connection.pace().monthRemaining !== undefined || !isMonthUnlimited(limit),
  };
}
