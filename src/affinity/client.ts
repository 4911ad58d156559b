import { ConnectorError } from '../errors.ts';
import { type HttpClient, RetriesExhaustedError } from '../http/client.ts';
import { type Asked, answerError } from './errors.ts';
import { noAnswerError } from './no-answer.ts';
import { createV1, type V1 } from './v1.ts';
import { createV2, type Get, type V2 } from './v2.ts';

/** Both generations of the API as one caller sees them. */
export interface Affinity {
  readonly v1: V1;
  readonly v2: V2;
}

export interface CallerOptions extends Asked {
  /** Who asks, for fairness between callers and for the count of calls: a stream's name. */
  readonly lane: string;
  readonly signal?: AbortSignal;
  /** How often a request may fail before it is given up, if that is to be less often than for others. */
  readonly attempts?: number;
  /** Told what costs calls, but no row. */
  readonly warn?: (message: string) => void;
}

export interface AffinityClient {
  /** The API for one caller; all callers share one pace. */
  for(options: CallerOptions): Affinity;
  /** The server's clock as its last answer gave it (epoch ms), or undefined before any answer with a date that can be. */
  serverTimeMs(): number | undefined;
}

export interface AffinityClientOptions {
  readonly http: HttpClient;
  readonly apiKey: string;
  /** An origin without a trailing slash. */
  readonly baseUrl: string;
}

/** A date of another century is a broken header: filters made from it would leave rows out. */
const EARLIEST_DATE_MS = Date.UTC(2000, 0);
const LATEST_DATE_MS = Date.UTC(2100, 0);

/** What an answer's `Date` says (epoch ms), if it can be. */
export function parseDateHeader(text: string | undefined): number | undefined {
  const dateMs = Date.parse(text ?? '');
  return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : undefined;
}

/** Binds HTTP, key and host. The key goes to `baseUrl` alone: both APIs build or check every URL against it. */
export function createAffinityClient({ http, apiKey, baseUrl }: AffinityClientOptions): AffinityClient {
  let serverTimeMs: number | undefined;
  return {
    for(caller) {
      const get: Get = async (url, headers, parse) => {
        const { lane, signal, attempts } = caller;
        const answer = await http.getJson({ url, headers, lane, parse, signal, attempts }).catch((error: unknown) => {
          throw unreachable(error, caller, baseUrl);
        });
        serverTimeMs = parseDateHeader(answer.headers('date')) ?? serverTimeMs;
        const isGood = answer.status >= 200 && answer.status < 300 && answer.json !== undefined;
        if (!isGood) throw answerError(answer.status, answer.json, caller);
        return answer.json;
      };
      return {
        v1: createV1({ get, apiKey, baseUrl, asked: caller }),
        v2: createV2({ get, apiKey, baseUrl, asked: caller, warn: caller.warn }),
      };
    },
    serverTimeMs: () => serverTimeMs,
  };
}

/** No usable answer arrived, however often it was tried. Stop requests and errors that already have words pass as they are. */
function unreachable(error: unknown, { what, signal }: CallerOptions, baseUrl: string): unknown {
  if (error instanceof ConnectorError || signal?.aborted || !(error instanceof RetriesExhaustedError)) return error;
  return noAnswerError(error, { what, host: new URL(baseUrl).host });
}
