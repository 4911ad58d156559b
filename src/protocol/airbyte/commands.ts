import type { Config } from '../../config.ts';
import { ConnectorError } from '../../errors.ts';
import type { Clock } from '../../http/clock.ts';
import { check } from '../../source/check.ts';
import type { Connection } from '../../source/connection.ts';
import { type DiscoveredStream, discover } from '../../source/discover.ts';
import type { SyncEvent } from '../../source/events.ts';
import { retryLog } from '../../source/retry-log.ts';
import { selectStream } from '../../source/select.ts';
import { sync } from '../../source/sync.ts';
import { readSavedStates } from '../saved-states.ts';
import type { ConfiguredStream } from './configured-catalog.ts';
import { createAirbyteEncoder } from './encode.ts';
import { type AirbyteStream, catalogLine, toLine } from './messages.ts';

/** What the commands of both protocols need besides their files. */
export interface CommandContext {
  readonly config: Config;
  readonly connection: Connection;
  readonly clock: Clock;
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal;
  /** Log every call that is tried again. */
  readonly isDebug: boolean;
}

/** Yields the one CONNECTION_STATUS. Wrong settings and hosts that do not answer are an answer; our own defects are thrown. */
export async function* checkCommand(open: () => Promise<CommandContext>): AsyncGenerator<string, void, undefined> {
  const logs: string[] = [];
  try {
    const context = await open();
    const { config, connection, stop } = context;
    collectRetries(context, logs);
    const message = await check({ config, connection, signal: stop });
    yield* logs;
    yield toLine({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED', message } });
  } catch (error) {
    yield* logs;
    if (!(error instanceof ConnectorError) || error.failureType === 'system_error') throw error;
    yield toLine({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: error.message } });
  }
}

/** Yields the one CATALOG, in pieces, after the WARNs about what is left out. */
export async function* discoverCommand(context: CommandContext): AsyncGenerator<string, void, undefined> {
  const { config, connection, stop } = context;
  const logs: string[] = [];
  collectRetries(context, logs);
  const warn = (message: string): number => logs.push(toLine({ type: 'LOG', log: { level: 'WARN', message } }));
  try {
    const discovered = await discover({ config, connection, warn, signal: stop });
    yield* new Set(logs);
    yield* catalogLine(discovered.map(toAirbyteStream));
  } catch (error) {
    yield* new Set(logs);
    throw error;
  }
}

/** Somebody waits for one answer: what was tried again on the way is told only to who asks for it. */
function collectRetries({ connection, isDebug }: CommandContext, logs: string[]): void {
  if (!isDebug) return;
  connection.onRetry((notice) => {
    const log = retryLog(notice, isDebug);
    if (log !== undefined) logs.push(toLine({ type: 'LOG', log }));
  });
}

/** A stream as catalogs describe it. */
export function toAirbyteStream({ stream, jsonSchema }: DiscoveredStream): AirbyteStream {
  const isIncremental = stream.cursorField !== undefined;
  return {
    name: stream.name,
    json_schema: jsonSchema,
    supported_sync_modes: isIncremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
    // Resumable full refreshes have a cursor of the source's own making, too; only a property can be a default.
    source_defined_cursor: true,
    ...(stream.cursorField === undefined ? {} : { default_cursor_field: [stream.cursorField] }),
    source_defined_primary_key: stream.primaryKey.map((key) => [key]),
    is_resumable: true,
  };
}

export interface ReadOptions extends CommandContext {
  readonly catalog: readonly ConfiguredStream[];
  /** The parsed file, unchecked; undefined when none was given. */
  readonly state: unknown;
  readonly jobId: string | null;
  /** Told every event before its lines are written. */
  readonly observe?: (event: SyncEvent) => void;
}

/**
 * Yields the messages of a sync as whole lines, rows as bytes, and returns whether every stream is complete. Throws a
 * `config_error` only for a state that cannot be used at all; what fails inside a stream is said in messages.
 */
export async function* readCommand(options: ReadOptions): AsyncGenerator<string | Buffer, boolean, undefined> {
  const { catalog, config, connection, clock, stop, jobId, isDebug, observe } = options;
  const states = readSavedStates(options.state);
  const selected = catalog.map(({ descriptor: { name }, syncMode, properties }) =>
    selectStream({ name, syncMode, properties, savedState: states.get(name) }),
  );
  const encode = createAirbyteEncoder({
    descriptors: catalog.map(({ descriptor }) => descriptor),
    now: () => clock.now(),
  });
  let isComplete = true;
  const events = sync({ selected, connection, config, clock, stop, jobId, isDebug });
  for await (const event of events) {
    if (event.type === 'stream-end' && !event.isComplete) isComplete = false;
    observe?.(event);
    yield* encode(event);
  }
  yield* encode({ type: 'log', level: 'INFO', message: closingLine(connection) });
  return isComplete;
}

function closingLine({ pace }: Connection): string {
  const { callsMade, callsByLane, monthRemaining } = pace();
  const lanes = Object.entries(callsByLane).map(([lane, calls]) => `${lane} ${calls}`);
  const left = monthRemaining === undefined ? '' : ` ${monthRemaining} calls are left this month.`;
  return `API calls: ${callsMade}${lanes.length === 0 ? '' : ` (${lanes.join(', ')})`}.${left}`;
}
