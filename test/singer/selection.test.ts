import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, openAccount } from '../support/affinity-account.ts';
import { withNulls } from '../support/explicit-nulls.ts';
import {
  changeMetadata,
  discoverCatalog,
  selectStreams,
  streamOf,
  syncTap,
  type TapCatalog,
  type TapOutput,
  type TapStream,
} from '../support/singer-run.ts';

let account: Sandbox;
let catalog: TapCatalog;
let config: object;

beforeAll(async () => {
  account = await openAccount();
  config = configOf(account);
  catalog = await discoverCatalog(config);
});

afterAll(() => account.close());

const lists = (): TapStream => streamOf(catalog, 'lists');
const readOne = (stream: object): Promise<TapOutput> => syncTap(config, { catalog: { streams: [stream] } });
const atRoot = (metadata: Record<string, unknown>): object => ({
  ...lists(),
  selected: undefined,
  metadata: [{ breadcrumb: [], metadata }],
});

describe('discovery', () => {
  it('says for each stream how it is read, and what goes out whatever is selected', () => {
    for (const stream of catalog.streams) {
      const root = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata;
      expect(root).toMatchObject({ inclusion: 'available', 'table-key-properties': stream.key_properties });
      if (stream.replication_key === undefined) {
        expect(stream.replication_method).toBe('FULL_TABLE');
        expect(root).toMatchObject({ 'forced-replication-method': 'FULL_TABLE' });
      } else {
        expect(stream.replication_method).toBe('INCREMENTAL');
        expect(root).toMatchObject({
          'replication-method': 'INCREMENTAL',
          'valid-replication-keys': [stream.replication_key],
        });
      }
      const automatic = stream.metadata.flatMap(({ breadcrumb, metadata }) =>
        metadata['inclusion'] === 'automatic' ? [breadcrumb.at(-1)] : [],
      );
      const keys = new Set([...stream.key_properties, ...(stream.replication_key ? [stream.replication_key] : [])]);
      expect(new Set(automatic)).toEqual(keys);
    }
  });

  it('does not select by default what costs a call for each parent', () => {
    const off = catalog.streams.filter(({ metadata }) => metadata[0]?.metadata['selected-by-default'] === false);
    expect(off.map(({ tap_stream_id }) => tap_stream_id).sort()).toEqual([
      'dropdown_options',
      'note_replies',
      'relationships',
      'transcript_fragments',
    ]);
  });
});

describe('selection of streams', () => {
  it.each([
    { metadata: { selected: true }, isRead: true },
    { metadata: { selected: false }, isRead: false },
    { metadata: { selected: false, 'selected-by-default': true }, isRead: false },
    { metadata: { selected: true, 'selected-by-default': false }, isRead: true },
    { metadata: { 'selected-by-default': true }, isRead: true },
    { metadata: { 'selected-by-default': false }, isRead: false },
    { metadata: { inclusion: 'automatic', selected: false }, isRead: true },
    { metadata: { inclusion: 'unsupported', selected: true }, isRead: false },
    { metadata: { inclusion: 'available' }, isRead: false },
    { metadata: {}, isRead: false },
  ])('by $metadata: $isRead', async ({ metadata, isRead }) => {
    const { streams, exitCode } = await readOne(atRoot(metadata));
    expect(streams).toEqual(isRead ? ['lists'] : []);
    expect(exitCode).toBe(0);
  });

  it.each([
    { metadata: { 'selected-by-default': false }, selected: true, isRead: true },
    { metadata: { 'selected-by-default': true }, selected: false, isRead: false },
    { metadata: { selected: true }, selected: false, isRead: true },
  ])('beside metadata as older tools write it: $selected with $metadata', async ({ metadata, selected, isRead }) => {
    const { streams } = await readOne({ ...atRoot(metadata), selected });
    expect(streams).toEqual(isRead ? ['lists'] : []);
  });

  it('takes a stream without metadata as selected, whole', async () => {
    const { tap_stream_id, schema } = lists();
    const output = await readOne({ tap_stream_id, schema });
    expect(Object.keys(output.schemaOf('lists').schema.properties)).toEqual(Object.keys(schema.properties));
    expect(output.recordsOf('lists')).toHaveLength(account.counts()['lists'] ?? -1);
  });

  it('asks the account for the schema that a catalog leaves out', async () => {
    const output = await readOne({ tap_stream_id: 'companies', metadata: [] });
    const { properties } = streamOf(catalog, 'companies').schema;
    expect(Object.keys(output.schemaOf('companies').schema.properties)).toEqual(Object.keys(properties));
  });

  it('takes explicit nulls in a schema for absent, and `true` for any value', async () => {
    const stream = changeMetadata(streamOf(catalog, 'companies'), [], { selected: true });
    const plain = await readOne(stream);
    const nulls = await readOne({ ...stream, schema: withNulls(stream.schema) });
    expect(nulls).toMatchObject({ exitCode: 0, streams: ['companies'] });
    expect(nulls.schemaOf('companies')).toEqual(plain.schemaOf('companies'));
    expect(nulls.recordsOf('companies')).toEqual(plain.recordsOf('companies'));
    const { schema } = lists();
    const open = await readOne({ ...lists(), schema: { ...schema, properties: { ...schema.properties, name: true } } });
    expect(open.schemaOf('lists').schema.properties['name']).toEqual({});
    expect(open.recordsOf('lists')).toHaveLength(account.counts()['lists'] ?? -1);
  });

  it('asks the account for the schema of a list that the configuration does not refer to', async () => {
    const name = 'list_3300_entries';
    const output = await readOne({ tap_stream_id: name });
    const { properties } = output.schemaOf(name).schema;
    expect(Object.keys(properties)).toContain('status');
    for (const record of output.recordsOf(name))
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(record)));
  });

  it('says so when nothing is selected', async () => {
    const output = await readOne(atRoot({ selected: false }));
    expect(output).toMatchObject({ text: '', exitCode: 0 });
    expect(output.logs).toContain('WARN The catalog selects no stream.');
  });

  it('fails for a stream there is not, alone and without a SCHEMA', async () => {
    const unknown = { ...atRoot({ selected: true }), tap_stream_id: 'sofas', stream: 'sofas' };
    const output = await syncTap(config, { catalog: { streams: [unknown, atRoot({ selected: true })] } });
    expect(output.streams).toEqual(['lists']);
    expect(output.recordsOf('lists').length).toBeGreaterThan(0);
    expect(output.logs).toContain('ERROR sofas: There is no stream "sofas".');
    expect(output.exitCode).toBe(1);
  });
});

describe('selection of properties', () => {
  const COLUMNS = ['id', 'name', 'type', 'creatorId'];

  async function readWith(changes: Readonly<Record<string, Record<string, unknown>>>): Promise<TapOutput> {
    const stream = Object.entries(changes).reduce(
      (changed, [name, metadata]) => changeMetadata(changed, ['properties', name], metadata),
      changeMetadata(lists(), [], { selected: true }),
    );
    return await readOne(stream);
  }

  it.each([
    { metadata: { selected: false }, isThere: false },
    { metadata: { selected: true }, isThere: true },
    { metadata: { 'selected-by-default': false }, isThere: false },
    { metadata: { inclusion: 'unsupported', selected: true }, isThere: false },
    { metadata: { inclusion: 'automatic', selected: false }, isThere: true },
  ])('by $metadata: $isThere, in SCHEMA and RECORD', async ({ metadata, isThere }) => {
    const output = await readWith({ creatorId: metadata });
    expect(Object.keys(output.schemaOf('lists').schema.properties)).toEqual(expect.arrayContaining(['id', 'name']));
    expect('creatorId' in output.schemaOf('lists').schema.properties).toBe(isThere);
    for (const record of output.recordsOf('lists')) expect('creatorId' in record).toBe(isThere);
  });

  it('leaves keys in, whatever the catalog says', async () => {
    const everything = Object.keys(lists().schema.properties).map((name) => [name, { selected: false }] as const);
    const output = await readWith(Object.fromEntries(everything));
    expect(Object.keys(output.schemaOf('lists').schema.properties)).toEqual(['id']);
    for (const record of output.recordsOf('lists')) expect(Object.keys(record)).toEqual(['id']);
  });

  it('adds keys and cursors that a catalog does not declare', async () => {
    const stream = changeMetadata(streamOf(catalog, 'emails'), [], { selected: true });
    const { subject = {} } = stream.schema.properties;
    const output = await readOne({ ...stream, schema: { type: 'object', properties: { subject } } });
    expect(Object.keys(output.schemaOf('emails').schema.properties).sort()).toEqual(['id', 'subject', 'updatedAt']);
    expect(output.recordsOf('emails')).toHaveLength(account.counts()['emails'] ?? -1);
  });

  it('leaves out a deselected column of a field', async () => {
    const name = 'description';
    const stream = changeMetadata(streamOf(catalog, 'companies'), [], { selected: true });
    expect(stream.schema.properties).toHaveProperty(name);
    const output = await readOne(changeMetadata(stream, ['properties', name], { selected: false }));
    expect(output.schemaOf('companies').schema.properties).not.toHaveProperty(name);
    for (const record of output.recordsOf('companies')) expect(record).not.toHaveProperty(name);
    expect(output.logs).not.toContain('WARN');
  });

  it('asks for the rest of no value whose columns are deselected', async () => {
    const companies = streamOf(selectStreams(catalog, ['companies']), 'companies');
    const callsFor = async (stream: object): Promise<number> => {
      const before = account.requests.length;
      expect((await readOne(stream)).exitCode).toBe(0);
      return account.requests.slice(before).filter(({ path }) => path.endsWith('/values')).length;
    };
    expect(await callsFor(companies)).toBeGreaterThan(0);
    const onlyKeys = companies.metadata.map(({ breadcrumb, metadata }) => ({
      breadcrumb,
      metadata: breadcrumb.length === 0 ? metadata : { ...metadata, selected: false },
    }));
    expect(await callsFor({ ...companies, metadata: onlyKeys })).toBe(0);
  });

  it('reads what the catalog says by default', async () => {
    const output = await readWith({});
    expect(Object.keys(output.schemaOf('lists').schema.properties)).toEqual(expect.arrayContaining(COLUMNS));
  });
});

describe('the replication method', () => {
  const asked = (stream: TapStream, root: Record<string, unknown>): TapStream =>
    changeMetadata(stream, [], { selected: true, ...root });
  const emails = (): TapStream => streamOf(catalog, 'emails');

  it.each([
    ['in metadata', (): object => asked(emails(), { 'replication-method': 'FULL_TABLE' })],
    ['beside metadata', (): object => ({ ...asked(emails(), {}), replication_method: 'FULL_TABLE' })],
    ['forced', (): object => asked(emails(), { 'forced-replication-method': 'FULL_TABLE' })],
  ])('makes an incremental stream a full table when it says so %s', async (_place, stream) => {
    const first = await readOne(stream());
    const second = await syncTap(config, { catalog: { streams: [stream()] }, state: first.state });
    for (const output of [first, second]) {
      expect(output.recordsOf('emails')).toHaveLength(account.counts()['emails'] ?? -1);
      expect(output.versionsOf('emails').activated).toEqual(output.versionsOf('emails').written);
      expect(output.schemaOf('emails')).not.toHaveProperty('bookmark_properties');
    }
  });

  it('cannot make a full-table stream incremental', async () => {
    const output = await readOne({
      ...asked(lists(), { 'forced-replication-method': 'INCREMENTAL' }),
      replication_method: 'INCREMENTAL',
    });
    expect(output.versionsOf('lists').activated).toHaveLength(1);
  });

  it('reads a stream whole when its method changes back', async () => {
    const whole = asked(emails(), { 'replication-method': 'FULL_TABLE' });
    const { state } = await readOne(whole);
    const output = await syncTap(config, { catalog: selectStreams(catalog, ['emails']), state });
    expect(output.recordsOf('emails')).toHaveLength(account.counts()['emails'] ?? -1);
    expect(output.versionsOf('emails')).toEqual({ written: [undefined], activated: [] });
  });
});

describe('a catalog that is none', () => {
  it.each([
    ['nothing', '', 'it is empty'],
    ['a list', [], 'it is not a Singer catalog at "streams"'],
    ['no streams', {}, 'it is not a Singer catalog at "streams"'],
    ['a stream without a name', { streams: [{}] }, 'a stream has no "tap_stream_id"'],
    ['metadata of another shape', { streams: [{ metadata: {} }] }, 'at "streams.0.metadata"'],
    [
      'a stream twice',
      { streams: [{ tap_stream_id: 'lists' }, { tap_stream_id: 'lists' }] },
      'it names the stream "lists" twice',
    ],
  ])('fails for %s, and says where', async (_what, streams, message) => {
    const output = await syncTap(config, { catalog: streams });
    expect(output).toMatchObject({ text: '', exitCode: 1 });
    expect(output.logs).toContain('ERROR The catalog cannot be used: ');
    expect(output.logs).toContain(message);
  });
});
