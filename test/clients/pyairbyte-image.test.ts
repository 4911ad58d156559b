import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE } from '../image/docker.ts';
import { type ClientAccount, expectedCounts, LISTS, openClientAccount, ROOT } from './support/account.ts';
import { buildImage, lacksDocker } from './support/docker.ts';
import { type PythonEnvironment, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, toCounts } from './support/tables.ts';

const EXAMPLE = join(ROOT, 'examples/pyairbyte');

describe.skipIf(await lacksDocker())('PyAirbyte with the image', () => {
  let account: ClientAccount;
  let environment: PythonEnvironment;
  /** PyAirbyte makes a folder with the connector's name in it. */
  let folder: string;
  let database: string;

  beforeAll(async () => {
    environment = await pythonEnvironment('pyairbyte', join(EXAMPLE, 'requirements.txt'));
    await buildImage(IMAGE);
    account = await openClientAccount();
    folder = join(account.folder, 'project');
    await mkdir(folder);
    database = join(folder, 'warehouse.duckdb');
  });

  afterAll(() => account?.close());

  async function load(): Promise<number> {
    const said = await succeed(environment.python, [join(EXAMPLE, 'load.py')], {
      cwd: folder,
      env: {
        DO_NOT_TRACK: '1',
        SOURCE_AFFINITY_IMAGE: IMAGE,
        AFFINITY_API_KEY: account.sandbox.apiKey,
        AFFINITY_API_BASE_URL: account.sandbox.url,
        AFFINITY_LISTS: LISTS.join(','),
        AFFINITY_DUCKDB: database,
      },
    });
    return Number(/^(\d+) rows read$/m.exec(said)?.[1]);
  }

  async function counts(): Promise<Counts> {
    const streams = Object.keys(expectedCounts(account.sandbox));
    const sql = countingQuery(streams, (stream) => `affinity.${stream}`);
    return toCounts(await queryDuckDb(environment.python, database, sql));
  }

  it('loads every row of every stream, and then what is new', async () => {
    const { sandbox } = account;
    const rowsRead = await load();
    const [expected, loaded] = [expectedCounts(sandbox), await counts()];
    printCounts('PyAirbyte, image, first run', { sandbox: expected, DuckDB: loaded });
    expect(loaded).toEqual(expected);
    expect(rowsRead).toBe(Object.values(expected).reduce((sum, count) => sum + count, 0));

    sandbox.change({ kind: 'insert', stream: 'emails', count: 3 });
    expect(await load()).toBeLessThan(rowsRead);
    expect(await counts()).toEqual(expectedCounts(sandbox));
  });
});
