import { createLaneQueue } from '../http/lane-queue.ts';

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
  const waiting = createLaneQueue<Waiter>();

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
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      const count = next.count();
      if (count > free) return;
      waiting.shift();
      next.onTurn(take(count));
    }
  }

  return {
    acquire(signal, wanted = () => 1, lane = '') {
      return new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          waiting.remove(lane, waiter);
          reject(signal.reason);
          serve();
        };
        const waiter: Waiter = {
          count: () => Math.min(wanted(), places),
          onTurn(permit) {
            signal.removeEventListener('abort', onAbort);
            resolve(permit);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(lane, waiter);
        serve();
      });
    },
  };
}
