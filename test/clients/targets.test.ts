import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectStreams } from '../support/singer-run.ts';
import { type ClientAccount, clientConfig, expectedCounts, openClientAccount, ROOT } from './support/account.ts';
import { COLUMNS_QUERY, missingColumns } from './support/columns.ts';
import { makeEntryOdd, ODD_MEMO } from './support/odd-values.ts';
import { type Postgres, startPostgres } from './support/postgres.ts';
import { pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, toCounts } from './support/tables.ts';

const REQUIREMENTS = join(ROOT, 'test/clients/requirements');

let account: ClientAccount;
let postgres: Postgres;
let oddEntry: number;

beforeAll(async () => {
  account = await openClientAccount();
  oddEntry = makeEntryOdd(account.sandbox);
  await writeFile(join(account.folder, 'config.json'), JSON.stringify(clientConfig(account.sandbox)));
  await shell('tap-affinity --config config.json --discover > discovered.json');
  const discovered = JSON.parse(await readFile(join(account.folder, 'discovered.json'), 'utf8'));
  await writeFile(join(account.folder, 'catalog.json'), JSON.stringify(selectStreams(discovered)));
});

afterAll(async () => {
  await postgres?.close();
  await account?.close();
});

const shell = (command: string, path = account.path): Promise<string> =>
  succeed('bash', ['-c', `set -o pipefail; ${command}`], { cwd: account.folder, env: { PATH: path } });

/**
 * Pipes a sync into a target as a crontab would; what the target echoes is where the next sync goes on. Resolves to how
 * many records of each stream went through the pipe.
 */
async function sync(bin: string, target: string): Promise<Counts> {
  const tap = 'tap-affinity --config config.json --catalog catalog.json --state state.json';
  const pipe = `${tap} | tee lines.jsonl | ${target} --config target.json > states.jsonl`;
  await shell(`${pipe} && tail -n 1 states.jsonl > state.json`, `${bin}:${account.path}`);
  const counts: Record<string, number> = {};
  for (const line of (await readFile(join(account.folder, 'lines.jsonl'), 'utf8')).trimEnd().split('\n')) {
    const { type, stream } = JSON.parse(line) as { type: string; stream: string };
    if (type === 'RECORD') counts[stream] = (counts[stream] ?? 0) + 1;
  }
  return counts;
}

describe('a pipe into PipelineWise’s target-postgres', () => {
  let bin: string;

  beforeAll(async () => {
    ({ bin } = await pythonEnvironment('pipelinewise-postgres', join(REQUIREMENTS, 'pipelinewise-postgres.txt')));
    postgres = await startPostgres();
    const { host, port, user, password } = postgres;
    const config = { host, port, user, password, dbname: 'postgres', default_target_schema: 'affinity' };
    await writeFile(join(account.folder, 'target.json'), JSON.stringify(config));
    await writeFile(join(account.folder, 'state.json'), '{}');
  });

  async function counts(): Promise<Counts> {
    const streams = Object.keys(expectedCounts(account.sandbox));
    return toCounts(await postgres.query(countingQuery(streams, (stream) => `affinity.${stream}`)));
  }

  it('brings every row and column of every stream, whatever an entry holds', async () => {
    await sync(bin, 'target-postgres');
    const expected = expectedCounts(account.sandbox);
    const loaded = await counts();
    printCounts('pipelinewise-target-postgres, first run', { sandbox: expected, PostgreSQL: loaded });
    expect(loaded).toEqual(expected);
    expect(await missingColumns(account, await postgres.query(COLUMNS_QUERY))).toEqual([]);
    const entry = `select amount, close_date, memo from affinity.list_3300_entries where id = ${oddEntry}`;
    expect(await postgres.query(entry)).toEqual([{ amount: null, close_date: null, memo: ODD_MEMO }]);
  });

  it('goes on where it was, by the state that the target echoes', async () => {
    account.sandbox.change(
      { kind: 'insert', stream: 'emails', count: 3 },
      { kind: 'delete', stream: 'companies', count: 1 },
    );
    const read = await sync(bin, 'target-postgres');
    const expected = expectedCounts(account.sandbox);
    const loaded = await counts();
    printCounts('pipelinewise-target-postgres, second run', {
      sandbox: expected,
      PostgreSQL: loaded,
      'read again': read,
    });
    // It drops nothing: what ACTIVATE_VERSION says of rows that are gone passes it by.
    expect(loaded).toEqual({ ...expected, companies: (expected['companies'] ?? 0) + 1 });
    expect(read['emails']).toBeGreaterThanOrEqual(3);
    for (const stream of ['emails', 'meetings', 'field_value_changes']) {
      expect(read[stream] ?? 0, stream).toBeLessThan((expected[stream] ?? 0) / 4);
    }
  });
});

const COUNT_CSV = `
import csv, json, pathlib, sys
csv.field_size_limit(10**9)
counts = {file.stem: sum(1 for _ in csv.DictReader(file.open(newline=""))) for file in pathlib.Path(sys.argv[1]).iterdir()}
print(json.dumps(counts))
`;

describe('a pipe into target-csv', () => {
  it('brings every row of every stream', async () => {
    const { bin, python } = await pythonEnvironment('target-csv', join(REQUIREMENTS, 'target-csv.txt'));
    const output = join(account.folder, 'csv');
    await writeFile(join(account.folder, 'target.json'), JSON.stringify({ output_path: output }));
    await writeFile(join(account.folder, 'state.json'), '{}');
    await sync(bin, 'target-csv');
    const expected = expectedCounts(account.sandbox);
    const written = JSON.parse(await succeed(python, ['-c', COUNT_CSV, output])) as Counts;
    printCounts('target-csv', { sandbox: expected, CSV: written });
    expect(written).toEqual(expected);
  });
});
