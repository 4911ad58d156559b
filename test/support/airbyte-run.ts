import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runAirbyte } from '../../src/cli/airbyte.ts';
import type { Io } from '../../src/cli/io.ts';
import { systemClock } from '../../src/http/clock.ts';
import { protocolFaults } from './airbyte-protocol-schema.ts';

export interface StreamDescriptor {
  readonly name: string;
  readonly namespace?: string;
}

export interface AirbyteRecord {
  readonly stream: string;
  readonly namespace?: string;
  readonly data: Record<string, unknown>;
  readonly emitted_at: number;
  readonly meta?: { readonly changes: readonly { field: string; change: string; reason: string }[] };
}

export interface AirbyteState {
  readonly type: string;
  readonly stream: { readonly stream_descriptor: StreamDescriptor; readonly stream_state: Record<string, unknown> };
  readonly sourceStats: { readonly recordCount: number };
}

export interface AirbyteError {
  readonly message: string;
  readonly internal_message?: string;
  readonly failure_type: string;
  readonly stream_descriptor?: StreamDescriptor;
}

export interface AirbyteTrace {
  readonly type: string;
  readonly emitted_at: number;
  readonly error?: AirbyteError;
  readonly stream_status?: {
    readonly stream_descriptor: StreamDescriptor;
    readonly status: string;
    readonly reasons?: readonly unknown[];
  };
}

export interface JsonNode {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly items?: JsonNode;
  readonly properties?: Readonly<Record<string, JsonNode>>;
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

export interface AirbyteStream {
  readonly name: string;
  readonly namespace?: string;
  readonly json_schema: JsonNode & { readonly properties: Readonly<Record<string, JsonNode>> };
  readonly supported_sync_modes: readonly string[];
  readonly source_defined_cursor?: boolean;
  readonly default_cursor_field?: readonly string[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly is_resumable?: boolean;
}

export interface AirbyteMessage {
  readonly type: string;
  readonly record?: AirbyteRecord;
  readonly state?: AirbyteState;
  readonly trace?: AirbyteTrace;
  readonly log?: { readonly level: string; readonly message: string };
  readonly spec?: { readonly connectionSpecification: JsonNode };
  readonly connectionStatus?: { readonly status: string; readonly message: string };
  readonly catalog?: { readonly streams: readonly AirbyteStream[] };
}

/** What a command said, taken apart. */
export interface Output {
  readonly exitCode: number;
  readonly text: string;
  readonly messages: readonly AirbyteMessage[];
  readonly records: readonly AirbyteRecord[];
  readonly states: readonly AirbyteState[];
  readonly errors: readonly AirbyteError[];
  /** Of the streams, in the order of their first status, such as `STARTED RUNNING COMPLETE`. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly logs: readonly string[];
  readonly warnings: readonly string[];
  recordsOf(stream: string): readonly Record<string, unknown>[];
}

export interface RunOptions extends Partial<Omit<Io, 'readFile' | 'stdout'>> {
  /** Files by the name under which the command line gives them: text, or what is to be written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
}

/** Runs the whole program inside this process. Throws when a line does not fit the protocol. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { text, exitCode } = await runForText(argv, options);
  return takeApart(text, exitCode);
}

/** The same for what is no protocol, such as help. */
export async function runForText(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<{ exitCode: number; text: string }> {
  const { files = {}, ...io } = options;
  const chunks: string[] = [];
  const stdout = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const exitCode = await runAirbyte(argv, {
    stdout,
    env: {},
    clock: systemClock,
    random: () => 0.5,
    stop: new AbortController().signal,
    readFile: (path) => readVirtually(files, path),
    ...io,
  });
  return { text: chunks.join(''), exitCode };
}

const SPEC = fileURLToPath(new URL('../../spec.json', import.meta.url));

async function readVirtually(files: Readonly<Record<string, unknown>>, path: string): Promise<Buffer> {
  if (path === SPEC) return await readFile(path);
  if (!Object.hasOwn(files, path)) throw Object.assign(new Error(`ENOENT: no such file ${path}`), { code: 'ENOENT' });
  const content = files[path];
  if (content instanceof Error) throw content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}

/** Parses output, and holds every line against the protocol. */
export function takeApart(text: string, exitCode: number): Output {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`the last line is cut: ${text.slice(-200)}`);
  const split = /[\u2028\u2029\u0085\r]/.exec(text);
  if (split !== null) throw new Error(`a line holds ${JSON.stringify(split[0])}, at which some readers split`);
  const messages = text.split('\n').slice(0, -1).map(parseMessage);
  const traces = messages.flatMap(({ trace }) => trace ?? []);
  const records = messages.flatMap(({ record }) => record ?? []);
  const statuses: Record<string, string> = {};
  for (const { stream_status } of traces) {
    if (stream_status === undefined) continue;
    const { stream_descriptor, status, reasons } = stream_status;
    const { name } = stream_descriptor;
    if (reasons === undefined) statuses[name] = name in statuses ? `${statuses[name]} ${status}` : status;
  }
  const logs = messages.flatMap(({ log }) => log ?? []);
  return {
    exitCode,
    text,
    messages,
    records,
    states: messages.flatMap(({ state }) => state ?? []),
    errors: traces.flatMap(({ error }) => error ?? []),
    statuses,
    logs: logs.map(({ message }) => message),
    warnings: logs.filter(({ level }) => level === 'WARN').map(({ message }) => message),
    recordsOf: (stream) => records.filter((record) => record.stream === stream).map(({ data }) => data),
  };
}

function parseMessage(line: string): AirbyteMessage {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new Error(`not a line of JSON: ${line.slice(0, 200)}`);
  }
  const faults = protocolFaults(message);
  if (faults.length > 0) throw new Error(`${faults.join('; ')} in ${line.slice(0, 500)}`);
  return message as AirbyteMessage;
}
