import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { configOf, discoverStreams } from '../support/affinity-account.ts';
import { temporaryFolder } from '../support/airbyte-process.ts';
import { type AirbyteStream, type JsonNode, run } from '../support/airbyte-run.ts';
import { brokenSettings, brokenSinceRelease, brokenStreams, readReleased } from '../support/compatibility.ts';

let spec: JsonNode;
let streams: readonly AirbyteStream[];

beforeAll(async () => {
  const sandbox = await startSandbox();
  streams = await discoverStreams(configOf(sandbox, { list_references: ['all'] }));
  await sandbox.close();
  const found = (await run(['spec'])).messages[0]?.spec?.connectionSpecification;
  if (found === undefined) throw new Error('no specification');
  spec = found;
});

/** A copy with one change, at a path such as `properties.api_key`. */
function bend<T>(value: T, path: string, change: Record<string, unknown>): T {
  const copy = structuredClone(value);
  let node = copy as Record<string, unknown>;
  for (const name of path.split('.').filter((each) => each !== '')) node = node[name] as Record<string, unknown>;
  for (const [name, inner] of Object.entries(change)) {
    if (inner === undefined) delete node[name];
    else node[name] = inner;
  }
  return copy;
}

describe('brokenSettings', () => {
  it.each<[fault: string, path: string, change: Record<string, unknown>]>([
    ['.start_date is gone', 'properties', { start_date: undefined }],
    ['.start_date is required now', '', { required: ['api_key', 'start_date'] }],
    ['.region is required now', '', { required: ['api_key', 'region'] }],
    ['.start_date is no longer of type string', 'properties.start_date', { type: 'integer' }],
    ['.start_date has another format', 'properties.start_date', { format: 'date' }],
    ['.start_date has another pattern', 'properties.start_date', { pattern: '^2' }],
    ['.api_key has another pattern', 'properties.api_key', { pattern: '^aff_' }],
    ['.monthly_call_reserve has another minimum', 'properties.monthly_call_reserve', { minimum: 10 }],
    ['.monthly_call_reserve has another default', 'properties.monthly_call_reserve', { default: 10 }],
    ['.field_layout lost the option array', 'properties.field_layout', { enum: ['columns'] }],
    ['.api_base_url is limited to options', 'properties.api_base_url', { enum: ['https://api.affinity.co'] }],
    ['.list_references[] is no longer of type string', 'properties.list_references.items', { type: 'integer' }],
  ])('%s', (fault, path, change) => {
    expect(brokenSettings(spec, bend(spec, path, change))).toEqual([fault]);
  });

  it.each<[name: string, path: string, change: Record<string, unknown>]>([
    ['a new setting', 'properties', { region: { type: 'string' } }],
    ['other words', 'properties.api_key', { title: 'Key', description: 'Another.', order: 7, examples: [] }],
    ['a new option', 'properties.field_layout', { enum: ['columns', 'array', 'both'] }],
    ['a wider type', 'properties.monthly_call_reserve', { type: 'number' }],
    ['no pattern any more', 'properties.start_date', { pattern: undefined, format: undefined }],
    ['less that is required', '', { required: [] }],
  ])('lets %s pass', (_name, path, change) => {
    expect(brokenSettings(spec, bend(spec, path, change))).toEqual([]);
  });
});

describe('brokenStreams', () => {
  const bendStream = (name: string, path: string, change: Record<string, unknown>): AirbyteStream[] =>
    streams.map((stream) => (stream.name === name ? bend(stream, path, change) : stream));

  it.each<[fault: string, stream: string, path: string, change: Record<string, unknown>]>([
    ['emails is gone', 'emails', '', { name: 'mails' }],
    ['emails.subject is gone', 'emails', 'json_schema.properties', { subject: undefined }],
    [
      'emails.subject is integer,null and was null,string',
      'emails',
      'json_schema.properties.subject',
      { type: ['null', 'integer'] },
    ],
    ['emails.subject is string and was null,string', 'emails', 'json_schema.properties.subject', { type: 'string' }],
    ['emails.sentAt has another format', 'emails', 'json_schema.properties.sentAt', { format: undefined }],
    [
      'emails.sentAt has another airbyte_type',
      'emails',
      'json_schema.properties.sentAt',
      { airbyte_type: 'timestamp_without_timezone' },
    ],
    ['emails has another default_cursor_field', 'emails', '', { default_cursor_field: ['id'] }],
    ['emails has another source_defined_primary_key', 'emails', '', { source_defined_primary_key: [['sentAt']] }],
    ['emails has another namespace', 'emails', '', { namespace: 'crm' }],
    ['emails has no incremental any more', 'emails', '', { supported_sync_modes: ['full_refresh'] }],
    ['list_3300_entries.status is gone', 'list_3300_entries', 'json_schema.properties', { status: undefined }],
  ])('%s', (fault, stream, path, change) => {
    expect(brokenStreams(streams, bendStream(stream, path, change))).toEqual([fault]);
  });

  it('sees a column inside of another', () => {
    const after = bendStream('emails', 'json_schema.properties.from.properties', { emailAddress: undefined });
    expect(brokenStreams(streams, after)).toEqual(['emails.from.emailAddress is gone']);
  });

  it('lets new streams, columns and modes pass', () => {
    const [first, ...rest] = streams;
    if (first === undefined) throw new Error('no streams');
    const older = bend({ ...first, supported_sync_modes: [] }, 'json_schema.properties', { id: undefined });
    expect(brokenStreams([older], [first, ...rest])).toEqual([]);
  });
});

describe('the newest release', () => {
  it('is read from its files', async () => {
    const folder = join(await temporaryFolder(), 'released');
    await mkdir(folder);
    const url = pathToFileURL(`${folder}/`);
    expect(await readReleased(url)).toEqual({});
    await writeFile(join(folder, 'spec.json'), JSON.stringify({ connectionSpecification: spec }));
    await writeFile(join(folder, 'discovered.json'), JSON.stringify({ streams }));
    expect(await readReleased(url)).toEqual({ spec, streams });
  });

  it('has no setting, stream or column that this version broke', async () => {
    expect(brokenSinceRelease(await readReleased(), spec, streams)).toEqual([]);
    expect(brokenSinceRelease({ spec, streams }, {}, []).length).toBeGreaterThan(streams.length);
  });
});
