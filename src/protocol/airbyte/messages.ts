import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import type { ConnectorError, FailureType } from '../../errors.ts';
import { toJsonLine, toOneLine } from '../../json/line.ts';
import type { LogLevel } from '../../source/events.ts';

export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

export interface StreamDescriptor {
  readonly name: string;
  readonly namespace?: string;
}

interface ErrorTrace {
  readonly message: string;
  readonly internal_message?: string;
  readonly stack_trace?: string;
  readonly failure_type: FailureType;
  readonly stream_descriptor?: StreamDescriptor;
}

interface StatusTrace {
  readonly stream_descriptor: StreamDescriptor;
  readonly status: StreamStatus;
  readonly reasons?: readonly {
    readonly type: 'RATE_LIMITED';
    readonly rate_limited: { readonly quota_reset: number };
  }[];
}

export interface AirbyteStream {
  readonly name: string;
  readonly json_schema: JsonSchemaNode;
  readonly supported_sync_modes: readonly ('full_refresh' | 'incremental')[];
  readonly source_defined_cursor: boolean;
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly is_resumable: boolean;
}

/**
 * Every message this source writes but RECORD and CATALOG, which are put together from their parts. Times are epoch
 * milliseconds.
 */
export type AirbyteMessage =
  | { readonly type: 'SPEC'; readonly spec: unknown }
  | {
      readonly type: 'CONNECTION_STATUS';
      readonly connectionStatus: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message: string };
    }
  | { readonly type: 'LOG'; readonly log: { readonly level: LogLevel; readonly message: string } }
  | {
      readonly type: 'STATE';
      readonly state: {
        readonly type: 'STREAM';
        readonly stream: {
          readonly stream_descriptor: StreamDescriptor;
          readonly stream_state: Record<string, unknown>;
        };
        readonly sourceStats: { readonly recordCount: number };
      };
    }
  | {
      readonly type: 'TRACE';
      readonly trace: { readonly type: 'ERROR'; readonly emitted_at: number; readonly error: ErrorTrace };
    }
  | {
      readonly type: 'TRACE';
      readonly trace: {
        readonly type: 'STREAM_STATUS';
        readonly emitted_at: number;
        readonly stream_status: StatusTrace;
      };
    };

/** One message as one line, its line feed included. */
export function toLine(message: AirbyteMessage): string {
  return toJsonLine(message);
}

/** A CATALOG in pieces: as one text, that of a thousand lists takes more memory than all that was read for it. */
export function* catalogLine(streams: Iterable<AirbyteStream>): Generator<string, void, undefined> {
  yield '{"type":"CATALOG","catalog":{"streams":[';
  let isFirst = true;
  for (const stream of streams) {
    yield isFirst ? toOneLine(stream) : `,${toOneLine(stream)}`;
    isFirst = false;
  }
  yield ']}}\n';
}

/** The TRACE ERROR for a failure: words for the user, and what developers need in the internal fields. */
export function errorTrace(error: ConnectorError, emittedAt: number, stream?: StreamDescriptor): AirbyteMessage {
  const internal = causes(error);
  return {
    type: 'TRACE',
    trace: {
      type: 'ERROR',
      emitted_at: emittedAt,
      error: {
        message: error.message,
        ...(internal === '' ? {} : { internal_message: internal }),
        ...(error.stack === undefined ? {} : { stack_trace: error.stack }),
        failure_type: error.failureType,
        ...(stream === undefined ? {} : { stream_descriptor: stream }),
      },
    },
  };
}

function causes(error: unknown, depth = 0): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined || depth === 5) return '';
  const own = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return [own, causes(cause, depth + 1)].filter((text) => text !== '').join(' ← ');
}
