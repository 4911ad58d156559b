import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientAccount, expectedCounts, INCREMENTAL, LISTS, openClientAccount, ROOT } from './support/account.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, type TableRow, toCounts } from './support/tables.ts';

const EXAMPLE = join(ROOT, 'examples/dlt');

let account: ClientAccount;
let environment: PythonEnvironment;

beforeAll(async () => {
  environment = await pythonEnvironment('dlt', join(EXAMPLE, 'requirements.txt'));
  account = await openClientAccount();
});

afterAll(() => account?.close());

/** Runs the example and takes from what it prints how many rows came. */
async function load(): Promise<Counts> {
  const { sandbox, folder, path } = account;
  const report = await succeed(environment.python, [join(EXAMPLE, 'load.py')], {
    cwd: folder,
    env: {
      PATH: path,
      AFFINITY_API_KEY: sandbox.apiKey,
      AFFINITY_API_BASE_URL: sandbox.url,
      AFFINITY_LISTS: LISTS.join(','),
      AFFINITY_COLUMN_NAMES: 'id_and_name',
      DLT_DATA_DIR: join(folder, 'dlt'),
      RUNTIME__DLTHUB_TELEMETRY: 'false',
    },
  });
  return Object.fromEntries(
    Array.from(report.matchAll(/^- (\w+): (\d+) row/gm), ([, name, rows]) => [name, Number(rows)]),
  );
}

const query = (sql: string): Promise<TableRow[]> =>
  queryDuckDb(environment.python, join(account.folder, 'affinity_crm.duckdb'), sql);

const counts = async (): Promise<Counts> =>
  toCounts(await query(countingQuery(Object.keys(expectedCounts(account.sandbox)), (stream) => `affinity.${stream}`)));

describe('dlt', () => {
  it('loads every row of every stream into DuckDB', async () => {
    await load();
    const expected = expectedCounts(account.sandbox);
    const loaded = await counts();
    printCounts('dlt, first run', { sandbox: expected, DuckDB: loaded });
    expect(loaded).toEqual(expected);
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
    sandbox.change({ kind: 'insert', stream: 'emails', count: 3 }, { kind: 'delete', stream: 'companies', count: 1 });
    const read = await load();
    const expected = expectedCounts(sandbox);
    const loaded = await counts();
    printCounts('dlt, second run', { sandbox: expected, DuckDB: loaded, 'read again': read });
    expect(loaded).toEqual(expected);
    for (const stream of INCREMENTAL.filter((each) => each !== 'reminders' && (expected[each] ?? 0) > 30)) {
      expect(read[stream] ?? 0, stream).toBeLessThan((expected[stream] ?? 0) / 4);
    }
    expect(read['emails']).toBeGreaterThanOrEqual(3);
  });
});
