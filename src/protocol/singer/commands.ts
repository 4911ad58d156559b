import type { Config } from '../../config.ts';
import type { Clock } from '../../http/clock.ts';
import type { Connection } from '../../source/connection.ts';
import { discover } from '../../source/discover.ts';
import type { LogLevel, SyncEvent } from '../../source/events.ts';
import { selectStream } from '../../source/select.ts';
import { sync } from '../../source/sync.ts';
import { readSingerCatalog, type SelectedSingerStream, toSingerStream } from './catalog.ts';
import { createSingerEncoder } from './encode.ts';
import type { SingerCatalog } from './messages.ts';

export interface SingerContext {
  readonly config: Config;
  readonly connection: Connection;
  readonly clock: Clock;
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal;
  readonly isDebug: boolean;
  /** Where logs go: stdout is data. */
  readonly log: (level: LogLevel, message: string) => void;
}

/** The catalog of this account. Rejects rather than giving a poorer one. */
export async function discoverSinger({ config, connection, stop, log }: SingerContext): Promise<SingerCatalog> {
  const discovered = await discover({ config, connection, warn: (message) => log('WARN', message), signal: stop });
  return { streams: discovered.map(toSingerStream) };
}

export interface SingerSyncOptions extends SingerContext {
  /** The parsed file, unchecked; undefined means every stream that is selected by default. */
  readonly catalog: unknown;
  /** Each stream's bookmark, unchecked. */
  readonly bookmarks: ReadonlyMap<string, unknown>;
  /** Told every event before its lines are written. */
  readonly observe?: (event: SyncEvent) => void;
}

/** Yields the messages of a sync as text of whole lines, and returns whether every stream is complete. */
export async function* syncSinger(options: SingerSyncOptions): AsyncGenerator<string, boolean, undefined> {
  const { bookmarks, clock, log, observe } = options;
  const chosen = readSingerCatalog(options.catalog ?? (await discoverSinger(options)));
  const selected = chosen.map(({ name, syncMode, properties }: SelectedSingerStream) =>
    selectStream({ name, syncMode, properties, savedState: bookmarks.get(name) }),
  );
  const encode = createSingerEncoder({ selected, bookmarks, now: () => clock.now(), log });
  let isComplete = true;
  for await (const event of sync({ ...options, selected, jobId: null })) {
    if (event.type === 'stream-end' && !event.isComplete) isComplete = false;
    observe?.(event);
    yield* encode(event);
  }
  return isComplete;
}
