import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { toJsonLine } from '../../json/line.ts';
import type { LogLevel, SyncEvent } from '../../source/events.ts';
import { serialiseState } from '../../source/stream-state.ts';
import type { SelectedStream } from '../../source/sync.ts';
import { PreparedRow } from '../../streams/prepared-row.ts';
import { createRecordLines, type RecordFrame } from '../record-lines.ts';
import type { SingerMessage } from './messages.ts';

export interface SingerEncoderOptions {
  readonly selected: readonly SelectedStream[];
  /** All bookmarks of the state the sync began with: those of other streams are kept. */
  readonly bookmarks: ReadonlyMap<string, unknown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where logs go: stdout is data. */
  readonly log: (level: LogLevel, message: string) => void;
}

/** Where the unfinished state of a full-table read keeps its version, beside what both protocols know. */
const VERSION = 'tableVersion';
/** Escaped, and not what follows a backslash that is escaped itself. */
const NULL_CHARACTERS = /(?<!\\)((?:\\\\)*)\\u0000/g;

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
export function createSingerEncoder({ selected, bookmarks, now, log }: SingerEncoderOptions) {
  const byName = new Map(selected.map((each) => [each.stream.name, each]));
  const versions = new Map(
    selected.map((each) => [each.stream.name, versionOf(each, bookmarks.get(each.stream.name), now())]),
  );
  // A full table that is read anew is through no more: its bookmark comes back with its end, and no STATE is like the last.
  const current = new Map([...bookmarks].filter(([name]) => byName.get(name)?.state?.complete === undefined));
  let lastStateLine: string | undefined;
  const counts = new Map<string, number>();
  const recordLines = createRecordLines();

  return function* encode(event: SyncEvent): Generator<string | Buffer, void, undefined> {
    switch (event.type) {
      case 'stream-start': {
        const stream = byName.get(event.stream);
        // What cannot be read has no key: targets would take its schema for a change of the table.
        if (stream !== undefined && stream.stream.primaryKey.length > 0) yield toJsonLine(schemaMessage(stream));
        return;
      }
      case 'page': {
        counts.set(event.stream, (counts.get(event.stream) ?? 0) + event.rows.length);
        yield* recordLines(
          event.rows.map(withoutNullCharacters),
          recordFrame(event, versions.get(event.stream)?.version),
        );
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
        const line = toJsonLine(message);
        // A stream may be no further than the state it began with, such as merges that still wait for the same one.
        if (line !== lastStateLine) yield line;
        lastStateLine = line;
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

function schemaMessage(selected: SelectedStream): SingerMessage {
  const { stream, mode, deselected, properties = stream.jsonSchema.properties } = selected;
  const written = Object.entries(properties).filter(([name]) => deselected?.has(name) !== true);
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

/** PostgreSQL has no U+0000 in its texts, and targets for it end at the first. */
function withoutNullCharacters(row: PreparedRow): PreparedRow {
  if (!row.includes('\\u0000')) return row;
  const { key, nulled } = row;
  return new PreparedRow({ key, nulled, json: row.json.replaceAll(NULL_CHARACTERS, '$1') });
}

function recordFrame({ stream, emittedAtMs }: SyncEvent & { type: 'page' }, version: number | undefined): RecordFrame {
  const versioned = version === undefined ? '' : `,"version":${version}`;
  const suffix = Buffer.from(`,"time_extracted":"${new Date(emittedAtMs).toISOString()}"${versioned}}\n`);
  const prefix = Buffer.from(`{"type":"RECORD","stream":${JSON.stringify(stream)},"record":`);
  return { prefix, suffix: () => suffix };
}
