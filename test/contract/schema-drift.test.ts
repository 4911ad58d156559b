import { beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import {
  configOf,
  configure,
  discoverStreams,
  lastStates,
  openAccountForTest,
  read,
} from '../support/affinity-account.ts';
import type { AirbyteStream, JsonNode, Output } from '../support/airbyte-run.ts';

const LIST = 'list_3300_entries';
const STATUS = 'field-800201';
const AMOUNT = 'field-800203';

let account: Sandbox;
/** The catalog of the first run. */
let before: AirbyteStream;
beforeEach(async () => {
  account = await openAccountForTest();
  before = await discoverList();
});

async function discoverList(name = LIST): Promise<AirbyteStream> {
  const streams = await discoverStreams(configOf(account, { list_references: ['3300', '3301'] }));
  const stream = streams.find((each) => each.name === name);
  if (stream === undefined) throw new Error(`no stream ${name}`);
  return stream;
}

async function readWith(...streams: AirbyteStream[]): Promise<Output> {
  return await read(configOf(account), configure(streams));
}

const columnsOf = ({ json_schema }: AirbyteStream): string[] => Object.keys(json_schema.properties);
const fieldIdOf = (stream: AirbyteStream, column: string): unknown =>
  stream.json_schema.properties[column]?.['x-affinity-field-id'];

describe('a field that is added between two runs', () => {
  it('changes no row of the old catalog; a warning names it and the remedy', async () => {
    const first = await readWith(before);
    const [effect] = account.change({ kind: 'add-field', owner: 3300, name: 'Conviction', valueType: 'number' });
    const second = await readWith(before);
    expect(second.exitCode).toBe(0);
    expect(second.recordsOf(LIST)).toEqual(first.recordsOf(LIST));
    expect(second.warnings).toEqual([
      `${LIST}: the field "Conviction" (${effect?.ids[0]}) has no column; refresh the schema to get one.`,
    ]);
  });

  it('is a further column of the refreshed schema, and changes no other', async () => {
    account.change({ kind: 'add-field', owner: 3300, name: 'Conviction', valueType: 'number' });
    const after = await discoverList();
    expect(columnsOf(after)).toEqual([...columnsOf(before), 'conviction']);
    for (const [name, node] of Object.entries(before.json_schema.properties)) {
      expect(after.json_schema.properties[name]).toEqual(node);
    }
    const rows = (await readWith(after)).recordsOf(LIST);
    expect(rows.some((row) => typeof row['conviction'] === 'number')).toBe(true);
  });
});

describe('a second field of the same name', () => {
  it.each(['Status', 'status', 'STATUS ', 'Sta-tus'])(
    '(%j) takes a name of its own; the first keeps its column',
    async (name) => {
      const [effect] = account.change({ kind: 'add-field', owner: 3300, name, valueType: 'text' });
      const id = String(effect?.ids[0]);
      const after = await discoverList();
      expect(fieldIdOf(after, 'status')).toBe(STATUS);
      const added = columnsOf(after).filter((column) => !columnsOf(before).includes(column));
      expect(added).toHaveLength(1);
      expect(fieldIdOf(after, added[0] ?? '')).toBe(id);
      expect(added[0]).toMatch(new RegExp(`_${id.replace('field-', '')}$`));
      const [old, now] = [(await readWith(before)).recordsOf(LIST), (await readWith(after)).recordsOf(LIST)];
      expect(now.map((row) => row['status'])).toEqual(old.map((row) => row['status']));
    },
  );
});

describe('a field that is renamed between two runs', () => {
  it('goes on filling its old column, without a word', async () => {
    const first = await readWith(before);
    account.change({ kind: 'rename-field', owner: 3300, fieldId: STATUS, name: 'Deal stage' });
    const second = await readWith(before);
    expect([second.exitCode, second.warnings]).toEqual([0, []]);
    expect(second.recordsOf(LIST)).toEqual(first.recordsOf(LIST));
    expect(first.recordsOf(LIST).some((row) => typeof row['status'] === 'string')).toBe(true);
  });

  it('has its new name in the refreshed schema, with the same values', async () => {
    const first = await readWith(before);
    account.change({ kind: 'rename-field', owner: 3300, fieldId: STATUS, name: 'Deal stage' });
    const after = await discoverList();
    expect(columnsOf(after)).not.toContain('status');
    expect(fieldIdOf(after, 'deal_stage')).toBe(STATUS);
    const rows = (await readWith(after)).recordsOf(LIST);
    expect(rows.map((row) => row['deal_stage'])).toEqual(first.recordsOf(LIST).map((row) => row['status']));
  });

  it('keeps its old column also when another field takes its name', async () => {
    const first = await readWith(before);
    account.change({ kind: 'rename-field', owner: 3300, fieldId: AMOUNT, name: 'Old amount' });
    const [effect] = account.change({ kind: 'add-field', owner: 3300, name: 'Amount', valueType: 'number' });
    expect(fieldIdOf(before, 'amount')).toBe(AMOUNT);
    expect((await readWith(before)).recordsOf(LIST)).toEqual(first.recordsOf(LIST));
    const after = await discoverList();
    expect(fieldIdOf(after, 'old_amount')).toBe(AMOUNT);
    expect(fieldIdOf(after, 'amount')).toBe(effect?.ids[0]);
  });
});

describe('a field that is deleted between two runs', () => {
  it('leaves its column empty', async () => {
    account.change({ kind: 'delete-field', owner: 3300, fieldId: STATUS });
    const { exitCode, errors, records } = await readWith(before);
    expect([exitCode, errors]).toEqual([0, []]);
    expect(records.length).toBeGreaterThan(0);
    for (const { data } of records) expect([data['status'], data['status_option_id']]).toEqual([null, null]);
  });

  it('is no column of the refreshed schema', async () => {
    account.change({ kind: 'delete-field', owner: 3300, fieldId: STATUS });
    const gone = columnsOf(before).filter((column) => fieldIdOf(before, column) === STATUS);
    expect(gone).toEqual(['status', 'status_option_id']);
    expect(columnsOf(await discoverList())).toEqual(columnsOf(before).filter((column) => !gone.includes(column)));
  });
});

describe('a value of another type than the column’s', () => {
  it('becomes null where nothing else is possible, and the record and a warning say so', async () => {
    const [entry] = account.rows(LIST);
    account.change({
      kind: 'set-value',
      owner: 3300,
      id: Number(entry?.['id']),
      fieldId: AMOUNT,
      value: 'n/a',
      type: 'text',
    });
    const output = await readWith(before);
    expect(output.exitCode).toBe(0);
    const changed = output.records.filter(({ meta }) => meta !== undefined);
    expect(changed).toHaveLength(1);
    expect(changed[0]?.data).toMatchObject({ id: entry?.['id'], amount: null });
    expect(changed[0]?.meta?.changes).toEqual([
      { field: 'amount', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' },
    ]);
    expect(output.warnings.filter((message) => message.includes('"amount"'))).toHaveLength(1);
    expect(output.text).not.toContain('n/a');
  });
});

describe('a list that is deleted between two runs', () => {
  it('fails its own stream alone, which keeps its table: no row, no state, the reason', async () => {
    const other = await discoverList('list_3301_entries');
    const { states: first } = await readWith(before, other);
    account.change({ kind: 'delete-list', listId: 3300 });
    const output = await read(configOf(account), configure([before, other]), { state: first });
    expect(output.exitCode).toBe(1);
    expect(output.statuses).toEqual({
      [LIST]: 'STARTED RUNNING INCOMPLETE',
      list_3301_entries: 'STARTED RUNNING COMPLETE',
    });
    expect(output.errors).toHaveLength(1);
    expect(output.errors[0]).toMatchObject({ failure_type: 'config_error', stream_descriptor: { name: LIST } });
    expect(output.errors[0]?.message).toContain('(404)');
    expect([output.recordsOf(LIST), lastStates(output).length]).toEqual([[], 1]);
  });

  it('is left out of the refreshed schema', async () => {
    account.change({ kind: 'delete-list', listId: 3300 });
    const streams = await discoverStreams(configOf(account, { list_references: ['3300', '3301'] }));
    expect(streams.map(({ name }) => name)).not.toContain(LIST);
    expect(streams.map(({ name }) => name)).toContain('list_3301_entries');
  });
});

describe('a column that is deselected between two runs', () => {
  it('is in no row, and coming back it is filled again', async () => {
    const without = (node: JsonNode & { properties: Record<string, JsonNode> }, name: string) => {
      const { [name]: _left, ...properties } = node.properties;
      return { ...node, properties };
    };
    const first = await readWith(before);
    const second = await readWith({ ...before, json_schema: without(before.json_schema, 'status') });
    const third = await readWith(before);
    expect(second.warnings).toEqual([]);
    expect(second.recordsOf(LIST)).toEqual(first.recordsOf(LIST).map(({ status: _left, ...row }) => row));
    expect(third.recordsOf(LIST)).toEqual(first.recordsOf(LIST));
  });
});
