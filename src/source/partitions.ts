import { readAgainIfStale } from '../affinity/restarts.ts';
import type { Partition } from '../streams/stream.ts';
import { createInOrder } from './in-order.ts';
import type { PagePlace, StreamPlaces } from './places.ts';
import type { PreparedItem, PreparedPage } from './rows.ts';
import { createSemaphore } from './semaphore.ts';

/** What reading partitions reports, in an order that holds for each partition. */
export type PartitionReport =
  | { readonly type: 'begin' | 'restart' | 'finish'; readonly partition: Partition }
  /** `release` is to be called once the page is written: until then it takes room in memory. */
  | { readonly type: 'page'; readonly page: PreparedPage; readonly release: () => void }
  | { readonly type: 'checkpoint'; readonly partition: Partition; readonly cursor: string }
  | { readonly type: 'reread-from'; readonly partition: Partition; readonly timeMs: number };

export interface ReadPartitionsOptions {
  /** In the order in which they are begun; parents by ascending id. */
  readonly partitions: readonly Partition[];
  readonly read: (partition: Partition, cursor: string | undefined) => AsyncGenerator<PreparedItem, void, undefined>;
  readonly savedCursor: (partition: Partition) => string | undefined;
  /** How many partitions are read side by side, and how many pages to come of one partition. */
  readonly concurrency: number;
  readonly places: StreamPlaces;
  readonly report: (report: PartitionReport) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
  /** Told the first failure at once, so that what the other partitions wait for can be given up. */
  readonly onFailure?: (error: unknown) => void;
}

/** Reads partitions side by side. Rejects with the first failure, after the others have stopped. */
export async function readPartitions(options: ReadPartitionsOptions): Promise<void> {
  const { partitions, concurrency, signal } = options;
  const failed = new AbortController();
  const inner = { ...options, signal: AbortSignal.any([signal, failed.signal]) };
  const pending = partitions.values();
  let failure: { error: unknown } | undefined;

  async function work(): Promise<void> {
    for (const partition of pending) {
      if (inner.signal.aborted) return;
      try {
        await readToItsEnd(inner, partition);
      } catch (error) {
        if (failure === undefined) options.onFailure?.(error);
        failure ??= { error };
        failed.abort(error);
        return;
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, partitions.length) }, work));
  if (failure !== undefined) throw failure.error;
  signal.throwIfAborted();
}

/** A cursor that the API no longer takes costs a second reading of the partition, never a row. */
async function readToItsEnd(options: ReadPartitionsOptions, partition: Partition): Promise<void> {
  const { report, warn } = options;
  report({ type: 'begin', partition });
  let cursor = options.savedCursor(partition);
  await readAgainIfStale(() => readFrom(options, partition, cursor), {
    what: `the part "${partition.key}"`,
    warn,
    onRestart() {
      report({ type: 'restart', partition });
      cursor = undefined;
    },
  });
  report({ type: 'finish', partition });
}

async function readFrom(
  options: ReadPartitionsOptions,
  partition: Partition,
  cursor: string | undefined,
): Promise<void> {
  const { read, places, report, signal } = options;
  const items = read(partition, cursor);
  const ahead = createSemaphore(options.concurrency);
  const inOrder = createInOrder();
  let free: PagePlace | undefined;

  function fill(place: PagePlace, page: PreparedPage): PreparedPage {
    place.fill(lengthOf(page));
    return page;
  }

  function reportPage(page: PreparedPage, { release }: PagePlace): void {
    if (page.rows.length === 0) release();
    else report({ type: 'page', page, release });
  }

  try {
    for (;;) {
      signal.throwIfAborted();
      inOrder.throwIfFailed();
      // The place is taken before the page is asked for, so that the pages under way count as well.
      free ??= await places.acquire(signal);
      const next = await items.next();
      if (next.done) break;
      const item = next.value;
      const place = free;
      switch (item.type) {
        case 'page':
          free = undefined;
          fill(place, item);
          inOrder.add(() => reportPage(item, place), place.release);
          break;
        case 'page-to-come': {
          const { release: done } = await ahead.acquire(signal);
          free = undefined;
          const loading = item
            .load()
            .then((page) => fill(place, page))
            .finally(done);
          loading.catch(() => {});
          inOrder.add(async () => reportPage(await loading, place), place.release);
          break;
        }
        case 'checkpoint':
          inOrder.add(() => report({ type: 'checkpoint', partition, cursor: item.cursor }));
          break;
        case 'reread-from':
          inOrder.add(() => report({ type: 'reread-from', partition, timeMs: item.timeMs }));
      }
    }
  } finally {
    free?.release();
    await items.return();
    await inOrder.end();
  }
}

function lengthOf({ rows }: PreparedPage): number {
  return rows.reduce((sum, { size }) => sum + size, 0);
}
