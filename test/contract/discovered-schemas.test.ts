import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, discoverStreams, openAccount } from '../support/affinity-account.ts';
import type { AirbyteStream } from '../support/airbyte-run.ts';
import { itKeepsTheRulesOfSchemas } from '../support/schema-rules.ts';

let account: Sandbox;
const catalogs = new Map<string, readonly AirbyteStream[]>();
const settings: Readonly<Record<string, Record<string, unknown>>> = {
  'names of fields': { list_references: ['all', '3300/911', '3304/950'] },
  'ids of fields': { list_references: ['all'], column_names: 'id' },
  'ids and names of fields': { list_references: ['all'], column_names: 'id_and_name' },
  'arrays of fields': { field_layout: 'array' },
};

beforeAll(async () => {
  account = await openAccount();
  for (const [name, each] of Object.entries(settings)) {
    catalogs.set(name, await discoverStreams(configOf(account, each)));
  }
});

afterAll(() => account.close());

describe.each(Object.keys(settings))('the schema of every stream (columns by %s)', (name) => {
  itKeepsTheRulesOfSchemas(() => catalogs.get(name) ?? []);
});

describe('the streams of discover', () => {
  it('are all of the account’s, whatever the columns are called', () => {
    const plain = (name: string) =>
      (catalogs.get(name) ?? []).map((stream) => stream.name).filter((stream) => !/^list_\d/.test(stream));
    for (const name of Object.keys(settings)) expect(plain(name)).toEqual(plain('arrays of fields'));
    expect(plain('arrays of fields')).toEqual(
      expect.arrayContaining(['companies', 'persons', 'notes', 'list_entries']),
    );
  });

  it('have one more for every reference, with a column per field', () => {
    const listed = (catalogs.get('names of fields') ?? []).filter(({ name }) => /^list_\d/.test(name));
    expect(listed.map(({ name }) => name)).toEqual([
      ...account.rows('lists').map(({ id }) => `list_${id}_entries`),
      'list_3300_view_911_entries',
      'list_3304_view_950_entries',
    ]);
    for (const { name, json_schema } of listed) expect(Object.keys(json_schema.properties), name).toContain('status');
  });

  it('are the same for the same account', async () => {
    const config = configOf(account, settings['names of fields']);
    expect(await discoverStreams(config)).toEqual(catalogs.get('names of fields'));
  });
});
