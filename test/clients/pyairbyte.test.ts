import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientAccount,
  clientConfig,
  expectedCounts,
  INCREMENTAL,
  LISTS,
  openClientAccount,
  ROOT,
} from './support/account.ts';
import { COLUMNS_QUERY, missingColumns } from './support/columns.ts';
import { makeEntryOdd, ODD_MEMO } from './support/odd-values.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, type TableRow, toCounts } from './support/tables.ts';

const EXAMPLE = join(ROOT, 'examples/pyairbyte');

let account: ClientAccount;
let environment: PythonEnvironment;
let database: string;

beforeAll(async () => {
  environment = await pythonEnvironment('pyairbyte', join(EXAMPLE, 'requirements.txt'));
  account = await openClientAccount();
  database = join(account.folder, 'warehouse.duckdb');
});

afterAll(() => account?.close());

const query = (sql: string): Promise<TableRow[]> => queryDuckDb(environment.python, database, sql);

async function load(...argv: string[]): Promise<string> {
  const { sandbox, folder, path } = account;
  return await succeed(environment.python, [join(EXAMPLE, 'load.py'), ...argv], {
    cwd: folder,
    env: {
      PATH: path,
      DO_NOT_TRACK: '1',
      AFFINITY_API_KEY: sandbox.apiKey,
      AFFINITY_API_BASE_URL: sandbox.url,
      AFFINITY_LISTS: LISTS.join(','),
      AFFINITY_DUCKDB: database,
    },
  });
}

async function counts(where?: string): Promise<Counts> {
  const streams = Object.keys(expectedCounts(account.sandbox));
  return toCounts(await query(countingQuery(streams, (stream) => `affinity.${stream}`, where)));
}

describe('PyAirbyte', () => {
  let first = '';

  it('loads every row of every stream into DuckDB', async () => {
    first = await load();
    const expected = expectedCounts(account.sandbox);
    const loaded = await counts();
    printCounts('PyAirbyte, first run', { sandbox: expected, DuckDB: loaded });
    expect(loaded).toEqual(expected);
    const total = Object.values(expected).reduce((sum, count) => sum + count, 0);
    expect(first).toContain(`${total} rows read`);
  });

  it('makes every column of every stream', async () => {
    expect(await missingColumns(account, await query(COLUMNS_QUERY))).toEqual([]);
  });

  it('gives the columns of a list their types, in DuckDB and in a data frame', async () => {
    const columns = await query('describe affinity.list_3300_entries');
    print(columns.map(({ column_name: name, column_type: type }) => `  ${name}: ${type}`).join('\n'));
    const types = Object.fromEntries(columns.map(({ column_name: name, column_type: type }) => [name, type]));
    expect(types).toMatchObject({ id: 'BIGINT', createdat: 'TIMESTAMP', amount: 'DECIMAL(38,9)', owners: 'JSON' });
    expect(first).toMatch(/list 3300: \d+ entries\n/);
    expect(first).toMatch(/createdat +datetime64\[ns\]/i);
  });

  it('brings in a second run what is new, and of incremental streams little else', async () => {
    const { sandbox } = account;
    const before = await counts();
    const times = Object.keys(before).map(
      (stream) => `select max(_airbyte_extracted_at) as loaded from affinity.${stream}`,
    );
    const [{ latest } = {}] = await query(`select max(loaded) as latest from (${times.join(' union all ')})`);
    sandbox.change({ kind: 'insert', stream: 'emails', count: 3 }, { kind: 'update', stream: 'meetings', count: 2 });
    await load();
    const expected = expectedCounts(sandbox);
    const after = await counts();
    const fresh = await counts(`_airbyte_extracted_at > '${latest}'::timestamp`);
    printCounts('PyAirbyte, second run', { sandbox: expected, DuckDB: after, 'read again': fresh });
    expect(after).toEqual(expected);
    expect(after['emails']).toBe((before['emails'] ?? 0) + 3);
    expect(fresh['emails']).toBeGreaterThanOrEqual(3);
    expect(fresh['meetings']).toBeGreaterThanOrEqual(2);
    for (const stream of ['emails', 'meetings', 'field_value_changes', 'files', 'transcripts']) {
      expect(fresh[stream], stream).toBeLessThan((expected[stream] ?? 0) / 2);
    }
    expect(fresh['companies']).toBe(expected['companies']);
    expect(Object.keys(expected)).toEqual(expect.arrayContaining(INCREMENTAL));
  });

  it('loads an entry with values that are not what its columns say', async () => {
    const id = makeEntryOdd(account.sandbox);
    await load();
    expect(await counts()).toEqual(expectedCounts(account.sandbox));
    const [entry] = await query(`select amount, close_date, memo from affinity.list_3300_entries where id = ${id}`);
    expect(entry).toEqual({ amount: null, close_date: null, memo: ODD_MEMO.replace('b', '\u0000b') });
  });

  it('keeps rows that are gone from the account until everything is loaded anew', async () => {
    const { sandbox } = account;
    const before = await counts();
    sandbox.change({ kind: 'delete', stream: 'companies', count: 1 }, { kind: 'delete', stream: 'emails', count: 2 });
    await load();
    expect(await counts()).toEqual(before);
    await load('--full');
    const expected = expectedCounts(sandbox);
    const loaded = await counts();
    printCounts('PyAirbyte, everything anew', { sandbox: expected, before, after: loaded });
    expect(loaded).toEqual(expected);
    expect(loaded['emails']).toBe((before['emails'] ?? 0) - 2);
  });

  it('accepts the connector by its own smoke test', async () => {
    const config = join(account.folder, 'config.json');
    await writeFile(config, JSON.stringify(clientConfig(account.sandbox)));
    const executable = join(account.folder, 'source-affinity');
    const argv = ['validate', `--connector=${executable}`, `--config=${config}`];
    await succeed(join(environment.bin, 'pyab'), argv, {
      cwd: account.folder,
      env: { AIRBYTE_OFFLINE_MODE: '1', DO_NOT_TRACK: '1' },
    });
  });
});
