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

/** Every stream waits for the start, and each can do without it. */
const ATTEMPTS = 2;

/**
 * Makes the one request that costs nothing of the account's month. That it fails is no reason to stop: another one then
 * tells the server's time. Rejects only with what ends the sync, or with the signal's reason.
 */
export async function startOfSync({ connection, clock, signal }: SyncStartOptions): Promise<SyncStart> {
  const { affinity } = connection;
  const caller = { lane: 'rate-limit', signal, attempts: ATTEMPTS };
  const limit = await affinity
    .for({ ...caller, what: 'the rate limit' })
    .v1.get('/rate-limit')
    .catch(bearable);
  if (affinity.serverTimeMs() === undefined) {
    await affinity
      .for({ ...caller, what: "the server's time" })
      .v2.get('/v2/auth/whoami')
      .catch(bearable);
  }
  return {
    nowMs: Math.floor((affinity.serverTimeMs() ?? clock.now()) / 1000) * 1000,
    // The headers of answers count down what there is of a month, whatever the answer itself says.
    hasMonthlyQuota: connection.pace().monthRemaining !== undefined || !isMonthUnlimited(limit),
  };
}

/** What is wrong with the key or the host, the streams will find out with words of their own. */
function bearable(error: unknown): undefined {
  if (error instanceof ApiError || (error instanceof ConnectorError && !error.stopsSync)) return undefined;
  throw error;
}
