import type { Transport } from '../../http/transport.ts';

/** What all answers together showed, refused and repeated ones included. */
export interface Witness {
  /** The transport to be used, which is the given one. */
  readonly transport: Transport;
  /** Answers of status 429, and how many of them had a Retry-After. */
  readonly refusals: number;
  readonly refusalsWithDelay: number;
  /** Names of all headers so far, in lower case and in alphabetical order. */
  headerNames(): string[];
}

/** Looks over a transport's shoulder. */
export function createWitness(transport: Transport): Witness {
  const names = new Set<string>();
  let [refusals, refusalsWithDelay] = [0, 0];
  return {
    async transport(request) {
      const response = await transport(request);
      for (const name of response.headerNames ?? []) names.add(name);
      if (response.status === 429) {
        refusals += 1;
        if (response.headers('retry-after') !== undefined) refusalsWithDelay += 1;
      }
      return response;
    },
    get refusals() {
      return refusals;
    },
    get refusalsWithDelay() {
      return refusalsWithDelay;
    },
    headerNames: () => [...names].sort(),
  };
}
