import { createSemaphore } from './semaphore.ts';

/** How much JSON fits into one place. */
const PLACE_LENGTH = 256 * 1024;
/** As long as no page has come, each is given this part of all places: there may be large ones among them. */
const UNKNOWN_PART = 8;

/**
 * Room in memory for pages that are asked for or not yet written, of all streams together: a slow reader of the output
 * slows the fetching. The streams take turns.
 */
export interface Places {
  of(stream: string): StreamPlaces;
}

export interface StreamPlaces {
  /** Waits for the room that the next page is expected to need. Rejects when aborted. */
  acquire(signal: AbortSignal): Promise<PagePlace>;
}

/** The room of one page. */
export interface PagePlace {
  /** Takes the room that a page of this length needs, more or less than was expected: others wait for it, the page does not. */
  fill(length: number): void;
  /** To be called once the page is written, or will not come; calling it again does nothing. */
  release(): void;
}

/**
 * How large a page will be is known only when it is there. A stream's pages are alike, so that each is expected to be as
 * the one before it; the first one of a stream as those of other streams are on average.
 */
export function createPlaces(count: number): Places {
  const places = createSemaphore(count);
  const all = { streams: 0, places: 0 };

  return {
    of(stream) {
      let last: number | undefined;

      function expected(): number {
        if (last !== undefined) return last;
        return Math.ceil(all.streams === 0 ? count / UNKNOWN_PART : all.places / all.streams);
      }

      function learn(needed: number): void {
        all.places += needed - (last ?? 0);
        if (last === undefined) all.streams += 1;
        last = needed;
      }

      return {
        async acquire(signal) {
          const { resize, release } = await places.acquire(signal, expected, stream);
          return {
            fill(length) {
              const needed = Math.max(1, Math.round(length / PLACE_LENGTH));
              // An empty page between full ones says nothing of those to come.
              if (length > 0 || last === undefined) learn(needed);
              resize(needed);
            },
            release,
          };
        },
      };
    },
  };
}
