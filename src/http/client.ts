import type { Budget } from './call-outcome.ts';
import type { Clock } from './clock.ts';
import type { HttpResponse } from './exchange.ts';
import { type JsonBody, parseJsonBody } from './json-body.ts';
import type { Pacer } from './pacing.ts';
import { type AttemptOutcome, decideRetry, type RetryPolicy } from './retry.ts';
import { readRetryAfterMs } from './retry-after.ts';
import type { Transport } from './transport.ts';
import { TransportError } from './transport-error.ts';

export interface JsonRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whose turn the call takes: the stream's name. */
  readonly lane: string;
  readonly signal?: AbortSignal | undefined;
  /** Attempts that may fail, refusals not counted, where that is less than the client's policy allows. */
  readonly attempts?: number | undefined;
  /**
   * Reads the body of a 2xx in the place of JSON.parse. Undefined means that it cannot be read, and the call is tried
   * again; what is thrown ends the request.
   */
  readonly parse?: ((answer: JsonBody) => unknown) | undefined;
}

export interface JsonResponse {
  readonly status: number;
  readonly headers: (name: string) => string | undefined;
  /** What was read. Undefined when the body is not JSON, which only an answer other than a 2xx (or an empty 204) may have. */
  readonly json: unknown;
  /** Epoch milliseconds by our own clock. */
  readonly receivedAtMs: number;
}

/** Something time can mend did not mend in time, or is not worth another try. */
export class RetriesExhaustedError extends Error {
  override readonly name = 'RetriesExhaustedError';
  /** Calls made for this request, refused ones included. */
  readonly attempts: number;
  /** Of the last whole answer, if the last attempt had one. */
  readonly lastStatus: number | undefined;
  /** Why the last attempt had none. */
  readonly lastError: TransportError | undefined;
  /** True when the last answer was whole and of a good status, but could not be read. */
  readonly isUnreadable: boolean;

  constructor(last: Last, attempts: number) {
    const what = last.error?.message ?? `${last.isUnreadable ? 'unreadable body, ' : ''}status ${last.status}`;
    super(`Gave up after ${attempts} attempt(s): ${what}`, { cause: last.error });
    this.attempts = attempts;
    this.lastStatus = last.status;
    this.lastError = last.error;
    this.isUnreadable = last.isUnreadable;
  }
}

interface Last {
  readonly status: number | undefined;
  readonly error: TransportError | undefined;
  readonly isUnreadable: boolean;
}

/** Told before each delay. `attempt` counts from 1 and is the one that went wrong. */
export interface RetryNotice extends Last {
  readonly url: string;
  readonly attempt: number;
  readonly delayMs: number;
}

export interface HttpClient {
  /**
   * GETs and parses JSON; waits its turn, and retries what time can mend. Resolves for every final status (2xx, 3xx,
   * 4xx). Rejects with RetriesExhaustedError, with the pacer's stop error, or with the signal's reason.
   */
  getJson(request: JsonRequest): Promise<JsonResponse>;
}

export interface HttpClientOptions {
  readonly transport: Transport;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Numbers from 0 up to, not including, 1. */
  readonly random: () => number;
  readonly retryPolicy: RetryPolicy;
  /** What a response's headers say of the pools. */
  readonly readBudget: (headers: HttpResponse['headers']) => Budget;
  /** A further demand on the JSON of a 2xx; what does not meet it is retried like a broken body. */
  readonly isReadable?: (json: unknown) => boolean;
  readonly onRetry?: (notice: RetryNotice) => void;
}

type Attempt =
  | { readonly outcome: AttemptOutcome & { kind: 'failure' }; readonly error: TransportError }
  | { readonly outcome: AttemptOutcome & { kind: 'status' | 'unreadable' }; readonly response: JsonResponse };

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { transport, pacer, clock, random, retryPolicy, readBudget, isReadable, onRetry } = options;

  async function attemptOnce(request: JsonRequest, timeoutMs: number, onStart: () => void): Promise<Attempt> {
    const { url, headers, signal } = request;
    const permit = await pacer.acquire(request.lane, signal);
    onStart();
    let response: HttpResponse;
    try {
      response = await transport({ url, headers, timeoutMs, signal });
    } catch (error) {
      permit.settle({ kind: 'failure' });
      if (!(error instanceof TransportError)) throw error;
      return { outcome: { kind: 'failure', failure: error.kind }, error };
    }
    const { status } = response;
    const receivedAtMs = clock.now();
    const retryAfterMs = readRetryAfterMs(response.headers, receivedAtMs);
    permit.settle({ kind: 'response', status, budget: readBudget(response.headers), retryAfterMs });
    const isGood = status >= 200 && status < 300 && status !== 204;
    const json = isGood && request.parse !== undefined ? request.parse(response) : parseJsonBody(response);
    const answer = { status, headers: response.headers, json, receivedAtMs };
    if (isGood && (json === undefined || isReadable?.(json) === false)) {
      return { outcome: { kind: 'unreadable', status }, response: answer };
    }
    return { outcome: { kind: 'status', status, retryAfterMs }, response: answer };
  }

  async function getJson(request: JsonRequest): Promise<JsonResponse> {
    const maxAttempts = Math.min(retryPolicy.maxAttempts, request.attempts ?? Number.POSITIVE_INFINITY);
    const policy = { ...retryPolicy, maxAttempts };
    let [attempts, failures, refusals, elapsedMs] = [0, 0, 0, 0];
    let refusedSinceMs = 0;
    for (;;) {
      let startedMs = 0;
      const attempt = await attemptOnce(request, retryPolicy.maxElapsedMs - elapsedMs, () => {
        startedMs = clock.monotonic();
      });
      const { outcome } = attempt;
      const nowMs = clock.monotonic();
      elapsedMs += nowMs - startedMs;
      attempts += 1;
      if (outcome.kind === 'status' && outcome.status === 429) {
        if (refusals === 0) refusedSinceMs = nowMs;
        refusals += 1;
      } else {
        refusals = 0;
        failures += 1;
      }
      const history = {
        attempts: failures,
        elapsedMs,
        refusals,
        refusedMs: refusals === 0 ? 0 : nowMs - refusedSinceMs,
      };
      const decision = decideRetry({ policy, outcome, history, random: random() });
      if (decision.action === 'final' && 'response' in attempt) return attempt.response;
      const last: Last = {
        status: 'response' in attempt ? attempt.response.status : undefined,
        error: 'error' in attempt ? attempt.error : undefined,
        isUnreadable: outcome.kind === 'unreadable',
      };
      if (decision.action !== 'retry') throw new RetriesExhaustedError(last, attempts);
      onRetry?.({ ...last, url: request.url, attempt: attempts, delayMs: decision.delayMs });
      if (decision.delayMs > 0) await clock.sleep(decision.delayMs, request.signal);
      elapsedMs += clock.monotonic() - nowMs;
    }
  }

  return { getJson };
}
