import { createSemaphore } from './semaphore.ts';

/** How much JSON fits into one place. */
const PLACE_LENGTH = 256 * 1024;

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
  /** To be told the length of the page when it has come: others wait until there is as much room as it really takes. */
  fill(length: number): void;
  /** To be called once the page is written, or will not come; calling it again does nothing. */
  release(): void;
}

/**
 * How large a page is shows only when it is there. A stream's pages are alike, so that each is expected to be as the one
 * before it; the first one is asked for alone. It takes one place, for it may be long in coming, and other streams are not
 * to wait for it.
 */
export function createPlaces(count: number): Places {
  const places = createSemaphore(count);

  return {
    of(stream) {
      const first = createSemaphore(1);
      let expected: number | undefined;

      return {
        async acquire(signal) {
          const turn = expected === undefined ? await first.acquire(signal) : undefined;
          // Whoever waited for the first page may go on with the others.
          if (expected !== undefined) turn?.release();
          try {
            const { resize, release } = await places.acquire(signal, () => expected ?? 1, stream);
            return {
              fill(length) {
                const needed = Math.max(1, Math.round(length / PLACE_LENGTH));
                // After a large page there may come many that have nothing of interest.
                expected = length === 0 ? Math.max(1, Math.floor((expected ?? 1) / 2)) : needed;
                turn?.release();
                resize(needed);
              },
              release() {
                turn?.release();
                release();
              },
            };
          } catch (error) {
            turn?.release();
            throw error;
          }
        },
      };
    },
  };
}
