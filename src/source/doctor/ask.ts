import { v1Headers } from '../../affinity/v1.ts';
import { buildUrl, type Query, v2Headers } from '../../affinity/v2.ts';
import type { Config } from '../../config.ts';
import type { HttpClient } from '../../http/client.ts';
import type { Clock } from '../../http/clock.ts';
import { type Answer, CannotTell } from './answers.ts';
import type { Witness } from './witness.ts';

/** What a guess may use. The same question is asked once, whoever asks it. */
export interface Ask {
  /** Resolves for every final status; rejects when no usable answer came. */
  v2(path: string, query?: Query): Promise<Answer>;
  v1(path: string, query?: Query): Promise<Answer>;
  /** Goes on with the API's own link. Rejects for one to another host, where the key must not travel. */
  follow(nextUrl: string): Promise<Answer>;
  pause(delayMs: number): Promise<void>;
  /** Id of the key's owner, if the API told it. */
  readonly ownerId: number | undefined;
  /** The origin of the API. */
  readonly origin: string;
  readonly witness: Omit<Witness, 'transport'>;
}

export interface AskOptions {
  readonly config: Config;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly witness: Witness;
  readonly ownerId: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LANE = 'doctor';

export function createAsk({ config, http, clock, witness, ownerId, signal }: AskOptions): Ask {
  const { apiKey, apiBaseUrl } = config;
  const origin = new URL(apiBaseUrl).origin;
  const asked = new Map<string, Promise<Answer>>();
  const once = (url: string, headers: Record<string, string>): Promise<Answer> => {
    const answer = asked.get(url) ?? http.getJson({ url, headers, lane: LANE, signal });
    asked.set(url, answer);
    return answer;
  };
  return {
    v2: (path, query = {}) => once(buildUrl(apiBaseUrl, path, query), v2Headers(apiKey)),
    v1: (path, query = {}) => once(buildUrl(apiBaseUrl, path, query), v1Headers(apiKey)),
    async follow(nextUrl) {
      if (URL.parse(nextUrl)?.origin !== origin) throw new CannotTell('the next page is on another host');
      return await once(nextUrl, v2Headers(apiKey));
    },
    pause: (delayMs) => clock.sleep(delayMs, signal),
    ownerId,
    origin,
    witness,
  };
}
