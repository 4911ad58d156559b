import type { Config } from '../../config.ts';
import type { Clock } from '../../http/clock.ts';
import type { Connection } from '../../source/connection.ts';
import { discover } from '../../source/discover.ts';
import type { LogLevel, SyncEvent } from '../../source/events.ts';
import { selectStream } from '../../source/select.ts';
import { type SelectedStream, sync } from '../../source/sync.ts';
import { listOrViewOf } from '../../streams/list-entries.ts';
import { parsedCatalog } from '../catalog-file.ts';
import { type ChosenStream, readSingerCatalog, toSingerStream } from './catalog.ts';
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
  /** Undefined means every stream that is selected by default. */
  readonly catalog: readonly ChosenStream[] | undefined;
  /** Each stream's bookmark, unchecked. */
  readonly bookmarks: ReadonlyMap<string, unknown>;
  /** Told every event before its lines are written. */
  readonly observe?: (event: SyncEvent) => void;
}

/** Yields the messages of a sync as whole lines, rows as bytes, and returns whether every stream is complete. */
export async function* syncSinger(options: SingerSyncOptions): AsyncGenerator<string | Buffer, boolean, undefined> {
  const { bookmarks, clock, connection, log, observe } = options;
  const selected = (await chooseStreams(options)).map((chosen) => select(chosen, bookmarks));
  if (selected.length === 0) log('WARN', 'The catalog selects no stream.');
  const encode = createSingerEncoder({
    selected,
    bookmarks,
    now: () => clock.now(),
    log,
  });
  let isComplete = true;
  for await (const event of sync({ ...options, selected, jobId: null })) {
    if (event.type === 'stream-end' && !event.isComplete) isComplete = false;
    observe?.(event);
    yield* encode(event);
  }
  const { callsMade, monthRemaining } = connection.pace();
  const left = monthRemaining === undefined ? '' : ` ${monthRemaining} are left this month.`;
  log('INFO', `API calls: ${callsMade}.${left}`);
  return isComplete;
}

/** What the catalog, or without one discovery, selects. Streams whose schema the catalog leaves out get theirs. */
async function chooseStreams(options: SingerSyncOptions): Promise<readonly ChosenStream[]> {
  const chosen = options.catalog;
  if (chosen === undefined) return readSingerCatalog(parsedCatalog(await discoverSinger(options)));
  if (chosen.every(({ properties }) => properties !== undefined)) return chosen;
  // Of lists, discovery knows only those that the configuration refers to.
  const listReferences = [...options.config.listReferences, ...chosen.flatMap(({ name }) => listOrViewOf(name) ?? [])];
  const { streams } = await discoverSinger({ ...options, config: { ...options.config, listReferences } });
  const schemas = new Map(streams.map(({ tap_stream_id, schema }) => [tap_stream_id, schema]));
  return chosen.map((each) => {
    const schema = schemas.get(each.name);
    return each.properties !== undefined || schema === undefined ? each : { ...each, properties: schema.properties };
  });
}

/** Keys and cursors go out whatever the catalog says: targets look for them. */
function select(chosen: ChosenStream, bookmarks: SingerSyncOptions['bookmarks']): SelectedStream {
  const { name, syncMode, properties, deselected } = chosen;
  const selected = selectStream({ name, syncMode, properties: undefined, savedState: bookmarks.get(name) });
  if (properties === undefined) return selected;
  const { primaryKey, cursorField, jsonSchema } = selected.stream;
  const automatic = new Set(cursorField === undefined ? primaryKey : [...primaryKey, cursorField]);
  const missing = Object.entries(jsonSchema.properties).filter(
    ([property]) => automatic.has(property) && !Object.hasOwn(properties, property),
  );
  return {
    ...selected,
    properties: missing.length === 0 ? properties : { ...Object.fromEntries(missing), ...properties },
    deselected: new Set(deselected.filter((property) => !automatic.has(property))),
  };
}
