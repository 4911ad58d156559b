import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { readCatalogFile } from '../../src/cli/files.ts';
import { configOf, lastStates, nameStreams, openAccount, read } from '../support/affinity-account.ts';
import { run } from '../support/airbyte-run.ts';

let account: Sandbox;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

const someStreams = ['lists', 'notes'];

describe('the bytes of a catalog', () => {
  const text = '\uFEFF{"streams":[{"a":1},{"b":2}]}';
  const streamsOf = (bytes: Buffer) =>
    readCatalogFile(
      async () => bytes,
      'catalog.json',
      (file) => file.mapStreams((json) => json),
    );

  it('are given back once it is read', async () => {
    const bytes = Buffer.from(new TextEncoder().encode(text.slice(1)).buffer);
    expect(await streamsOf(bytes)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(bytes).toHaveLength(0);
  });

  it('are left alone where others have their place beside them', async () => {
    const shared = Buffer.from(`${text} `);
    expect(await streamsOf(shared.subarray(0, -1))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(shared.toString()).toBe(`${text} `);
  });
});

describe('files', () => {
  it('may have any name, a byte order mark, and explicit nulls', async () => {
    const config = {
      ...configOf(account),
      list_references: null,
      start_date: null,
      monthly_call_reserve: null,
      __injected: 1,
    };
    const catalog = nameStreams(someStreams, 'incremental', {
      namespace: null,
      default_cursor_field: null,
      source_defined_primary_key: null,
      is_resumable: null,
    });
    const { exitCode, statuses } = await run(
      ['read', '--config', '/tmp/x', '--catalog', '/tmp/y.txt', '--state', '/tmp/z.txt'],
      {
        files: {
          '/tmp/x': `\uFEFF${JSON.stringify(config)}`,
          '/tmp/y.txt': `\uFEFF${JSON.stringify(catalog)}\n`,
          '/tmp/z.txt': '\uFEFF[]\n',
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(statuses).toEqual({ lists: 'STARTED RUNNING COMPLETE', notes: 'STARTED RUNNING COMPLETE' });
  });

  it('may have nulls deep inside schemas, and schemas that are only true', async () => {
    const json_schema = {
      type: 'object',
      properties: {
        id: { type: 'integer', format: null, items: null, description: null },
        name: true,
        type: { type: null },
        ownerId: { type: ['null', 'integer'], properties: null },
        createdAt: { type: ['null', 'string'], format: 'date-time', additionalProperties: null },
        isPublic: {},
      },
    };
    const output = await read(configOf(account), nameStreams(['lists'], 'full_refresh', { json_schema }));
    expect(output.exitCode).toBe(0);
    expect(output.warnings).toEqual([]);
    const rows = account.rows('lists').map(({ creatorId: _left, ...row }) => row);
    expect(output.recordsOf('lists')).toEqual(rows);
  });

  it('may declare arrays without saying of what', async () => {
    const json_schema = { properties: { id: { type: 'integer' }, domains: { type: ['null', 'array'], items: null } } };
    const output = await read(configOf(account), nameStreams(['companies'], 'full_refresh', { json_schema }));
    expect([output.exitCode, output.errors]).toEqual([0, []]);
    expect(output.recordsOf('companies')).toEqual(
      account.rows('companies').map(({ id, domains }) => ({ id, domains })),
    );
  });

  it.each([undefined, '', '[]', '{}', 'null', '[null]', '[{}]'])('read everything with the state %j', async (state) => {
    const output = await read(configOf(account), nameStreams(someStreams, 'incremental'), { state });
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('notes')).toHaveLength(account.counts()['notes'] ?? 0);
  });

  it('take states back in each form that platforms give them', async () => {
    const catalog = nameStreams(someStreams, 'incremental');
    const first = await read(configOf(account), catalog);
    const states = lastStates(first) as { stream: { stream_descriptor: { name: string }; stream_state: unknown } }[];
    const withNulls = states.map((state) => ({
      type: 'STREAM',
      stream: { ...state.stream, stream_descriptor: { ...state.stream.stream_descriptor, namespace: null } },
      global_: null,
      data: null,
      sourceStats: { recordCount: 3, rejectedRecordCount: null },
      destinationStats: null,
    }));
    const byName = Object.fromEntries(states.map(({ stream }) => [stream.stream_descriptor.name, stream.stream_state]));
    const forms: Record<string, unknown> = {
      'a list of states': states,
      'a list with nulls': withNulls,
      'a list of messages': states.map((state) => ({ type: 'STATE', state })),
      'one message a line': states.map((state) => JSON.stringify({ type: 'STATE', state })).join('\n'),
      'all lines of the first sync': first.text,
      global: [{ type: 'GLOBAL', global: { shared_state: null, stream_states: states.map(({ stream }) => stream) } }],
      'global as PyAirbyte spells it': {
        type: 'GLOBAL',
        global_: { stream_states: states.map(({ stream }) => stream) },
      },
      legacy: [{ type: 'LEGACY', data: byName }],
      'by name': byName,
    };
    for (const [form, state] of Object.entries(forms)) {
      const second = await read(configOf(account), catalog, { state });
      expect(second.exitCode, form).toBe(0);
      expect(second.recordsOf('notes').length, form).toBeLessThan(first.recordsOf('notes').length);
      // A full refresh that is through starts over.
      expect(second.recordsOf('lists'), form).toHaveLength(first.recordsOf('lists').length);
    }
  });

  it('ignore the states of streams that are not selected', async () => {
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'elsewhere' }, stream_state: { page: 7 } } }];
    const output = await read(configOf(account), nameStreams(['lists']), { state });
    expect(output.exitCode).toBe(0);
    expect(Object.keys(output.statuses)).toEqual(['lists']);
  });
});
