import { Writable } from 'node:stream';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as z from 'zod';
import { runSinger, type SingerIo } from '../../src/cli/singer.ts';
import { systemClock } from '../../src/http/clock.ts';
import type { JsonNode } from './airbyte-run.ts';

type Row = Record<string, unknown>;

const schemaMessage = z.strictObject({
  type: z.literal('SCHEMA'),
  stream: z.string().min(1),
  schema: z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.looseObject({})) }),
  key_properties: z.array(z.string()).min(1),
  bookmark_properties: z.array(z.string()).min(1).exactOptional(),
});
const recordMessage = z.strictObject({
  type: z.literal('RECORD'),
  stream: z.string(),
  record: z.record(z.string(), z.unknown()),
  time_extracted: z.iso.datetime(),
  version: z.int().exactOptional(),
});
const stateMessage = z.strictObject({
  type: z.literal('STATE'),
  value: z.strictObject({ bookmarks: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});
const activateMessage = z.strictObject({
  type: z.literal('ACTIVATE_VERSION'),
  stream: z.string(),
  version: z.int(),
});
const message = z.discriminatedUnion('type', [schemaMessage, recordMessage, stateMessage, activateMessage]);

export type SingerMessage = z.infer<typeof message>;
export type Bookmarks = Readonly<Record<string, Row>>;

/** What a run of the tap said, taken apart. */
export interface TapOutput {
  readonly exitCode: number;
  readonly text: string;
  /** What went to stderr. */
  readonly logs: string;
  readonly messages: readonly SingerMessage[];
  readonly streams: readonly string[];
  /** Of the last STATE; empty when there was none. */
  readonly bookmarks: Bookmarks;
  /** The value of the last STATE, as a target hands it back. */
  readonly state: { readonly bookmarks: Bookmarks } | undefined;
  schemaOf(stream: string): z.infer<typeof schemaMessage>;
  recordsOf(stream: string): readonly Row[];
  /** The versions on a stream's records, each once, and those it activated. */
  versionsOf(stream: string): {
    readonly written: readonly (number | undefined)[];
    readonly activated: readonly number[];
  };
}

export interface TapOptions extends Partial<Omit<SingerIo, 'readFile' | 'stdout' | 'stderr'>> {
  /** Files by the name under which the command line gives them: text, or what is to be written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  /** Sees stdout as it is written. */
  readonly onText?: (text: string) => void;
}

export interface TapText {
  readonly exitCode: number;
  readonly text: string;
  readonly logs: string;
}

/** Runs the tap inside this process, for what is not messages: catalogs, help, failures. */
export async function tapForText(argv: readonly string[], options: TapOptions = {}): Promise<TapText> {
  const { files = {}, onText, ...io } = options;
  const out: string[] = [];
  const errors: string[] = [];
  const exitCode = await runSinger(argv, {
    stdout: collectInto(out, onText),
    stderr: collectInto(errors),
    env: {},
    clock: systemClock,
    random: () => 0.5,
    stop: new AbortController().signal,
    readFile: (path) => readVirtually(files, path),
    ...io,
  });
  return { exitCode, text: out.join(''), logs: errors.join('') };
}

/** The same for a sync. Throws when a line does not fit the protocol, or a record its schema. */
export async function tap(argv: readonly string[], options: TapOptions = {}): Promise<TapOutput> {
  return takeTapApart(await tapForText(argv, options));
}

function collectInto(chunks: string[], onText?: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      onText?.(String(chunk));
      done();
    },
  });
}

async function readVirtually(files: Readonly<Record<string, unknown>>, path: string): Promise<Buffer> {
  if (!Object.hasOwn(files, path)) throw Object.assign(new Error(`ENOENT: no such file ${path}`), { code: 'ENOENT' });
  const content = files[path];
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}

/** Parses messages, and holds each against the protocol, and each record against the schema before it. */
export function takeTapApart({ text, logs, exitCode }: TapText): TapOutput {
  if (text !== '' && !text.endsWith('\n')) throw new Error(`the last line is cut: ${text.slice(-200)}`);
  const split = /[\u2028\u2029\u0085\r]/.exec(text);
  if (split !== null) throw new Error(`a line holds ${JSON.stringify(split[0])}, at which some readers split`);
  const messages = text.split('\n').slice(0, -1).map(parseLine);
  checkRecords(messages);
  const schemas = new Map(messages.flatMap((each) => (each.type === 'SCHEMA' ? [[each.stream, each] as const] : [])));
  const states = messages.filter((each) => each.type === 'STATE');
  const records = messages.filter((each) => each.type === 'RECORD');
  return {
    exitCode,
    text,
    logs,
    messages,
    streams: [...schemas.keys()],
    bookmarks: states.at(-1)?.value.bookmarks ?? {},
    state: states.at(-1)?.value,
    schemaOf(stream) {
      const schema = schemas.get(stream);
      if (schema === undefined) throw new RangeError(`no SCHEMA of ${stream}`);
      return schema;
    },
    recordsOf: (stream) => records.filter((each) => each.stream === stream).map(({ record }) => record),
    versionsOf: (stream) => ({
      written: [...new Set(records.filter((each) => each.stream === stream).map(({ version }) => version))],
      activated: messages.flatMap((each) =>
        each.type === 'ACTIVATE_VERSION' && each.stream === stream ? [each.version] : [],
      ),
    }),
  };
}

function parseLine(line: string): SingerMessage {
  const parsed = message.safeParse(JSON.parse(line));
  if (!parsed.success) throw new Error(`${z.prettifyError(parsed.error)} in ${line.slice(0, 500)}`);
  return parsed.data;
}

/** Every record follows its stream's SCHEMA, fits it, has its keys, and brings nothing undeclared. */
function checkRecords(messages: readonly SingerMessage[]): void {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const known = new Map<string, { keys: readonly string[]; properties: object; fits: ValidateFunction }>();
  for (const each of messages) {
    if (each.type === 'SCHEMA') {
      const { key_properties: keys, schema, bookmark_properties: bookmarks = [] } = each;
      const absent = [...keys, ...bookmarks].find((key) => !Object.hasOwn(schema.properties, key));
      if (absent !== undefined) throw new Error(`the SCHEMA of ${each.stream} does not declare its key ${absent}`);
      known.set(each.stream, { keys, properties: schema.properties, fits: ajv.compile(schema) });
    }
    if (each.type !== 'RECORD') continue;
    const schema = known.get(each.stream);
    if (schema === undefined) throw new Error(`a RECORD of ${each.stream} before its SCHEMA`);
    if (!schema.fits(each.record)) throw new Error(`${each.stream}: ${ajv.errorsText(schema.fits.errors)}`);
    const undeclared = Object.keys(each.record).find((name) => !Object.hasOwn(schema.properties, name));
    if (undeclared !== undefined) throw new Error(`${each.stream}: "${undeclared}" is not declared`);
    const missing = schema.keys.find((key) => each.record[key] === undefined || each.record[key] === null);
    if (missing !== undefined) throw new Error(`${each.stream}: a record without its key ${missing}`);
  }
}

export interface TapMetadata {
  readonly breadcrumb: readonly string[];
  readonly metadata: Row;
}

export interface TapStream {
  readonly tap_stream_id: string;
  readonly stream: string;
  readonly schema: JsonNode & { readonly properties: Readonly<Record<string, JsonNode>> };
  readonly key_properties: readonly string[];
  readonly replication_key?: string;
  readonly replication_method: string;
  readonly metadata: readonly TapMetadata[];
}

export interface TapCatalog {
  readonly streams: readonly TapStream[];
}

/** The catalog that `--discover` prints for a configuration. */
export async function discoverCatalog(config: object): Promise<TapCatalog> {
  const { text, logs } = await tapForText(['--config', 'config.json', '--discover'], {
    files: { 'config.json': config },
  });
  if (text === '') throw new Error(`no catalog: ${logs}`);
  return JSON.parse(text) as TapCatalog;
}

/** A catalog in which only the named streams are selected, as Meltano writes it; all of them without names. */
export function selectStreams({ streams }: TapCatalog, names?: readonly string[]): TapCatalog {
  return {
    streams: streams.map((each) => changeMetadata(each, [], { selected: names?.includes(each.tap_stream_id) ?? true })),
  };
}

/** A stream whose metadata at a breadcrumb says something more. */
export function changeMetadata(stream: TapStream, breadcrumb: readonly string[], changes: Row): TapStream {
  const isAt = (each: TapMetadata): boolean => each.breadcrumb.join('/') === breadcrumb.join('/');
  const metadata = stream.metadata.map((each) =>
    isAt(each) ? { ...each, metadata: { ...each.metadata, ...changes } } : each,
  );
  return { ...stream, metadata };
}

/** The stream of a catalog. */
export function streamOf({ streams }: TapCatalog, name: string): TapStream {
  const found = streams.find(({ tap_stream_id }) => tap_stream_id === name);
  if (found === undefined) throw new RangeError(`no stream ${name} in the catalog`);
  return found;
}

export interface SyncTapOptions extends TapOptions {
  readonly catalog?: object | string | undefined;
  readonly state?: unknown;
}

/** Runs a sync with the files it needs. */
export async function syncTap(config: object, options: SyncTapOptions = {}): Promise<TapOutput> {
  const { catalog, state, ...rest } = options;
  const argv = ['--config', 'config.json'];
  const files: Record<string, unknown> = { 'config.json': config };
  for (const [name, content] of Object.entries({ catalog, state })) {
    if (content === undefined) continue;
    argv.push(`--${name}`, `${name}.json`);
    files[`${name}.json`] = content;
  }
  return await tap(argv, { ...rest, files });
}
