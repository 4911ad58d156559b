import * as z from 'zod';
import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { ConnectorError, type FailureType } from '../../errors.ts';
import type { LogLevel } from '../../source/events.ts';
import { toJsonLine } from '../json-line.ts';

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

/** Every message this source writes but RECORD, which the encoder puts together itself. Times are epoch milliseconds. */
export type AirbyteMessage =
  | { readonly type: 'SPEC'; readonly spec: unknown }
  | {
      readonly type: 'CONNECTION_STATUS';
      readonly connectionStatus: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message: string };
    }
  | { readonly type: 'CATALOG'; readonly catalog: { readonly streams: readonly AirbyteStream[] } }
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

/** Explicit nulls count as absent; what is no object (draft-07 knows `true`) declares nothing. */
const nodeSchema = z.unknown().transform(toNode);

function toNode(value: unknown): JsonSchemaNode {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { items, properties, ...keywords } = value as JsonSchemaNode;
  return {
    ...keywords,
    ...(items == null ? {} : { items: toNode(items) }),
    ...(properties == null
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, toNode(node)])) }),
  };
}

const AN_OBJECT = 'it must be an object';

/** A configured catalog as platforms send it: with explicit nulls, and keys of later protocol versions. */
const configuredCatalogSchema = z.looseObject({
  streams: z.array(
    z.looseObject(
      {
        stream: z.looseObject(
          {
            name: z.string('it must be text').min(1, 'it is empty'),
            namespace: z.string('it must be text').nullish(),
            json_schema: z
              .looseObject({ properties: z.record(z.string(), nodeSchema, AN_OBJECT).nullish() }, AN_OBJECT)
              .nullish(),
          },
          AN_OBJECT,
        ),
        sync_mode: z.enum(['full_refresh', 'incremental'], 'it must be "full_refresh" or "incremental"').nullish(),
      },
      AN_OBJECT,
    ),
    'it must be a list of streams',
  ),
});

export interface ConfiguredStream {
  readonly descriptor: StreamDescriptor;
  readonly syncMode: 'full_refresh' | 'incremental';
  /** What the user's schema declares; undefined when it has no properties. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
}

/** Reads a configured catalog. Throws a `config_error` that says where it is wrong. */
export function parseConfiguredCatalog(json: unknown): ConfiguredStream[] {
  const parsed = configuredCatalogSchema.safeParse(json);
  if (!parsed.success)
    throw new ConnectorError('config_error', `The catalog cannot be used: ${describeCatalogIssue(parsed.error, json)}`);
  const configured = parsed.data.streams.map(({ stream, sync_mode }): ConfiguredStream => {
    const properties = stream.json_schema?.properties ?? {};
    return {
      descriptor: { name: stream.name, ...(stream.namespace == null ? {} : { namespace: stream.namespace }) },
      syncMode: sync_mode ?? 'full_refresh',
      properties: Object.keys(properties).length === 0 ? undefined : properties,
    };
  });
  const names = configured.map(({ descriptor }) => descriptor.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ConnectorError('config_error', `The catalog cannot be used: it names the stream "${repeated}" twice.`);
  return configured;
}

function describeCatalogIssue({ issues }: z.ZodError, json: unknown): string {
  const [issue] = issues;
  if (isDiscovered(json))
    return 'it is the output of "discover"; "read" takes a configured catalog, whose streams say with which sync_mode each is read.';
  const path = issue?.path.join('.') ?? '';
  return path === '' ? 'it must be a JSON object with "streams".' : `at "${path}": ${issue?.message}.`;
}

/** What `discover` prints: the message, its content, or all of its lines. */
function isDiscovered(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if (Array.isArray(json)) return json.some(isDiscovered);
  if ('catalog' in json) return true;
  const [stream] = 'streams' in json && Array.isArray(json.streams) ? json.streams : [];
  return typeof stream === 'object' && stream !== null && 'json_schema' in stream;
}
