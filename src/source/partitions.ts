import { readAgainIfStale } from '../affinity/restarts.ts';
import type { Partition } from '../streams/stream.ts';
import { createInOrder } from './in-order.ts';
import type { PreparedItem, PreparedPage } from './rows.ts';
import { createSemaphore, type Semaphore } from './semaphore.ts';

/** What reading partitions reports, in an order that holds for each partition. */
export type PartitionReport =
  | { readonly type: 'begin' | 'restart' | 'finish'; readonly partition: Partition }
  /** `release` is to be called once the page is written: until then it takes one of the places in memory. */
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
  /**
   * Pages in memory, of all streams together: a slow reader of the output slows the fetching. A large page takes several
   * places.
   */
  readonly places: Semaphore;
  readonly report: (report: PartitionReport) => void;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
  /** Told the first failure at once, so that what the other partitions wait for can be given up. */
  readonly onFailure?: (error: unknown) => void;
}

/** How much JSON fits into one place. */
const PLACE_LENGTH = 256 * 1024;

/** A stream's pages are alike: each takes as many places as the one before it would have needed. */
interface PageSize {
  places: number;
}

interface Reading extends ReadPartitionsOptions {
  readonly pageSize: PageSize;
}

/** Reads partitions side by side. Rejects with the first failure, after the others have stopped. */
export async function readPartitions(options: ReadPartitionsOptions): Promise<void> {
  const { partitions, concurrency, signal } = options;
  const failed = new AbortController();
  const inner = { ...options, pageSize: { places: 1 }, signal: AbortSignal.any([signal, failed.signal]) };
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
async function readToItsEnd(options: Reading, partition: Partition): Promise<void> {
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

async function readFrom(options: Reading, partition: Partition, cursor: string | undefined): Promise<void> {
  const { read, places, pageSize, report, signal } = options;
  const items = read(partition, cursor);
  const ahead = createSemaphore(options.concurrency);
  const inOrder = createInOrder();
  let release: (() => void) | undefined;

  function reportPage(page: PreparedPage, place: () => void): void {
    if (page.rows.length === 0) {
      place();
      return;
    }
    pageSize.places = placesFor(page);
    report({ type: 'page', page, release: place });
  }

  try {
    for (;;) {
      signal.throwIfAborted();
      inOrder.throwIfFailed();
      // The place is taken before the page is asked for, so that the pages under way count as well.
      release ??= await places.acquire(signal, pageSize.places);
      const next = await items.next();
      if (next.done) break;
      const item = next.value;
      const place = release;
      switch (item.type) {
        case 'page':
          if (item.rows.length === 0) break;
          release = undefined;
          inOrder.add(() => reportPage(item, place), place);
          break;
        case 'page-to-come': {
          const done = await ahead.acquire(signal);
          release = undefined;
          const loading = item.load().finally(done);
          loading.catch(() => {});
          inOrder.add(async () => reportPage(await loading, place), place);
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
    release?.();
    await items.return();
    await inOrder.end();
  }
}

function placesFor({ rows }: PreparedPage): number {
  const length = rows.reduce((sum, { size }) => sum + size, 0);
  return Math.max(1, Math.round(length / PLACE_LENGTH));
}
