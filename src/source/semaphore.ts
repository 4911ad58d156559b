/** A number of places, given out first come, first served. */
export interface Semaphore {
  /**
   * Waits for so many places at once (one by default; never more than there are) and resolves to a function that gives
   * them back; calling it again does nothing. Rejects when aborted.
   */
  acquire(signal: AbortSignal, count?: number): Promise<() => void>;
}

interface Waiter {
  readonly count: number;
  readonly onTurn: () => void;
}

export function createSemaphore(places: number): Semaphore {
  let free = places;
  const waiting: Waiter[] = [];

  function take(count: number): () => void {
    free -= count;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      free += count;
      serve();
    };
  }

  /** Whoever waits for many is not passed by those who want few. */
  function serve(): void {
    for (let next = waiting[0]; next !== undefined && next.count <= free; next = waiting[0]) {
      waiting.shift();
      next.onTurn();
    }
  }

  return {
    acquire(signal, wanted = 1) {
      const count = Math.min(wanted, places);
      if (signal.aborted) return Promise.reject(signal.reason);
      if (waiting.length === 0 && count <= free) return Promise.resolve(take(count));
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason);
          serve();
        };
        const waiter: Waiter = {
          count,
          onTurn: () => {
            signal.removeEventListener('abort', onAbort);
            resolve(take(count));
          },
        };
        waiting.push(waiter);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
