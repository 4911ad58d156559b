import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../sandbox/server.ts';
import {
  configOf,
  configure,
  discoverStreams,
  nameStreams,
  openAccount,
  read,
} from '../../support/affinity-account.ts';
import type { AirbyteStream, JsonNode } from '../../support/airbyte-run.ts';
import { withNulls } from '../../support/explicit-nulls.ts';

const LIST = 'list_3300_entries';

let account: Sandbox;
let streams: readonly AirbyteStream[];
beforeAll(async () => {
  account = await openAccount();
  streams = await discoverStreams(configOf(account, { list_references: ['3300'] }));
});
afterAll(() => account.close());

function find(name: string): AirbyteStream {
  const stream = streams.find((each) => each.name === name);
  if (stream === undefined) throw new Error(`no stream ${name}`);
  return stream;
}

/** The stream as a user's catalog has it after its properties went through `change`. */
function withProperties(
  name: string,
  change: (properties: [string, JsonNode][]) => [string, JsonNode][],
): AirbyteStream {
  const stream = find(name);
  const properties = Object.fromEntries(change(Object.entries(stream.json_schema.properties)));
  return { ...stream, json_schema: { ...stream.json_schema, properties } };
}

async function rowsOf(stream: AirbyteStream): Promise<readonly Record<string, unknown>[]> {
  const output = await read(configOf(account), configure([stream]));
  expect(output.errors).toEqual([]);
  expect(output.exitCode).toBe(0);
  return output.recordsOf(stream.name);
}

describe('the catalog of a read', () => {
  it('may ask for every stream incrementally: one without a cursor is read whole', async () => {
    const asked = {
      streams: streams.map((stream) => ({ stream, sync_mode: 'incremental', destination_sync_mode: 'overwrite' })),
    };
    const output = await read(configOf(account), asked, { state: [] });
    expect(output.exitCode).toBe(0);
    expect(new Set(Object.values(output.statuses))).toEqual(new Set(['STARTED RUNNING COMPLETE']));
    const modes = new Map(
      output.states.map(({ stream }) => [stream.stream_descriptor.name, stream.stream_state['mode']]),
    );
    for (const { name, supported_sync_modes } of streams) {
      expect(modes.get(name), name).toBe(supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh');
    }
    expect(output.recordsOf('companies')).toHaveLength(account.counts()['companies'] ?? 0);
  });

  it('may carry generations, sync ids, cursors and keys of the user’s: they change nothing', async () => {
    const extra = {
      generation_id: 7,
      minimum_generation_id: 7,
      sync_id: 9,
      cursor_field: ['id'],
      primary_key: [['name']],
      destination_object_name: 'x',
      include_files: null,
    };
    const output = await read(configOf(account), configure([find('lists')], 'full_refresh', extra));
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('lists')).toEqual(await rowsOf(find('lists')));
  });

  it('may be without streams: nothing is read, and that is a success', async () => {
    const output = await read(configOf(account), { streams: [] });
    expect([output.exitCode, output.records, output.states, output.errors]).toEqual([0, [], [], []]);
  });

  it('may be without a sync mode or a schema', async () => {
    const output = await read(configOf(account), { streams: [{ stream: { name: 'lists' } }] });
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('lists')).toEqual(account.rows('lists'));
  });
});

describe('the columns of a read', () => {
  it.each([{}, { properties: {} }, { properties: null }, null])(
    'are all that there are when the schema is %j',
    async (json_schema) => {
      const output = await read(configOf(account), nameStreams([LIST], 'full_refresh', { json_schema }));
      expect(output.errors).toEqual([]);
      expect(output.recordsOf(LIST)).toEqual(await rowsOf(find(LIST)));
    },
  );

  it('are only those that the catalog has', async () => {
    const personal = new Set(['entity', 'memo', 'owners', 'owners_ids']);
    const selected = withProperties(LIST, (all) => all.filter(([name]) => !personal.has(name)));
    const full = await rowsOf(find(LIST));
    const expected = full.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !personal.has(name))));
    expect(full.every((row) => [...personal].every((name) => name in row))).toBe(true);
    expect(await rowsOf(selected)).toEqual(expected);
  });

  it('that were deselected cost one warning, which says that they may have been left out on purpose, and no call', async () => {
    const selected = withProperties('companies', (all) => all.filter(([name]) => ['id', 'name'].includes(name)));
    const before = account.requests.length;
    const output = await read(configOf(account), configure([selected]));
    expect(output.exitCode).toBe(0);
    expect(output.warnings).toEqual([
      expect.stringMatching(/^companies: each of these fields has no column: .*on purpose/s),
    ]);
    const fieldIds = Object.values(find('companies').json_schema.properties).flatMap(
      (node) => node['x-affinity-field-id'] ?? [],
    );
    expect(fieldIds.length).toBeGreaterThan(0);
    for (const fieldId of fieldIds) expect(output.warnings[0]).toContain(`(${fieldId})`);
    expect(account.requests.slice(before).filter(({ path }) => path.endsWith('/values'))).toEqual([]);
    for (const row of output.recordsOf('companies')) expect(Object.keys(row).sort()).toEqual(['id', 'name']);
  });

  it('are found by the field’s id, whatever the user or the platform calls them', async () => {
    const renamed = withProperties(LIST, (all) =>
      all.map(([name, node]) => [
        name === 'status' ? 'Deal Stage' : name === 'status_option_id' ? 'STAGE_ID' : name,
        node,
      ]),
    );
    const rows = await rowsOf(renamed);
    const before = await rowsOf(find(LIST));
    expect(rows.map((row) => [row['Deal Stage'], row['STAGE_ID']])).toEqual(
      before.map((row) => [row['status'], row['status_option_id']]),
    );
    expect(before.some((row) => typeof row['status'] === 'string')).toBe(true);
    for (const row of rows) expect(row).not.toHaveProperty('status');
  });

  it('are found by name when the platform dropped the annotations', async () => {
    const bare = withProperties(LIST, (all) =>
      all.map(([name, { type, format, items, properties }]) => [
        name,
        {
          ...(type === undefined ? {} : { type }),
          ...(format === undefined ? {} : { format }),
          ...(items === undefined ? {} : { items }),
          ...(properties === undefined ? {} : { properties }),
        },
      ]),
    );
    expect(await rowsOf(bare)).toEqual(await rowsOf(find(LIST)));
  });

  it('are what they are without the nulls that some tools write for what is not there', async () => {
    const nulls = withProperties(LIST, (all) => all.map(([name, node]) => [name, withNulls(node)]));
    const output = await read(configOf(account), configure([nulls]));
    expect(output.warnings).toEqual([]);
    expect(output.recordsOf(LIST)).toEqual(await rowsOf(find(LIST)));
  });

  it('that belong to nothing stay empty, with a warning', async () => {
    const more = withProperties(LIST, (all) => [...all, ['no_such_field', { type: ['null', 'string'] }]]);
    const output = await read(configOf(account), configure([more]));
    expect(output.exitCode).toBe(0);
    expect(output.warnings.join('\n')).toContain('"no_such_field"');
    for (const row of output.recordsOf(LIST)) expect(row['no_such_field'] ?? null).toBeNull();
  });

  it('are named where the catalog declares another type than their fields have', async () => {
    const changed = withProperties(LIST, (all) =>
      all.map(([name, node]) => [name, name === 'amount' ? { ...node, type: ['null', 'boolean'] } : node]),
    );
    const output = await read(configOf(account), configure([changed]));
    expect(output.warnings).toEqual([
      `${LIST}: the catalog declares the column "amount" as another type than its field has, which is number; its values became null. Refresh the schema.`,
    ]);
    for (const row of output.recordsOf(LIST)) expect(row['amount']).toBeNull();
  });

  it('become null where a value does not fit what the catalog declares, and the record says so', async () => {
    const narrowed = withProperties(LIST, (all) =>
      all.map(([name, node]) => [name, name === 'creatorId' ? { type: ['null', 'boolean'] } : node]),
    );
    const output = await read(configOf(account), configure([narrowed]));
    expect(output.exitCode).toBe(0);
    const full = await rowsOf(find(LIST));
    const had = full.filter(({ creatorId }) => creatorId !== null).length;
    const changed = output.records.filter(({ meta }) => meta !== undefined);
    expect(had).toBeGreaterThan(0);
    expect(changed).toHaveLength(had);
    for (const { data, meta } of changed) {
      expect(data['creatorId']).toBeNull();
      expect(meta?.changes).toEqual([{ field: 'creatorId', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }]);
    }
    expect(output.warnings.filter((message) => message.includes('creatorId'))).toHaveLength(1);
  });
});
