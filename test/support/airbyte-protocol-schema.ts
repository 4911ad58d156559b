import { Ajv, type ValidateFunction } from 'ajv';

type Schema = Record<string, unknown>;

/** An object that needs `required`, may have more than it declares (the protocol always allows that), and is typed. */
function object(required: readonly string[], properties: Schema): Schema {
  return { type: 'object', required, properties, additionalProperties: true };
}

const text: Schema = { type: 'string' };
const choice = (...values: readonly string[]): Schema => ({ enum: values });
const listOf = (items: Schema, minItems = 0): Schema => ({ type: 'array', items, minItems });
const milliseconds: Schema = { type: 'integer', minimum: 1_000_000_000_000, maximum: 9_999_999_999_999 };
const descriptor = object(['name'], { name: { type: 'string', minLength: 1 }, namespace: text });
const anyObject: Schema = { type: 'object' };

const change = object(['field', 'change', 'reason'], {
  field: { type: 'string', minLength: 1 },
  change: choice('NULLED', 'TRUNCATED'),
  reason: choice(
    ...['SOURCE', 'DESTINATION', 'PLATFORM'].flatMap((who) =>
      ['RECORD_SIZE_LIMITATION', 'FIELD_SIZE_LIMITATION', 'SERIALIZATION_ERROR'].map((what) => `${who}_${what}`),
    ),
    'SOURCE_RETRIEVAL_ERROR',
    'DESTINATION_TYPECAST_ERROR',
  ),
});

const record = object(['stream', 'data', 'emitted_at'], {
  stream: { type: 'string', minLength: 1 },
  namespace: text,
  // Platforms drop records without data and then miss them in the counts.
  data: { type: 'object', minProperties: 1 },
  emitted_at: milliseconds,
  meta: object([], { changes: listOf(change, 1) }),
});

const streamState = object(['stream_descriptor', 'stream_state'], {
  stream_descriptor: descriptor,
  stream_state: anyObject,
});
const stats = object(['recordCount'], { recordCount: { type: 'integer', minimum: 0 } });
/** The protocol knows GLOBAL and LEGACY, too; platforms count only what comes per stream. */
const state = {
  ...object(['type', 'stream', 'sourceStats'], { type: choice('STREAM'), stream: streamState, sourceStats: stats }),
  not: { required: ['data'] },
};

const log = object(['level', 'message'], {
  level: choice('FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'),
  message: { type: 'string', minLength: 1 },
  stack_trace: text,
});

const failure = object(['message', 'failure_type'], {
  message: { type: 'string', minLength: 1 },
  internal_message: text,
  stack_trace: text,
  failure_type: choice('system_error', 'config_error', 'transient_error'),
  stream_descriptor: descriptor,
});
const status = object(['stream_descriptor', 'status'], {
  stream_descriptor: descriptor,
  status: choice('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'),
  reasons: listOf(
    object(['type'], {
      type: choice('RATE_LIMITED'),
      rate_limited: object([], { quota_reset: milliseconds }),
    }),
    1,
  ),
});
const trace = {
  ...object(['type', 'emitted_at'], { emitted_at: milliseconds }),
  oneOf: [
    object(['error'], { type: choice('ERROR'), error: failure }),
    object(['stream_status'], { type: choice('STREAM_STATUS'), stream_status: status }),
  ],
};

const spec = object(['connectionSpecification'], {
  connectionSpecification: anyObject,
  documentationUrl: { type: 'string', pattern: '^https://' },
  changelogUrl: { type: 'string', pattern: '^https://' },
  supportsIncremental: { type: 'boolean' },
  protocol_version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
});

const connectionStatus = object(['status', 'message'], { status: choice('SUCCEEDED', 'FAILED'), message: text });

const stream = object(['name', 'json_schema', 'supported_sync_modes'], {
  name: { type: 'string', minLength: 1 },
  json_schema: anyObject,
  supported_sync_modes: listOf(choice('full_refresh', 'incremental'), 1),
  source_defined_cursor: { type: 'boolean' },
  default_cursor_field: listOf(text),
  source_defined_primary_key: listOf(listOf(text, 1)),
  namespace: text,
  is_resumable: { type: 'boolean' },
});

/** By message type, where its payload is and what that has to be. */
const payloads: Readonly<Record<string, readonly [key: string, schema: Schema]>> = {
  RECORD: ['record', record],
  STATE: ['state', state],
  LOG: ['log', log],
  TRACE: ['trace', trace],
  SPEC: ['spec', spec],
  CONNECTION_STATUS: ['connectionStatus', connectionStatus],
  CATALOG: ['catalog', object(['streams'], { streams: listOf(stream) })],
};

const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
const validators = new Map<string, ValidateFunction>(
  Object.entries(payloads).map(([type, [key, schema]]) => [
    type,
    // A message carries its own payload alone; a misspelt or second one would be ignored by its readers.
    ajv.compile({
      type: 'object',
      required: ['type', key],
      properties: { type: text, [key]: schema },
      additionalProperties: false,
    }),
  ]),
);

/** What is wrong with a message of a source by the Airbyte protocol (version 0); nothing when it fits. */
export function protocolFaults(message: unknown): string[] {
  const type = typeof message === 'object' && message !== null && 'type' in message ? String(message.type) : 'nothing';
  const validate = validators.get(type);
  if (validate === undefined) return [`a source does not send messages of type ${type}`];
  if (validate(message)) return [];
  return (validate.errors ?? []).map(({ instancePath, message: what }) => `${type}${instancePath} ${what}`);
}
