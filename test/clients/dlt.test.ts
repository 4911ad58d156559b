import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectStreams } from '../support/singer-run.ts';
import { type ClientAccount, expectedCounts, INCREMENTAL, LISTS, openClientAccount, ROOT } from './support/account.ts';
import { makeEntryOdd, ODD_MEMO } from './support/odd-values.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { type CommandResult, runCommand } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, type TableRow, toCounts } from './support/tables.ts';

const EXAMPLE = join(ROOT, 'examples/dlt');

let account: ClientAccount;
let environment: PythonEnvironment;

beforeAll(async () => {
  environment = await pythonEnvironment('dlt', join(EXAMPLE, 'requirements.txt'));
  account = await openClientAccount();
  const { stdout } = await run('tap-affinity', ['--config', 'ENV', '--discover']);
  await writeFile(join(account.folder, 'catalog.json'), JSON.stringify(selectStreams(JSON.parse(stdout))));
});

afterAll(() => account?.close());

/** Runs a program with the settings in its environment, where the example finds the tap. */
async function run(command: string, argv: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  const { sandbox, folder, path } = account;
  const settings = {
    TAP_AFFINITY_API_KEY: sandbox.apiKey,
    TAP_AFFINITY_API_BASE_URL: sandbox.url,
    TAP_AFFINITY_LIST_REFERENCES: LISTS.join(','),
    TAP_AFFINITY_COLUMN_NAMES: 'id_and_name',
    DLT_DATA_DIR: join(folder, 'dlt'),
    RUNTIME__DLTHUB_TELEMETRY: 'false',
  };
  return await runCommand(command, argv, { cwd: folder, env: { PATH: path, ...settings, ...env } });
}

const runExample = (argv: readonly string[] = [], env?: Record<string, string>): Promise<CommandResult> =>
  run(environment.python, [join(EXAMPLE, 'load.py'), ...argv], env);

/** Loads all streams, and counts in the tables what rows this run brought. */
async function load(env?: Record<string, string>): Promise<Counts> {
  const { code, stderr } = await runExample(['--catalog', 'catalog.json'], env);
  expect(code, stderr).toBe(0);
  return await counts('_dlt_load_id = (select arg_max(load_id, inserted_at) from affinity._dlt_loads)');
}

const query = (sql: string): Promise<TableRow[]> =>
  queryDuckDb(environment.python, join(account.folder, 'affinity_crm.duckdb'), sql);

async function counts(where?: string): Promise<Counts> {
  const streams = Object.keys(expectedCounts(account.sandbox));
  return toCounts(await query(countingQuery(streams, (stream) => `affinity.${stream}`, where)));
}

describe('dlt', () => {
  it('loads every row of every stream into DuckDB', async () => {
    const read = await load();
    const expected = expectedCounts(account.sandbox);
    const loaded = await counts();
    printCounts('dlt, first run', { sandbox: expected, DuckDB: loaded });
    expect(loaded).toEqual(expected);
    expect(read).toEqual(expected);
  });

  it('gives the columns of a list their types', async () => {
    const columns = await query('describe affinity.list_3300_entries');
    print(columns.map(({ column_name: name, column_type: type }) => `  ${name}: ${type}`).join('\n'));
    expect(Object.fromEntries(columns.map(({ column_name: name, column_type: type }) => [name, type]))).toMatchObject({
      id: 'BIGINT',
      created_at: 'TIMESTAMP WITH TIME ZONE',
      field_800201_status: 'VARCHAR',
      field_800203_amount: 'DOUBLE',
      field_800202_owners: 'JSON',
    });
  });

  it('answers the queries of docs/from-dlt.md', async () => {
    const page = await readFile(join(ROOT, 'docs/from-dlt.md'), 'utf8');
    const [, queries = ''] = /```sql\n(.*?)```/s.exec(page) ?? [];
    const statements = queries.split(';').filter((statement) => statement.includes('select'));
    expect(statements).toHaveLength(4);
    for (const statement of statements) {
      const rows = await query(statement);
      expect(rows.length, statement).toBeGreaterThan(0);
      const values = rows.flatMap((row) => Object.values(row).slice(1));
      expect(
        values.some((value) => value !== null),
        statement,
      ).toBe(true);
    }
  });

  it('brings in a second run what is new, and drops rows that are gone from whole tables', async () => {
    const { sandbox } = account;
    sandbox.change(
      { kind: 'insert', stream: 'emails', count: 3 },
      { kind: 'delete', stream: 'companies', count: 1 },
      { kind: 'delete', stream: 'webhooks', count: sandbox.counts()['webhooks'] ?? 0 },
    );
    const read = await load();
    const expected = expectedCounts(sandbox);
    const loaded = await counts();
    printCounts('dlt, second run', { sandbox: expected, DuckDB: loaded, 'read again': read });
    expect(loaded).toEqual(expected);
    expect(loaded['webhooks']).toBe(0);
    for (const stream of INCREMENTAL.filter((each) => each !== 'reminders' && (expected[each] ?? 0) > 30)) {
      expect(read[stream], stream).toBeLessThan((expected[stream] ?? 0) / 4);
    }
    expect(read['emails']).toBeGreaterThanOrEqual(3);
  });

  it('loads nothing and keeps its state when a stream fails, and then catches up, whatever an entry holds', async () => {
    const { sandbox } = account;
    const before = await counts();
    const id = makeEntryOdd(sandbox);
    sandbox.change({ kind: 'insert', stream: 'emails', count: 2 });
    sandbox.addFault({ kind: 'foreign-next-url', match: '^GET /v2/companies\\?', nth: 2 });
    const { code, stderr } = await runExample(['--catalog', 'catalog.json']);
    sandbox.clearFaults();
    expect(code).toBe(1);
    expect(stderr).toMatch(/ERROR companies: /);
    expect(await counts()).toEqual(before);
    await load();
    expect(await counts()).toEqual(expectedCounts(sandbox));
    const memo = 'select field_800203_amount as amount, field_800206_memo as memo from affinity.list_3300_entries';
    expect(await query(`${memo} where id = ${id}`)).toEqual([{ amount: null, memo: ODD_MEMO }]);
  });

  it('loads everything anew as docs/from-dlt.md says, and drops what is gone from all tables', async () => {
    const page = await readFile(join(ROOT, 'docs/from-dlt.md'), 'utf8');
    const [, refresh = ''] = /`REFRESH=(\w+) python load\.py`/.exec(page) ?? [];
    account.sandbox.change({ kind: 'delete', stream: 'emails', count: 2 });
    await load();
    const expected = expectedCounts(account.sandbox);
    expect((await counts())['emails']).toBe((expected['emails'] ?? 0) + 2);
    expect(await load({ REFRESH: refresh })).toEqual(expected);
    expect(await counts()).toEqual(expected);
  });

  it('leaves out without a catalog what costs a call for each parent', async () => {
    const data = join(account.folder, 'by-default');
    await mkdir(data);
    const destination = { DLT_DATA_DIR: data, DESTINATION__DUCKDB__CREDENTIALS: join(data, 'crm.duckdb') };
    const { code, stderr } = await runExample([], destination);
    expect(code, stderr).toBe(0);
    const sql = `select table_name as name from information_schema.tables
      where table_schema = 'affinity' and not starts_with(table_name, '_dlt')`;
    const tables = await queryDuckDb(environment.python, join(data, 'crm.duckdb'), sql);
    const costly = ['dropdown_options', 'note_replies', 'relationships', 'transcript_fragments'];
    const streams = Object.keys(expectedCounts(account.sandbox)).filter((name) => !costly.includes(name));
    expect(tables.map(({ name }) => name).sort()).toEqual(streams.sort());
  });
});
