import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, configure, discoverStreams, nameStreams, openAccount, read } from '../support/affinity-account.ts';
import { type Output, run } from '../support/airbyte-run.ts';

let account: Sandbox;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

/** One TRACE ERROR and nothing else, of one sentence or a few, for somebody who can act on it. */
function expectOnlyError({ exitCode, messages, errors }: Output): string {
  expect(exitCode).toBe(1);
  expect(messages).toHaveLength(1);
  expect(errors[0]?.failure_type).toBe('config_error');
  const { message = '' } = errors[0] ?? {};
  expect(message).toMatch(/^The .*\.$/);
  expect(message).not.toMatch(/\n|undefined|\[object|Error:/);
  return message;
}

const refused = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code });

describe('a file that cannot be used', () => {
  const broken: [name: string, content: unknown, said: RegExp][] = [
    ['is missing', refused('ENOENT'), / cannot be read: it does not exist\.$/],
    ['is a directory', refused('EISDIR'), / cannot be read: it is a directory\.$/],
    ['is somebody else’s', refused('EACCES'), / cannot be read: this user may not read it\.$/],
    ['fails in some other way', refused('EIO'), / cannot be read: EIO\.$/],
    ['is cut', '{"api_key": "abc",\n  "x": [1,', / is not valid JSON( \(line 2, column \d+\))?\.$/],
    ['has a comma too many', '{\n"a": 1,\n}', / is not valid JSON \(line 3, column 1\)\.$/],
    ['is no JSON', 'api_key: abc', / is not valid JSON( \(line 1, column 1\))?\.$/],
  ];

  it.each(broken)('%s: read says so of its configuration', async (_name, content, said) => {
    const message = expectOnlyError(await read(content, nameStreams(['lists'])));
    expect(message).toMatch(/^The configuration file config\.json/);
    expect(message).toMatch(said);
  });

  it.each(broken)('%s: check answers with FAILED', async (_name, content, said) => {
    const { exitCode, messages } = await run(['check', '--config', 'c'], { files: { c: content } });
    expect(exitCode).toBe(0);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.connectionStatus?.status).toBe('FAILED');
    expect(messages[0]?.connectionStatus?.message).toMatch(said);
  });

  it.each(broken)('%s: read says so of its catalog and its state', async (_name, content, said) => {
    const config = configOf(account);
    const ofCatalog = expectOnlyError(await read(config, content));
    expect(ofCatalog).toMatch(/^The catalog file catalog\.json/);
    expect(ofCatalog).toMatch(said);
    const ofState = expectOnlyError(await read(config, nameStreams(['lists']), { state: content }));
    expect(ofState).toMatch(/^The state file state/);
    expect(ofState).toMatch(said);
  });

  it('is not quoted, since it may hold the API key', async () => {
    for (const text of [
      '{"api_key": "SECRET-OF-MINE" "b"}',
      '{"api_key": "SECRET-OF-MINE',
      '"SECRET-OF-MINE',
      '{"api_key": SECRET-OF-MINE}',
      '{SECRET-OF-MINE}',
    ]) {
      expect((await read(text, nameStreams(['lists']))).text).not.toMatch(/SECRET|MINE/);
      expect((await run(['check', '--config', 'c'], { files: { c: text } })).text).not.toMatch(/SECRET|MINE/);
    }
  });

  it('may be empty: only a state may', async () => {
    expect(expectOnlyError(await read(' \n', nameStreams(['lists'])))).toBe(
      'The configuration file config.json is empty.',
    );
    expect(expectOnlyError(await read(configOf(account), ''))).toContain('it must be a JSON object with "streams"');
  });
});

describe('a catalog that cannot be used', () => {
  const cases: [name: string, catalog: unknown, said: string][] = [
    ['a list', [], 'it must be a JSON object with "streams"'],
    ['a text', '"streams"', 'it must be a JSON object with "streams"'],
    ['without streams', {}, 'at "streams": it must be a list of streams.'],
    [
      'with a nameless stream',
      { streams: [{ stream: { json_schema: {} }, sync_mode: 'full_refresh' }] },
      'at "streams.0.stream.name": it must be text.',
    ],
    [
      'with a sync mode of nobody’s',
      { streams: [{ stream: { name: 'lists' }, sync_mode: 'INVALID' }] },
      'at "streams.0.sync_mode": it must be "full_refresh" or "incremental".',
    ],
    [
      'with a stream twice',
      { streams: [{ stream: { name: 'lists' } }, { stream: { name: 'lists' } }] },
      'it names the stream "lists" twice',
    ],
  ];

  it.each(cases)('%s is told where it is wrong', async (_name, catalog, said) => {
    const message = expectOnlyError(await read(configOf(account), catalog));
    expect(message).toMatch(/^The catalog cannot be used: /);
    expect(message).toContain(said);
  });

  it('which is the output of discover is told to be just that', async () => {
    account.configure({ deny: ['Export All People directory'] });
    const { text, messages } = await run(['discover', '--config', 'c'], { files: { c: configOf(account) } });
    account.configure({ deny: [] });
    expect(messages.length).toBeGreaterThan(1);
    for (const catalog of [text, messages.at(-1), messages.at(-1)?.catalog]) {
      expect(expectOnlyError(await read(configOf(account), catalog))).toContain('it is the output of "discover"');
    }
  });
});

describe('a stream that cannot be read', () => {
  it('fails alone when it does not exist: the others are read', async () => {
    const unknown = '__AIRBYTE__stream_that_does_not_exist';
    const output = await read(configOf(account), nameStreams([unknown, 'lists', 'list_9_view_8_entries']));
    expect(output.exitCode).toBe(1);
    expect(output.statuses).toEqual({
      [unknown]: 'STARTED RUNNING INCOMPLETE',
      lists: 'STARTED RUNNING COMPLETE',
      list_9_view_8_entries: 'STARTED RUNNING INCOMPLETE',
    });
    expect(output.recordsOf('lists')).toHaveLength(6);
    expect(output.errors.map(({ stream_descriptor, failure_type }) => [stream_descriptor?.name, failure_type])).toEqual(
      expect.arrayContaining([
        [unknown, 'config_error'],
        ['list_9_view_8_entries', 'config_error'],
      ]),
    );
    expect(output.errors.find(({ stream_descriptor }) => stream_descriptor?.name === unknown)?.message).toBe(
      `There is no stream "${unknown}". Refresh the schema to see which streams there are.`,
    );
  });

  it.each(['list_03300_entries', 'list_3300_view_0911_entries', 'list_99999999999999999999_entries'])(
    'fails under the name that the catalog gives it: %s',
    async (name) => {
      const output = await read(configOf(account), nameStreams([name]));
      expect(output.statuses).toEqual({ [name]: 'STARTED RUNNING INCOMPLETE' });
      expect(output.errors).toEqual([
        expect.objectContaining({ failure_type: 'config_error', stream_descriptor: { name } }),
      ]);
    },
  );

  it.each(['garbage', 'null', '[1]'])('begins again where a cursor in its state is damaged: %s', async (cursor) => {
    const whole = await read(configOf(account), nameStreams(['dropdown_options']));
    const begun = { 'list 3300': { cursor, readAt: '2026-01-01T00:00:00Z' } };
    const stream_state = { connector: 'source-affinity', version: 1, mode: 'full_refresh', begun };
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'dropdown_options' }, stream_state } }];
    const output = await read(configOf(account), nameStreams(['dropdown_options']), { state });
    expect(output.warnings).toEqual([expect.stringContaining('the part "list 3300" is read again from its start')]);
    expect(output.statuses).toEqual({ dropdown_options: 'STARTED RUNNING COMPLETE' });
    expect(output.recordsOf('dropdown_options')).toEqual(whole.recordsOf('dropdown_options'));
  });

  it.each([
    ['another connector’s', { updated_at: '2024-01-01' }, 'was not written by this connector'],
    ['a text', 'page 7', 'was not written by this connector'],
    [
      'a later release’s',
      { connector: 'source-affinity', version: 99 },
      'has the version 99, which this release does not know',
    ],
    [
      'damaged',
      { connector: 'source-affinity', version: 1, mode: 'incremental', covered: [{ from: 7 }] },
      'is damaged at "covered.0',
    ],
  ])('fails alone when its state is %s', async (_name, stream_state, said) => {
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'notes' }, stream_state } }];
    const output = await read(configOf(account), nameStreams(['notes', 'lists'], 'incremental'), { state });
    expect(output.exitCode).toBe(1);
    expect(output.statuses).toEqual({ notes: 'STARTED RUNNING INCOMPLETE', lists: 'STARTED RUNNING COMPLETE' });
    expect(output.errors).toHaveLength(1);
    expect(output.errors[0]).toMatchObject({ failure_type: 'config_error', stream_descriptor: { name: 'notes' } });
    expect(output.errors[0]?.message).toContain(`The saved state of the stream "notes" ${said}`);
    expect(output.states.map(({ stream }) => stream.stream_descriptor.name)).toEqual(['lists']);
  });

  it('fails everywhere with one sentence when the key is wrong', async () => {
    const streams = await discoverStreams(configOf(account));
    const output = await read(configOf({ ...account, apiKey: 'a-wrong-one' }), configure(streams, 'incremental'));
    expect(output.exitCode).toBe(1);
    expect(new Set(Object.values(output.statuses))).toEqual(new Set(['STARTED RUNNING INCOMPLETE']));
    expect(output.errors.map(({ stream_descriptor }) => stream_descriptor?.name).sort()).toEqual(
      streams.map(({ name }) => name).sort(),
    );
    expect(new Set(output.errors.map(({ message }) => message)).size).toBe(1);
    expect(output.errors[0]).toMatchObject({ failure_type: 'config_error' });
    expect(output.errors[0]?.message).toMatch(/^Affinity refused the API key \(401\)/);
    expect(output.states).toEqual([]);
    expect(output.records).toEqual([]);
  });

  it('is no reason to go on asking when the key is wrong', async () => {
    account.clearRequests();
    await read(
      configOf({ ...account, apiKey: 'a-wrong-one' }),
      nameStreams(['lists', 'companies', 'persons', 'notes']),
    );
    expect(account.requests.length).toBeLessThanOrEqual(4);
  });
});

describe('a state file that cannot be used', () => {
  it.each([7, '"page 7"', true, [7], ['page']])('%j is told what it must be', async (state) => {
    const message = expectOnlyError(await read(configOf(account), nameStreams(['lists']), { state }));
    expect(message).toMatch(/^The state cannot be used: /);
  });
});
