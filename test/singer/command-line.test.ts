import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { connectorSpecification } from '../../src/protocol/airbyte/spec.ts';
import { API_KEY, configOf, openAccount, openAccountForTest } from '../support/affinity-account.ts';
import { syncTap, tapForText } from '../support/singer-run.ts';

let account: Sandbox;

beforeAll(async () => {
  account = await openAccount();
});

afterAll(() => account.close());

/** The streams of lists in the catalog, which show what configuration arrived. */
async function discoveredLists(
  argv: readonly string[],
  { env = {}, files = {} }: { env?: Record<string, string>; files?: Record<string, unknown> } = {},
): Promise<string[]> {
  const output = await tapForText([...argv, '--discover'], { env, files });
  expect(output.logs.replaceAll(/.* WARN .*\n/g, '')).toBe('');
  expect(output.exitCode).toBe(0);
  const { streams } = JSON.parse(output.text) as { streams: { tap_stream_id: string }[] };
  return streams.map(({ tap_stream_id }) => tap_stream_id).filter((name) => /^list_\d/.test(name));
}

const environment = (): Record<string, string> => ({
  TAP_AFFINITY_API_KEY: account.apiKey,
  TAP_AFFINITY_API_BASE_URL: account.url,
});

describe('--config', () => {
  it('takes several files, of which later ones win setting by setting', async () => {
    const files = {
      'a.json': configOf(account, { list_references: ['3300'], api_key: 'wrong' }),
      'b.json': { list_references: ['3302'] },
      'c.json': { api_key: account.apiKey },
    };
    const argv = ['--config', 'a.json', '--config', 'b.json', '--config=c.json'];
    expect(await discoveredLists(argv, { files })).toEqual(['list_3302_entries']);
  });

  it.each([
    ['numbers in a list', '[3300, 3302]', ['list_3300_entries', 'list_3302_entries']],
    ['texts in a list', '["3300", "3300/911"]', ['list_3300_entries', 'list_3300_view_911_entries']],
    ['commas', ' 3300 , 3302,', ['list_3300_entries', 'list_3302_entries']],
    ['one id', '3300', ['list_3300_entries']],
    ['one address', 'https://acme.affinity.co/lists/3302', ['list_3302_entries']],
    ['an empty list', '[]', []],
    ['nothing', '', []],
  ])('reads variables with ENV: references as %s', async (_form, references, expected) => {
    const env = { ...environment(), TAP_AFFINITY_LIST_REFERENCES: references };
    expect(await discoveredLists(['--config', 'ENV'], { env })).toEqual(expected);
  });

  it('reads every setting from variables, and ignores others', async () => {
    const env = {
      ...environment(),
      TAP_AFFINITY_MONTHLY_CALL_RESERVE: '99999999',
      TAP_AFFINITY_START_DATE: '2026-01-01T00:00:00Z',
      TAP_AFFINITY_FIELD_LAYOUT: 'array',
      TAP_AFFINITY_COLUMN_NAMES: 'id',
      TAP_AFFINITY_LOGLEVEL: 'INFO',
      AFFINITY_API_KEY: 'of something else',
    };
    const output = await tapForText(['--config', 'ENV'], { env });
    expect(output.exitCode).toBe(1);
    expect(output.logs).toContain('reserve');
  });

  it('names the setting when a variable is wrong', async () => {
    const env = {
      ...environment(),
      TAP_AFFINITY_MONTHLY_CALL_RESERVE: 'many',
      TAP_AFFINITY_START_DATE: 'soon',
      TAP_AFFINITY_FIELD_LAYOUT: 'rows',
    };
    const output = await tapForText(['--config', 'ENV', '--discover'], { env });
    expect(output).toMatchObject({ exitCode: 1, text: '' });
    for (const setting of ['start_date', 'field_layout', 'monthly_call_reserve']) {
      expect(output.logs).toContain(`The setting "${setting}" is wrong`);
    }
  });

  it('joins variables and files in their order', async () => {
    const env = { ...environment(), TAP_AFFINITY_LIST_REFERENCES: '3300' };
    const files = { 'a.json': { list_references: [3302] } };
    expect(await discoveredLists(['--config', 'ENV', '--config', 'a.json'], { env, files })).toEqual([
      'list_3302_entries',
    ]);
    expect(await discoveredLists(['--config', 'a.json', '--config', 'ENV'], { env, files })).toEqual([
      'list_3300_entries',
    ]);
  });
});

describe('--discover', () => {
  it('prints the catalog and nothing else, whatever stands beside it', async () => {
    const files = { 'c.json': configOf(account), 's.json': { bookmarks: {} }, 'k.json': { streams: [] } };
    const alone = await tapForText(['--config', 'c.json', '--discover'], { files });
    const argv = ['--config', 'c.json', '--state', 's.json', '--catalog', 'k.json', '--discover'];
    const beside = await tapForText(argv, { files });
    expect(beside).toMatchObject({ text: alone.text, exitCode: 0 });
    expect(JSON.parse(alone.text)).toEqual({ streams: expect.any(Array) });
  });

  it('keeps warnings on stderr', async () => {
    const files = { 'c.json': configOf(account, { list_references: ['3300', '999999'] }) };
    const output = await tapForText(['--config', 'c.json', '--discover'], { files });
    expect(() => JSON.parse(output.text)).not.toThrow();
    expect(output.logs).toMatch(/WARN .*list_999999_entries.* is left out/);
  });

  it('has nothing raw that ends lines for some readers, nor halves of characters', async () => {
    const name = 'a\u2028b\u2029c\u0085d \ud83d e';
    const own = await openAccountForTest();
    own.change({ kind: 'add-field', owner: 3300, name, valueType: 'text' });
    const files = { 'c.json': configOf(own, { list_references: ['3300'] }) };
    const { text } = await tapForText(['--config', 'c.json', '--discover'], { files });
    expect(text).not.toMatch(/[\u2028\u2029\u0085]|\\ud83d/);
    expect(text).toContain('"title": "a\\u2028b\\u2029c\\u0085d \ufffd e"');
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('prints nothing and ends with 1 when the account cannot be read', async () => {
    const files = { 'c.json': configOf(account, { api_key: `${API_KEY}-wrong` }) };
    const output = await tapForText(['--config', 'c.json', '--discover'], { files });
    expect(output).toMatchObject({ text: '', exitCode: 1 });
    expect(output.logs).toMatch(/ERROR .*401/);
    expect(output.logs).not.toContain(API_KEY);
  });
});

describe('--catalog', () => {
  it('is also called --properties', async () => {
    const files = { 'c.json': configOf(account), 'k.json': { streams: [{ tap_stream_id: 'lists' }] } };
    for (const option of ['--catalog', '--properties']) {
      const { text } = await tapForText(['--config', 'c.json', option, 'k.json'], { files });
      expect(text.split('\n')[0]).toContain('"type":"SCHEMA","stream":"lists"');
    }
  });

  it('that cannot be read is said by name', async () => {
    const files = { 'c.json': configOf(account), 'broken.json': '{"streams": [' };
    for (const [name, reason] of [
      ['broken.json', 'is not valid JSON'],
      ['absent.json', 'cannot be read: it does not exist'],
    ]) {
      const output = await tapForText(['--config', 'c.json', '--catalog', `${name}`], { files });
      expect(output).toMatchObject({ text: '', exitCode: 1 });
      expect(output.logs).toContain(`ERROR The catalog file ${name} ${reason}`);
    }
  });
});

describe('--test', () => {
  it.each(['--test', '--test=all', '--test=schema'])(
    'as %s tries the configuration and writes no data',
    async (option) => {
      const output = await tapForText(['--config', 'c.json', option], { files: { 'c.json': configOf(account) } });
      expect(output).toMatchObject({ text: '', exitCode: 0 });
      expect(output.logs).toMatch(/INFO Connected as /);
    },
  );

  it('ends with 1 when it does not work', async () => {
    const files = { 'c.json': configOf(account, { api_key: 'wrong-key' }) };
    const output = await tapForText(['--config', 'c.json', '--test'], { files });
    expect(output).toMatchObject({ text: '', exitCode: 1 });
    expect(output.logs).toContain('401');
  });
});

describe('--about and --version', () => {
  it('need no configuration', async () => {
    const version = await tapForText(['--version']);
    expect(version).toMatchObject({ exitCode: 0, logs: '' });
    expect(version.text).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
    const about = await tapForText(['--about']);
    expect(about).toMatchObject({ exitCode: 0, logs: '' });
    expect(about.text).toContain(`tap-affinity ${version.text}`);
  });

  it('describes the tap in JSON', async () => {
    const { text } = await tapForText(['--about', '--format', 'json']);
    const settings = connectorSpecification()['connectionSpecification'];
    expect(JSON.parse(text)).toEqual({
      name: 'tap-affinity',
      description: expect.any(String),
      version: expect.any(String),
      sdk_version: null,
      supported_python_versions: [],
      capabilities: ['catalog', 'properties', 'discover', 'state', 'about', 'test'],
      settings,
    });
  });

  it('describes every setting in Markdown and in text', async () => {
    const { properties } = connectorSpecification()['connectionSpecification'] as { properties: object };
    const markdown = await tapForText(['--about', '--format=markdown']);
    const text = await tapForText(['--about', '--format=text']);
    for (const name of Object.keys(properties)) {
      expect(markdown.text).toContain(`\n| \`${name}\` | `);
      expect(text.text).toContain(`\n  ${name} (`);
    }
    const rows = markdown.text.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  });
});

describe('a command line that makes no sense', () => {
  it.each([
    [[], 'Give the configuration'],
    [['--discover'], 'Give the configuration'],
    [['--config'], 'Not enough arguments following: config'],
    [['--config', 'c.json', '--sofa'], 'Unknown argument: sofa'],
    [['--config', 'c.json', 'read'], 'Unknown argument: read'],
    [['--about', '--format', 'yaml'], 'Invalid values'],
  ])('%j: says so on stderr and ends with 1', async (argv, message) => {
    const output = await tapForText(argv, { files: { 'c.json': configOf(account) } });
    expect(output).toMatchObject({ text: '', exitCode: 1 });
    expect(output.logs).toContain(message);
  });

  it('takes the last of an option given twice', async () => {
    const files = {
      'c.json': configOf(account),
      'k.json': { streams: [{ tap_stream_id: 'lists' }] },
      'l.json': { streams: [{ tap_stream_id: 'users' }] },
    };
    const argv = ['--config', 'c.json', '--catalog', 'k.json', '--properties', 'l.json'];
    expect((await tapForText(argv, { files })).text).toContain('"stream":"users"');
  });
});

describe('a failing stream', () => {
  it('is named on stderr, the others are read, and the exit code is 1', async () => {
    const forbidding = await openAccountForTest({ deny: ['Manage duplicates'] });
    const schema = { type: 'object', properties: { id: { type: 'integer' } } };
    const streams = ['company_merges', 'lists'].map((tap_stream_id) => ({ tap_stream_id, schema }));
    const output = await syncTap(configOf(forbidding), { catalog: { streams } });
    expect(output.recordsOf('lists').length).toBeGreaterThan(0);
    expect(output.bookmarks).not.toHaveProperty('company_merges');
    expect(output.logs).toMatch(/ERROR company_merges: .*"Manage duplicates"/);
    expect(output.exitCode).toBe(1);
  });
});
