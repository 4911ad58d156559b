/** A queue with lanes: first come, first served within a lane, and the lanes take turns. */
export interface LaneQueue<T> {
  readonly size: number;
  push(lane: string, item: T): void;
  /** The next in turn, of all lanes or of those that are wanted. */
  shift(isWanted?: (lane: string) => boolean): T | undefined;
  remove(lane: string, item: T): void;
}

export function createLaneQueue<T>(): LaneQueue<T> {
  // A Map keeps the order of insertion: its first lane is the next in turn, and a lane that was served goes to the end.
  const lanes = new Map<string, T[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(lane, item) {
      const items = lanes.get(lane);
      if (items === undefined) lanes.set(lane, [item]);
      else items.push(item);
      size += 1;
    },
    shift(isWanted) {
      for (const [lane, items] of lanes) {
        if (isWanted?.(lane) === false) continue;
        const item = items.shift();
        lanes.delete(lane);
        if (items.length > 0) lanes.set(lane, items);
        size -= 1;
        return item;
      }
      return undefined;
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
