/** A number of places. Within a lane they are given out first come, first served; the lanes take turns. */
export interface Semaphore {
  /**
   * Waits for so many places at once (one by default; never more than there are) and resolves to a function that gives
   * them back; calling it again does nothing. Rejects when aborted.
   */
  acquire(signal: AbortSignal, count?: number, lane?: string): Promise<() => void>;
}

interface Waiter {
  readonly count: number;
  readonly onTurn: () => void;
}

export function createSemaphore(places: number): Semaphore {
  let free = places;
  // A Map keeps the order of insertion: its first lane is the next in turn, and one that was served goes to the end.
  const waiting = new Map<string, Waiter[]>();

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
    for (const [lane, waiters] of waiting) {
      const next = waiters[0];
      if (next === undefined || next.count > free) return;
      waiters.shift();
      waiting.delete(lane);
      if (waiters.length > 0) waiting.set(lane, waiters);
      next.onTurn();
    }
  }

  return {
    acquire(signal, wanted = 1, lane = '') {
      const count = Math.min(wanted, places);
      if (signal.aborted) return Promise.reject(signal.reason);
      if (waiting.size === 0 && count <= free) return Promise.resolve(take(count));
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          const waiters = waiting.get(lane) ?? [];
          waiters.splice(waiters.indexOf(waiter), 1);
          if (waiters.length === 0) waiting.delete(lane);
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
        const waiters = waiting.get(lane);
        if (waiters === undefined) waiting.set(lane, [waiter]);
        else waiters.push(waiter);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
