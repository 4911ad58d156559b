import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import type { Config } from '../config.ts';
import { type ConnectorError, toConnectorError } from '../errors.ts';
import type { Clock } from '../http/clock.ts';
import { createLookups, type Lookups } from '../streams/lookups.ts';
import type { ReadContext, Stream } from '../streams/stream.ts';
import type { Connection } from './connection.ts';
import { createEventQueue } from './event-queue.ts';
import type { SyncEvent } from './events.ts';
import { type PartitionReport, readPartitions } from './partitions.ts';
import { createPlaces, type Places } from './places.ts';
import { planStream } from './plan.ts';
import { StreamProgress } from './progress.ts';
import { retryLog } from './retry-log.ts';
import { createRowPreparer, createRowSkimmer, prepareItems } from './rows.ts';
import { type SyncStart, startOfSync } from './start.ts';
import { emptyState, type StreamState, type SyncMode, serialiseState } from './stream-state.ts';

/** A stream that the user's catalog names. */
export interface SelectedStream {
  readonly stream: Stream;
  readonly mode: SyncMode;
  /** Where an earlier sync left off. */
  readonly state: StreamState | undefined;
  /** What the catalog declares; undefined when it declares no properties at all. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  /** Of these, what is not to be written: declared all the same, so that fields find their columns. */
  readonly deselected?: ReadonlySet<string>;
}

export interface SyncOptions {
  readonly selected: readonly SelectedStream[];
  readonly connection: Connection;
  readonly config: Config;
  readonly clock: Clock;
  /** Aborted when the user asks to stop: what is complete is still written. */
  readonly stop: AbortSignal;
  /** The platform's name for this job, which stays the same when it tries again. */
  readonly jobId: string | null;
  /** Log every call that is tried again, not only those that go wrong for long. */
  readonly isDebug: boolean;
}

/** Pages of an ordinary size that may be in memory at once. */
const PAGES_IN_MEMORY = 32;
const PARTITIONS_PER_STREAM = 8;
/**
 * Streams that are read side by side. More would only wait for places: an account of a thousand lists may have a thousand
 * streams, and what reads one with columns of its own takes 50 KB.
 */
const STREAMS_AT_ONCE = 2 * PAGES_IN_MEMORY;
const ROWS_PER_STATE = 1000;
const STATE_INTERVAL_MS = 5000;

class StopRequested extends Error {}

type Item =
  | { readonly type: 'planned'; readonly run: StreamRun; readonly progress: StreamProgress }
  | { readonly type: 'report'; readonly run: StreamRun; readonly report: PartitionReport }
  | { readonly type: 'end'; readonly run: StreamRun; readonly outcome: Outcome }
  | { readonly type: 'event'; readonly event: SyncEvent };

type Outcome =
  | { readonly isComplete: true }
  | { readonly isComplete: false; readonly error: ConnectorError | undefined };

/** What the consumer keeps of a stream that is being read. */
interface StreamRun extends SelectedStream {
  progress: StreamProgress | undefined;
  rowsSinceState: number;
  lastStateMs: number;
  /** The JSON of the state last known outside: platforms refuse two equal ones in a row. */
  lastStateJson: string | undefined;
}

/**
 * Reads the selected streams side by side, hundreds of them a few dozens at a time, and yields what happens. Each stream
 * starts at once and ends once, complete or not; a failing one does not stop the others, unless the failure is
 * everybody's. State is composed only from what the consumer has taken before. Nothing is fetched while the consumer
 * holds all places in memory.
 */
export async function* sync(options: SyncOptions): AsyncGenerator<SyncEvent, void, undefined> {
  const { selected, connection, clock, stop, isDebug } = options;
  const queue = createEventQueue<Item>();
  const places = createPlaces(PAGES_IN_MEMORY);
  const halt = new AbortController();
  const onStop = (): void => halt.abort(new StopRequested('A stop was asked for.'));
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });

  const warned = new Set<string>();
  const warn = (message: string): void => {
    if (warned.has(message)) return;
    warned.add(message);
    queue.push({ type: 'event', event: { type: 'log', level: 'WARN', message } });
  };
  const runs = selected.map(
    (each): StreamRun => ({
      ...each,
      progress: undefined,
      rowsSinceState: 0,
      lastStateMs: clock.monotonic(),
      lastStateJson: undefined,
    }),
  );
  const unfinished = new Set(runs);
  connection.onWait((untilMs) => {
    const streams = [...unfinished].map(({ stream }) => stream.name);
    queue.push({ type: 'event', event: { type: 'rate-limited', streams, untilMs } });
  });
  connection.onRetry((notice) => {
    const log = retryLog(notice, isDebug);
    if (log !== undefined) queue.push({ type: 'event', event: { type: 'log', ...log } });
  });

  try {
    for (const { stream } of runs) yield { type: 'stream-start', stream: stream.name };
    const finished = readAll({ ...options, runs, places, halt, warn, push: queue.push }).finally(queue.close);
    for await (const item of queue) {
      if (item.type === 'end') unfinished.delete(item.run);
      yield* consume(item, { clock, jobId: options.jobId });
    }
    await finished;
  } finally {
    stop.removeEventListener('abort', onStop);
    halt.abort(new StopRequested('The consumer has gone.'));
  }
}

interface Reading extends SyncOptions {
  readonly runs: readonly StreamRun[];
  readonly places: Places;
  readonly halt: AbortController;
  readonly warn: (message: string) => void;
  readonly push: (item: Item) => void;
}

async function readAll(reading: Reading): Promise<void> {
  const { runs, halt, warn, push } = reading;
  if (runs.length === 0) return;
  const { affinity } = reading.connection;
  const lookups = createLookups((what) => affinity.for({ what, lane: 'lists and fields', signal: halt.signal, warn }));
  const start = startOfSync({ ...reading, signal: halt.signal });
  const pending = runs.values();

  async function work(): Promise<void> {
    for (const run of pending) {
      try {
        const started = await start;
        halt.signal.throwIfAborted();
        await readStream({ ...reading, run, lookups, ...started });
        push({ type: 'end', run, outcome: { isComplete: true } });
      } catch (thrown) {
        const reason: unknown = halt.signal.aborted ? halt.signal.reason : thrown;
        const error = reason instanceof StopRequested ? undefined : toConnectorError(reason);
        push({ type: 'end', run, outcome: { isComplete: false, error } });
        if (error?.stopsSync) halt.abort(error);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(STREAMS_AT_ONCE, runs.length) }, work));
}

async function readStream(reading: Reading & SyncStart & { run: StreamRun; lookups: Lookups }): Promise<void> {
  const { run, connection, config, lookups, nowMs, hasMonthlyQuota, places, halt, jobId, push } = reading;
  const { stream } = run;
  const warn = (message: string): void => reading.warn(`${stream.name}: ${message}`);
  // One part that fails ends the stream: what its other parts wait for, minutes in the worst case, is of no use then.
  const failed = new AbortController();
  const prepare = createRowPreparer({ ...run, warn: reading.warn });
  const context: ReadContext = {
    affinity: connection.affinity.for({
      what: stream.name,
      permission: stream.permission?.name,
      lane: stream.name,
      signal: AbortSignal.any([halt.signal, failed.signal]),
    }),
    config,
    lookups,
    nowMs,
    hasMonthlyQuota,
    properties: run.properties,
    deselected: run.deselected,
    prepare,
    skim: createRowSkimmer(run),
    warn,
  };
  const saved = resumableState(run);
  if (isDoneByThisJob(saved, jobId)) {
    push({ type: 'planned', run, progress: new StreamProgress({ state: saved, rule: stream.time, nowMs }) });
    return;
  }
  const { state, partitions, need } = await planStream({ stream, saved, context, nowMs });
  const progress = new StreamProgress({ state, rule: stream.time, nowMs, need });
  push({ type: 'planned', run, progress });
  await readPartitions({
    partitions,
    read: (partition, cursor) => prepareItems(stream.readPartition(context, partition, cursor), prepare),
    savedCursor: ({ key }) => state.begun.get(key)?.cursor,
    concurrency: PARTITIONS_PER_STREAM,
    places: places.of(stream.name),
    report: (report) => push({ type: 'report', run, report }),
    warn,
    signal: halt.signal,
    onFailure: (error) => failed.abort(error),
  });
}

/** A state of the other mode says nothing about this one: what it covered may never have reached the destination's table. */
function resumableState({ state, mode }: SelectedStream): StreamState {
  return state === undefined || state.mode !== mode ? emptyState(mode) : state;
}

/**
 * A platform hands the mark of a finished full refresh back to a later attempt of the same job, where starting over
 * would double the rows; in another job it means to start over.
 */
function isDoneByThisJob({ complete }: StreamState, jobId: string | null): boolean {
  return complete !== undefined && complete.jobId !== null && complete.jobId === jobId;
}

interface Consumer {
  readonly clock: Clock;
  readonly jobId: string | null;
}

function* consume(item: Item, consumer: Consumer): Generator<SyncEvent, void, undefined> {
  switch (item.type) {
    case 'event':
      yield item.event;
      return;
    case 'planned':
      item.run.progress = item.progress;
      return;
    case 'report':
      yield* consumeReport(item.run, item.report, consumer);
      return;
    case 'end':
      yield* consumeEnd(item.run, item.outcome, consumer);
  }
}

function* consumeReport(
  run: StreamRun,
  report: PartitionReport,
  { clock }: Consumer,
): Generator<SyncEvent, void, undefined> {
  const { progress, stream } = run;
  if (progress === undefined) return;
  switch (report.type) {
    case 'page': {
      const { rows } = report.page;
      run.rowsSinceState += rows.length;
      yield { type: 'page', stream: stream.name, rows, emittedAtMs: clock.now() };
      for (const row of rows) row.giveBack();
      report.release();
      return;
    }
    case 'begin':
      progress.begin(report.partition);
      return;
    case 'restart':
      progress.restart(report.partition);
      return;
    case 'reread-from':
      progress.rereadFrom(report.partition, report.timeMs);
      return;
    case 'checkpoint':
      progress.checkpoint(report.partition, report.cursor);
      break;
    case 'finish':
      progress.finish(report.partition);
  }
  const isDue = run.rowsSinceState >= ROWS_PER_STATE || clock.monotonic() - run.lastStateMs >= STATE_INTERVAL_MS;
  if (isDue) yield* emitState(run, progress, clock);
}

function* consumeEnd(
  run: StreamRun,
  outcome: Outcome,
  { clock, jobId }: Consumer,
): Generator<SyncEvent, void, undefined> {
  const { progress, stream } = run;
  if (outcome.isComplete) {
    progress?.complete(jobId);
    if (progress !== undefined) yield* emitState(run, progress, clock);
    yield { type: 'stream-end', stream: stream.name, isComplete: true };
    return;
  }
  // What was written before the failure need not be read again. A stream that has written nothing has nothing to say.
  if (progress?.hasMoved) yield* emitState(run, progress, clock);
  const { error } = outcome;
  yield { type: 'stream-end', stream: stream.name, isComplete: false, ...(error === undefined ? {} : { error }) };
}

function* emitState(run: StreamRun, { state }: StreamProgress, clock: Clock): Generator<SyncEvent, void, undefined> {
  run.lastStateMs = clock.monotonic();
  const json = JSON.stringify(serialiseState(state));
  if (json === run.lastStateJson) return;
  run.rowsSinceState = 0;
  run.lastStateJson = json;
  yield { type: 'checkpoint', stream: run.stream.name, state };
}
