/**
 * A queue with lanes: first come, first served within a lane, and among the lanes the one whose last turn is longest ago.
 * One that waits for each answer before it comes again has its turn at once then, and not behind those who wait all the
 * time.
 */
export interface LaneQueue<T> {
  readonly size: number;
  push(lane: string, item: T): void;
  /** The next in turn, which stays. */
  peek(): T | undefined;
  /** Takes the next in turn, of all lanes or of those that are wanted. */
  shift(isWanted?: (lane: string) => boolean): T | undefined;
  remove(lane: string, item: T): void;
}

export function createLaneQueue<T>(): LaneQueue<T> {
  const lanes = new Map<string, T[]>();
  /** When each lane had its last turn, or came for the first time, counted in turns. */
  const lastTurns = new Map<string, number>();
  let turns = 0;
  let size = 0;

  function nextLane(isWanted?: (lane: string) => boolean): string | undefined {
    let next: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const lane of lanes.keys()) {
      const last = lastTurns.get(lane) ?? 0;
      if (last >= least || isWanted?.(lane) === false) continue;
      next = lane;
      least = last;
    }
    return next;
  }

  return {
    get size() {
      return size;
    },
    push(lane, item) {
      const items = lanes.get(lane);
      if (items === undefined) lanes.set(lane, [item]);
      else items.push(item);
      if (!lastTurns.has(lane)) lastTurns.set(lane, turns);
      size += 1;
    },
    peek() {
      const lane = nextLane();
      return lane === undefined ? undefined : lanes.get(lane)?.[0];
    },
    shift(isWanted) {
      const lane = nextLane(isWanted);
      const items = lane === undefined ? undefined : lanes.get(lane);
      if (lane === undefined || items === undefined) return undefined;
      const item = items.shift();
      if (items.length === 0) lanes.delete(lane);
      turns += 1;
      lastTurns.set(lane, turns);
      size -= 1;
      return item;
    },
    remove(lane, item) {
      const items = lanes.get(lane);
      const index = items?.indexOf(item) ?? -1;
      if (items === undefined || index < 0) return;
      items.splice(index, 1);
      if (items.length === 0) lanes.delete(lane);
      size -= 1;
    },
  };
}
