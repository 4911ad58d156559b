import { toOneLine } from '../../json/line.ts';
import type { SyncEvent } from '../../source/events.ts';
import { serialiseState } from '../../source/stream-state.ts';
import type { PreparedRow } from '../../streams/prepared-row.ts';
import { createRecordLines } from '../record-lines.ts';
import { type AirbyteMessage, errorTrace, type StreamDescriptor, type StreamStatus, toLine } from './messages.ts';

export interface EncoderOptions {
  /** How the catalog names the streams: the namespace must come back as it was given. */
  readonly descriptors: readonly StreamDescriptor[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Turns events into lines. Counts the records of each stream since its last STATE, as platforms check them. */
export function createAirbyteEncoder({ descriptors, now }: EncoderOptions) {
  const byName = new Map(descriptors.map((descriptor) => [descriptor.name, descriptor]));
  const recordCounts = new Map<string, number>();
  const recordLines = createRecordLines();
  const ended = new Set<string>();
  const descriptorOf = (stream: string): StreamDescriptor => byName.get(stream) ?? { name: stream };

  function status(stream: string, value: StreamStatus, resetMs?: number): string {
    const reasons =
      resetMs === undefined
        ? {}
        : { reasons: [{ type: 'RATE_LIMITED' as const, rate_limited: { quota_reset: Math.ceil(resetMs) } }] };
    return toLine({
      type: 'TRACE',
      trace: {
        type: 'STREAM_STATUS',
        emitted_at: now(),
        stream_status: { stream_descriptor: descriptorOf(stream), status: value, ...reasons },
      },
    });
  }

  /** Yields whole lines: text, and for rows bytes. */
  return function* encode(event: SyncEvent): Generator<string | Buffer, void, undefined> {
    switch (event.type) {
      case 'stream-start':
        // RUNNING at once, since a stream without rows would never say it.
        yield status(event.stream, 'STARTED') + status(event.stream, 'RUNNING');
        return;
      case 'page': {
        // Platforms drop a record without data without a word, and the count would then be wrong.
        const rows = event.rows.filter(({ hasProperties }) => hasProperties);
        recordCounts.set(event.stream, (recordCounts.get(event.stream) ?? 0) + rows.length);
        const prefix = recordPrefix(descriptorOf(event.stream), event.emittedAtMs);
        yield* recordLines(rows, { prefix, suffix: recordSuffix });
        return;
      }
      case 'checkpoint': {
        const recordCount = recordCounts.get(event.stream) ?? 0;
        recordCounts.set(event.stream, 0);
        yield toLine(stateMessage(descriptorOf(event.stream), serialiseState(event.state), recordCount));
        return;
      }
      case 'stream-end':
        ended.add(event.stream);
        if (event.error !== undefined) yield toLine(errorTrace(event.error, now(), descriptorOf(event.stream)));
        yield status(event.stream, event.isComplete ? 'COMPLETE' : 'INCOMPLETE');
        return;
      case 'rate-limited':
        // A wait may be told after a stream's end that it was begun before: an ended stream does not run.
        for (const stream of event.streams) if (!ended.has(stream)) yield status(stream, 'RUNNING', event.untilMs);
        return;
      case 'log':
        yield toLine({ type: 'LOG', log: { level: event.level, message: event.message } });
        return;
      default:
        event satisfies never;
    }
  };
}

function stateMessage(
  descriptor: StreamDescriptor,
  state: Record<string, unknown>,
  recordCount: number,
): AirbyteMessage {
  return {
    type: 'STATE',
    state: {
      type: 'STREAM',
      stream: { stream_descriptor: descriptor, stream_state: state },
      sourceStats: { recordCount },
    },
  };
}

/** All of a RECORD up to its data is the same for a whole page. */
function recordPrefix({ name, namespace }: StreamDescriptor, emittedAtMs: number): Buffer {
  const spaced = namespace === undefined ? '' : `"namespace":${toOneLine(namespace)},`;
  return Buffer.from(
    `{"type":"RECORD","record":{${spaced}"stream":${JSON.stringify(name)},"emitted_at":${emittedAtMs},"data":`,
  );
}

const PLAIN_SUFFIX = Buffer.from('}}\n');

function recordSuffix({ nulled }: PreparedRow): Buffer {
  if (nulled === undefined) return PLAIN_SUFFIX;
  const changes = nulled.map((field) => ({ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }));
  return Buffer.from(`,"meta":${toOneLine({ changes })}}}\n`);
}
