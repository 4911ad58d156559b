import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import type { LogLevel, SyncEvent } from '../../source/events.ts';
import { serialiseState } from '../../source/stream-state.ts';
import type { SelectedStream } from '../../source/sync.ts';
import type { Row } from '../../streams/stream.ts';
import { toJson, toJsonLine } from '../json-line.ts';
import type { SingerMessage } from './messages.ts';

export interface SingerEncoderOptions {
  readonly selected: readonly SelectedStream[];
  /** Of each stream, the properties that are read and not written. */
  readonly deselected: ReadonlyMap<string, ReadonlySet<string>>;
  /** All bookmarks of the state the sync began with: those of other streams are kept. */
  readonly bookmarks: ReadonlyMap<string, unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where logs go: stdout is data. */
  readonly log: (level: LogLevel, message: string) => void;
}

const PIECE_LENGTH = 65_536;
/** Where the unfinished state of a full-table read keeps its version, beside what both protocols know. */
const VERSION = 'tableVersion';
/** Escaped, and not what follows a backslash that is escaped itself. */
const NULL_CHARACTERS = /(?<!\\)((?:\\\\)*)\\u0000/g;
const NOTHING: ReadonlySet<string> = new Set();

/** The version of the rows that one full-table read writes. */
interface TableVersion {
  readonly version: number;
  /** Whether all rows of the read have this version, so that those of others may go once it is through. */
  readonly isWhole: boolean;
}

/**
 * Turns events into lines of the Singer protocol. Each full-table read has a version, kept in its unfinished state; the
 * version is activated once the read is whole, and never after an interruption, which would delete the rows read before.
 */
export function createSingerEncoder({ selected, deselected, bookmarks, now, log }: SingerEncoderOptions) {
  const byName = new Map(selected.map((each) => [each.stream.name, each]));
  const versions = new Map(
    selected.map((each) => [each.stream.name, versionOf(each, bookmarks.get(each.stream.name), now())]),
  );
  const current = new Map(bookmarks);
  const counts = new Map<string, number>();

  return function* encode(event: SyncEvent): Generator<string, void, undefined> {
    switch (event.type) {
      case 'stream-start': {
        const stream = byName.get(event.stream);
        // What cannot be read has no key: targets would take its schema for a change of the table.
        if (stream !== undefined && stream.stream.primaryKey.length > 0)
          yield toJsonLine(schemaMessage(stream, deselected.get(event.stream)));
        return;
      }
      case 'page': {
        counts.set(event.stream, (counts.get(event.stream) ?? 0) + event.rows.length);
        leaveOut(event.rows, deselected.get(event.stream));
        yield* encodePage(event, versions.get(event.stream)?.version);
        return;
      }
      case 'checkpoint': {
        const version = versions.get(event.stream);
        const isComplete = event.state.complete !== undefined;
        // Before the state that says so: a target that stops in between would otherwise never drop the old rows.
        if (isComplete && version?.isWhole) yield toJsonLine(activate(event.stream, version.version));
        const state = serialiseState(event.state);
        current.set(event.stream, isComplete || !version?.isWhole ? state : { ...state, [VERSION]: version.version });
        const message: SingerMessage = { type: 'STATE', value: { bookmarks: Object.fromEntries(current) } };
        yield toJsonLine(message);
        return;
      }
      case 'stream-end': {
        if (event.error !== undefined) log('ERROR', `${event.stream}: ${event.error.message}`);
        log(
          'INFO',
          `METRIC: ${JSON.stringify({ type: 'counter', metric: 'record_count', value: counts.get(event.stream) ?? 0, tags: { stream: event.stream } })}`,
        );
        return;
      }
      case 'rate-limited':
        log('INFO', `The rate limit is reached; the sync goes on at ${new Date(event.untilMs).toISOString()}.`);
        return;
      case 'log':
        log(event.level, event.message);
        return;
      default:
        event satisfies never;
    }
  };
}

/**
 * A read that goes on keeps the version it was begun with. One that the other protocol began left rows without it: they
 * must not go when this read is through, but with the next whole one.
 */
function versionOf({ mode, state }: SelectedStream, bookmark: unknown, nowMs: number): TableVersion | undefined {
  if (mode === 'incremental') return undefined;
  const isResumed = state !== undefined && state.mode === 'full_refresh' && state.complete === undefined;
  if (!isResumed) return { version: nowMs, isWhole: true };
  const saved =
    typeof bookmark === 'object' && bookmark !== null && VERSION in bookmark ? bookmark[VERSION] : undefined;
  return typeof saved === 'number' ? { version: saved, isWhole: true } : { version: nowMs, isWhole: false };
}

function schemaMessage(
  { stream, mode, properties = stream.jsonSchema.properties }: SelectedStream,
  deselected = NOTHING,
): SingerMessage {
  const written = Object.entries(properties).filter(([name]) => !deselected.has(name));
  const schema: JsonSchemaNode = {
    type: 'object',
    properties: Object.fromEntries(written),
    additionalProperties: true,
  };
  return {
    type: 'SCHEMA',
    stream: stream.name,
    schema,
    key_properties: stream.primaryKey,
    ...(mode === 'incremental' && stream.cursorField !== undefined
      ? { bookmark_properties: [stream.cursorField] }
      : {}),
  };
}

function activate(stream: string, version: number): SingerMessage {
  return { type: 'ACTIVATE_VERSION', stream, version };
}

/** JSON has no undefined: such a property is not written. Rows are fresh from the network and belong to nobody else. */
function leaveOut(rows: readonly Row[], deselected = NOTHING): void {
  for (const name of deselected) {
    for (const row of rows) if (name in row) row[name] = undefined;
  }
}

function* encodePage(
  page: SyncEvent & { type: 'page' },
  version: number | undefined,
): Generator<string, void, undefined> {
  const prefix = `{"type":"RECORD","stream":${JSON.stringify(page.stream)},"record":`;
  const versioned = version === undefined ? '' : `,"version":${version}`;
  const suffix = `,"time_extracted":"${new Date(page.emittedAtMs).toISOString()}"${versioned}}\n`;
  let piece = '';
  for (const row of page.rows) {
    piece += `${prefix}${toRecord(row)}${suffix}`;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Without U+0000 in its strings: PostgreSQL has none, and targets for it end at the first. */
function toRecord(row: Row): string {
  const json = toJson(row);
  return json.includes('\\u0000') ? json.replaceAll(NULL_CHARACTERS, '$1') : json;
}
