/** Many producers, one consumer, first in first out. What bounds it are the places that producers hold, not the queue. */
export interface EventQueue<Item> extends AsyncIterable<Item> {
  push(item: Item): void;
  /** Ends the iteration once everything pushed before was taken. */
  close(): void;
}

export function createEventQueue<Item>(): EventQueue<Item> {
  let items: Item[] = [];
  let isClosed = false;
  let wake: (() => void) | undefined;

  function signalConsumer(): void {
    wake?.();
    wake = undefined;
  }

  return {
    push(item) {
      items.push(item);
      signalConsumer();
    },
    close() {
      isClosed = true;
      signalConsumer();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = items;
        items = [];
        yield* batch;
        if (items.length > 0) continue;
        if (isClosed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
