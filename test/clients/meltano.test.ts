import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientAccount, expectedCounts, INCREMENTAL, LISTS, openClientAccount, ROOT } from './support/account.ts';
import { COLUMNS_QUERY, missingColumns } from './support/columns.ts';
import { makeEntryOdd, ODD_MEMO } from './support/odd-values.ts';
import { type Postgres, startPostgres } from './support/postgres.ts';
import { cacheFolder, type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, type TableRow, toCounts } from './support/tables.ts';

const EXAMPLE = join(ROOT, 'examples/meltano');
/** The loaders' own environments stay here between runs; everything else is made anew. */
const PROJECT = join(cacheFolder(), 'meltano-project');

let account: ClientAccount;
let environment: PythonEnvironment;
let postgres: Postgres;

beforeAll(async () => {
  environment = await pythonEnvironment('meltano', join(EXAMPLE, 'requirements.txt'));
  account = await openClientAccount();
  postgres = await startPostgres();
  await mkdir(join(PROJECT, '.meltano'), { recursive: true });
  for (const name of await readdir(PROJECT))
    if (name !== '.meltano') await rm(join(PROJECT, name), { recursive: true });
  for (const name of await readdir(join(PROJECT, '.meltano'))) {
    if (name !== 'loaders') await rm(join(PROJECT, '.meltano', name), { recursive: true });
  }
  await cp(EXAMPLE, PROJECT, { recursive: true });
  const startedMs = performance.now();
  await meltano('install');
  print(`meltano install: ${Math.round((performance.now() - startedMs) / 1000)} s`);
});

afterAll(async () => {
  await postgres?.close();
  await account?.close();
});

async function meltano(...argv: string[]): Promise<string> {
  const { sandbox, path } = account;
  return await succeed(join(environment.bin, 'meltano'), argv, {
    cwd: PROJECT,
    env: {
      PATH: path,
      TAP_AFFINITY_API_KEY: sandbox.apiKey,
      TAP_AFFINITY_API_BASE_URL: sandbox.url,
      // Numbers in a list of texts, as people write them and as Meltano passes them on.
      TAP_AFFINITY_LIST_REFERENCES: LISTS.join(','),
      TARGET_POSTGRES_HOST: postgres.host,
      TARGET_POSTGRES_PORT: `${postgres.port}`,
      TARGET_POSTGRES_USER: postgres.user,
      TARGET_POSTGRES_PASSWORD: postgres.password,
    },
  });
}

/** Python in the environment that Meltano made for a loader. */
const pythonOf = (loader: string): string => join(PROJECT, '.meltano/loaders', loader, 'venv/bin/python');

async function versionsOf(loader: string, packages: readonly string[]): Promise<string> {
  const script =
    'import sys; from importlib.metadata import version; print(*(f"{p}=={version(p)}" for p in sys.argv[1:]))';
  return (await succeed(pythonOf(loader), ['-c', script, ...packages])).trim();
}

const streams = (): string[] => Object.keys(expectedCounts(account.sandbox));

async function countJsonLines(): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries(streams().map((stream) => [stream, 0]));
  for (const file of await readdir(join(PROJECT, 'output'))) {
    const text = await readFile(join(PROJECT, 'output', file), 'utf8');
    counts[file.replace('.jsonl', '')] = text.split('\n').filter((line) => line !== '').length;
  }
  return counts;
}

/** Asks the database of target-duckdb, with the DuckDB that it brings. */
function askDuckDb(sql: string): Promise<TableRow[]> {
  return queryDuckDb(pythonOf('target-duckdb'), join(PROJECT, 'warehouse.duckdb'), sql);
}

async function countDuckDb(): Promise<Counts> {
  return toCounts(await askDuckDb(countingQuery(streams(), (stream) => `affinity.${stream}`)));
}

async function countPostgres(): Promise<Counts> {
  return toCounts(
    await postgres.query(countingQuery(streams(), (stream) => `affinity.${stream}`, '_sdc_deleted_at is null')),
  );
}

const loaders = [
  { loader: 'target-jsonl', count: countJsonLines, packages: ['target-jsonl'] },
  { loader: 'target-duckdb', count: countDuckDb, packages: ['target-duckdb', 'duckdb'] },
  { loader: 'target-postgres', count: countPostgres, packages: ['meltanolabs-target-postgres'] },
] as const;

describe('Meltano', () => {
  it('takes the plugin definition', async () => {
    print((await meltano('--version')).trim());
    for (const { loader, packages } of loaders) print(`${loader}: ${await versionsOf(loader, packages)}`);
    await meltano('config', 'test', 'tap-affinity');
    const list = await meltano('select', 'tap-affinity', '--list', '--all');
    expect(list).toContain('companies.id');
    expect(list).toContain('list_3300_entries.entityId');
  });

  it.each(loaders)('runs every row of every stream into $loader', async ({ loader, count }) => {
    await meltano('run', 'tap-affinity', loader);
    const expected = expectedCounts(account.sandbox);
    const loaded = await count();
    printCounts(`Meltano, first run into ${loader}`, { sandbox: expected, [loader]: loaded });
    expect(loaded).toEqual(expected);
  });

  it.each([
    ['target-duckdb', askDuckDb],
    ['target-postgres', (sql: string) => postgres.query(sql)],
  ])('makes every column of every stream with %s', async (_loader, query) => {
    expect(await missingColumns(account, await query(COLUMNS_QUERY))).toEqual([]);
  });

  it('gives the columns of a list their types in PostgreSQL', async () => {
    const columns = await postgres.query(
      `select column_name as name, data_type as type from information_schema.columns
       where table_schema = 'affinity' and table_name = 'list_3300_entries' order by ordinal_position`,
    );
    print(columns.map(({ name, type }) => `  ${name}: ${type}`).join('\n'));
    const types = new Set(columns.map(({ type }) => type));
    for (const type of ['bigint', 'text', 'timestamp without time zone', 'numeric', 'jsonb', 'ARRAY']) {
      expect([...types]).toContain(type);
    }
  });

  it.each(loaders)(
    'brings in a second run into $loader what is new, and of incremental streams little else',
    async ({ loader, count }) => {
      const { sandbox } = account;
      const before = await count();
      sandbox.change({ kind: 'delete', stream: 'companies', count: 1 }, { kind: 'insert', stream: 'emails', count: 3 });
      await meltano('run', 'tap-affinity', loader);
      const expected = expectedCounts(sandbox);
      const after = await count();
      printCounts(`Meltano, second run into ${loader}`, { sandbox: expected, before, after });
      check[loader]({ before, after, expected });
    },
  );

  it.each(loaders)('runs an entry with values that are not what its columns say into $loader', async ({ loader }) => {
    const id = makeEntryOdd(account.sandbox);
    await meltano('run', 'tap-affinity', loader);
    expect(await findEntry[loader](id)).toMatchObject({ amount: null, close_date: null, memo: ODD_MEMO });
  });

  it('reads only what is selected', async () => {
    await rm(join(PROJECT, 'output'), { recursive: true });
    await meltano('run', 'tap-affinity-changes', 'target-jsonl');
    const files = (await readdir(join(PROJECT, 'output'))).map((file) => file.replace('.jsonl', ''));
    expect(files.length).toBeGreaterThan(8);
    expect(INCREMENTAL).toEqual(expect.arrayContaining(files));
    expect(files).not.toContain('note_replies');
  });

  it.each([
    { job: 'affinity-changes-to-postgres', isWhole: false },
    { job: 'affinity-to-postgres', isWhole: true },
  ])('has the job $job', async ({ job, isWhole }) => {
    const { sandbox } = account;
    sandbox.change({ kind: 'insert', stream: 'emails', count: 2 }, { kind: 'delete', stream: 'companies', count: 1 });
    const before = await countPostgres();
    await meltano('run', job);
    const [expected, after] = [expectedCounts(sandbox), await countPostgres()];
    expect(after['emails']).toBe(expected['emails']);
    expect(after['companies']).toBe(isWhole ? expected['companies'] : before['companies']);
  });
});

const ENTRY = 'select amount, close_date, memo from affinity.list_3300_entries where id =';

const findEntry = {
  async 'target-jsonl'(id: number): Promise<TableRow | undefined> {
    const lines = (await readFile(join(PROJECT, 'output/list_3300_entries.jsonl'), 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as TableRow).findLast((row) => row['id'] === id);
  },
  'target-duckdb': async (id: number) => (await askDuckDb(`${ENTRY} ${id}`))[0],
  'target-postgres': async (id: number) => (await postgres.query(`${ENTRY} ${id}`))[0],
};

interface SecondRun {
  readonly before: Counts;
  readonly after: Counts;
  readonly expected: Counts;
}

const check = {
  /** It appends: what a run brought is what a file grew by. */
  'target-jsonl': ({ before, after, expected }: SecondRun): void => {
    for (const stream of streams()) {
      const grown = (after[stream] ?? 0) - (before[stream] ?? 0);
      if (!INCREMENTAL.includes(stream)) expect(grown, stream).toBe(expected[stream]);
      // Time makes reminders overdue without a trace, so that those come again.
      else if ((before[stream] ?? 0) > 30 && stream !== 'reminders')
        expect(grown, stream).toBeLessThan((before[stream] ?? 0) / 4);
    }
  },
  /** It merges and deletes nothing. */
  'target-duckdb': ({ before, after, expected }: SecondRun): void => {
    expect(after['emails']).toBe(expected['emails']);
    expect(after['companies']).toBe(before['companies']);
  },
  /** It merges, and marks what the newest version does not have as deleted. */
  'target-postgres': ({ after, expected }: SecondRun): void => {
    expect(after).toEqual(expected);
  },
};
