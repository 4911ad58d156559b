import { createSemaphore } from './semaphore.ts';

/** How much JSON fits into one place. */
const PLACE_LENGTH = 256 * 1024;
/** So many pages of a stream are asked for before one has come: with a single one, all would wait for it if it hangs. */
const FIRST_PAGES = 2;

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
 * before it; before the first one has come, few are asked for. Those take one place, for they may be long in coming, and
 * other streams are not to wait for them.
 */
export function createPlaces(count: number): Places {
  const places = createSemaphore(count);

  return {
    of(stream) {
      const firstPages = createSemaphore(FIRST_PAGES);
      let expected: number | undefined;

      return {
        async acquire(signal) {
          const turn = expected === undefined ? await firstPages.acquire(signal) : undefined;
          // Whoever waited for a first page may go on with the others.
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
