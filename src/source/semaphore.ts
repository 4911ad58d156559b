/** A number of places. Within a lane they are given out first come, first served; the lanes take turns. */
export interface Semaphore {
  /**
   * Waits for so many places at once (one by default; never more than there are), which are counted again at each turn.
   * Rejects when aborted.
   */
  acquire(signal: AbortSignal, count?: () => number, lane?: string): Promise<Permit>;
}

/** Places that somebody has. */
export interface Permit {
  /** Has from now on so many places, without waiting for them: what is too many is missing from those that others get. */
  resize(count: number): void;
  /** Gives them back; calling it again does nothing. */
  release(): void;
}

interface Waiter {
  readonly count: () => number;
  readonly onTurn: (permit: Permit) => void;
}

export function createSemaphore(places: number): Semaphore {
  let free = places;
  // A Map keeps the order of insertion: its first lane is the next in turn, and one that was served goes to the end.
  const waiting = new Map<string, Waiter[]>();

  function take(count: number): Permit {
    let held = count;
    let isOver = false;
    free -= count;

    function resize(wanted: number): void {
      if (isOver) return;
      free += held - wanted;
      held = wanted;
      serve();
    }

    return {
      resize,
      release() {
        resize(0);
        isOver = true;
      },
    };
  }

  /** Whoever waits for many is not passed by those who want few. */
  function serve(): void {
    for (const [lane, waiters] of waiting) {
      const next = waiters[0];
      const count = next?.count() ?? 0;
      if (next === undefined || count > free) return;
      waiters.shift();
      waiting.delete(lane);
      if (waiters.length > 0) waiting.set(lane, waiters);
      next.onTurn(take(count));
    }
  }

  return {
    acquire(signal, wanted = () => 1, lane = '') {
      const count = (): number => Math.min(wanted(), places);
      if (signal.aborted) return Promise.reject(signal.reason);
      const countNow = count();
      if (waiting.size === 0 && countNow <= free) return Promise.resolve(take(countNow));
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
          onTurn: (permit) => {
            signal.removeEventListener('abort', onAbort);
            resolve(permit);
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
