import { type AffinityClient, createAffinityClient, parseDateHeader } from '../affinity/client.ts';
import { readBudget } from '../affinity/rate-limit.ts';
import type { Config } from '../config.ts';
import { ConnectorError } from '../errors.ts';
import { createHttpClient, type HttpClient, type RetryNotice } from '../http/client.ts';
import type { Clock } from '../http/clock.ts';
import type { MonthExhausted } from '../http/month-allowance.ts';
import { createPacer, type PacerSnapshot } from '../http/pacing.ts';
import { patientRetries, promptRetries } from '../http/retry.ts';
import type { Transport } from '../http/transport.ts';

/** What the outside gives: time, chance and the network, all of them parameters so that tests can have their own. */
export interface World {
  readonly clock: Clock;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
  readonly transport: Transport;
}

export interface Connection {
  readonly affinity: AffinityClient;
  /** What the pacer knows now: calls made, what is left. */
  pace(): PacerSnapshot;
  /** Sets who is told when all requests have to wait for more than a few seconds (until epoch ms). */
  onWait(listener: (untilMs: number) => void): void;
  /** Sets who is told about every call that is tried again. */
  onRetry(listener: (notice: RetryNotice) => void): void;
}

/** For who judges whole answers, headers and refusals included, and not only rows. */
export interface RawConnection extends Connection {
  readonly http: HttpClient;
}

export interface ConnectOptions {
  /** `patient` for a sync, where giving up is costly; `prompt` where somebody waits for the answer. */
  readonly patience: 'patient' | 'prompt';
}

/** One connection per command: all its streams share one pace. Makes no call by itself. */
export function connect(config: Config, world: World, { patience }: ConnectOptions): RawConnection {
  let waitListener: (untilMs: number) => void = () => {};
  let retryListener: (notice: RetryNotice) => void = () => {};
  /** How far the server's clock is ahead of ours. */
  let clockSkewMs = 0;
  const pacer = createPacer({
    clock: world.clock,
    monthlyReserve: config.monthlyCallReserve,
    monthExhausted: (month) => monthExhausted(month, clockSkewMs),
    onWait: (untilMs) => waitListener(untilMs),
  });
  const http = createHttpClient({
    ...world,
    pacer,
    retryPolicy: patience === 'patient' ? patientRetries : promptRetries,
    readBudget(header) {
      const dateMs = parseDateHeader(header('date'));
      if (dateMs !== undefined) clockSkewMs = dateMs - world.clock.now();
      return readBudget(header);
    },
    onRetry: (notice) => retryListener(notice),
  });
  return {
    affinity: createAffinityClient({ http, apiKey: config.apiKey, baseUrl: config.apiBaseUrl }),
    http,
    pace: () => pacer.snapshot(),
    onWait(listener) {
      waitListener = listener;
    },
    onRetry(listener) {
      retryListener = listener;
    },
  };
}

/** Waiting would take days: the sync ends, with a state to go on from. The date is told by the server's clock. */
function monthExhausted({ remaining, reserve, resetsAtMs }: MonthExhausted, clockSkewMs: number): ConnectorError {
  const reset =
    resetsAtMs === undefined
      ? 'when the month is over'
      : `on ${new Date(resetsAtMs + clockSkewMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const message =
    remaining === 0
      ? `The account's monthly API calls are used up; they are reset ${reset}.`
      : `Only ${remaining} of the account's monthly API calls are left, and the setting "monthly_call_reserve" keeps ${reserve}; they are reset ${reset}.`;
  return new ConnectorError('config_error', message, { stopsSync: true });
}
