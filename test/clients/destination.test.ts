import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientAccount,
  clientConfig,
  expectedCounts,
  INCREMENTAL,
  openClientAccount,
  ROOT,
} from './support/account.ts';
import { type PythonEnvironment, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, countingQuery, printCounts, queryDuckDb, toCounts } from './support/tables.ts';

let account: ClientAccount;
let environment: PythonEnvironment;

beforeAll(async () => {
  environment = await pythonEnvironment('destination', join(ROOT, 'test/clients/requirements/destination.txt'));
  account = await openClientAccount();
  const destination = {
    table_base_path: './out',
    embed_mode: 'cmd',
    embed_cmd: `python3 ${join(ROOT, 'test/clients/embed.py')}`,
    text_field: 'subject',
    embedding_dim: 4,
  };
  await writeFile(join(account.folder, 'source.json'), JSON.stringify(clientConfig(account.sandbox)));
  await writeFile(join(account.folder, 'destination.json'), JSON.stringify(destination));
  const text = await shell('source-affinity discover --config source.json');
  const { catalog } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as {
    catalog: { streams: readonly { supported_sync_modes: readonly string[] }[] };
  };
  const streams = catalog.streams.map((stream) => ({
    stream,
    sync_mode: stream.supported_sync_modes.at(-1),
    destination_sync_mode: 'append',
    generation_id: 1,
    minimum_generation_id: 0,
    sync_id: 1,
  }));
  await writeFile(join(account.folder, 'catalog.json'), JSON.stringify({ streams }));
});

afterAll(() => account?.close());

const shell = (command: string): Promise<string> =>
  succeed('bash', ['-c', `set -o pipefail; ${command}`], {
    cwd: account.folder,
    env: { PATH: `${environment.bin}:${account.path}` },
  });

/** Pipes a read into the destination; what that says about states is the state of the next read. */
async function sync(state = ''): Promise<void> {
  const read = `source-affinity read --config source.json --catalog catalog.json ${state}`;
  const write = 'airbyte-destination-ailake write --config destination.json --catalog catalog.json';
  await shell(`${read} | tee lines.jsonl | ${write} | grep '"type": *"STATE"' > states.jsonl`);
}

async function counts(): Promise<Counts> {
  const tableOf = (stream: string): string =>
    `read_parquet('${account.folder}/out/${stream}/data/*.parquet', union_by_name = true)`;
  const query = countingQuery(Object.keys(expectedCounts(account.sandbox)), tableOf);
  return toCounts(await queryDuckDb(environment.python, ':memory:', query));
}

async function statesIn(file: string): Promise<unknown[]> {
  const lines = (await readFile(join(account.folder, file), 'utf8')).trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line) as { type: string });
  return messages.filter(({ type }) => type === 'STATE');
}

describe('a destination on the Airbyte CDK', () => {
  it('writes every row of every stream, and hands back every state', async () => {
    await sync();
    const expected = expectedCounts(account.sandbox);
    const written = await counts();
    printCounts('airbyte-destination-ailake, first run', { sandbox: expected, Parquet: written });
    expect(written).toEqual(expected);
    const states = await statesIn('states.jsonl');
    expect(states).toHaveLength((await statesIn('lines.jsonl')).length);
    expect(states).toEqual(expect.arrayContaining(await statesIn('lines.jsonl')));
  });

  it('goes on from the states it handed back', async () => {
    const before = await counts();
    account.sandbox.change({ kind: 'insert', stream: 'emails', count: 3 });
    await shell('cp states.jsonl before.jsonl');
    await sync('--state before.jsonl');
    const expected = expectedCounts(account.sandbox);
    const after = await counts();
    printCounts('airbyte-destination-ailake, second run (it appends)', { sandbox: expected, before, after });
    for (const stream of Object.keys(expected)) {
      const grown = (after[stream] ?? 0) - (before[stream] ?? 0);
      if (!INCREMENTAL.includes(stream)) expect(grown, stream).toBe(expected[stream]);
      else if ((before[stream] ?? 0) > 30 && stream !== 'reminders') {
        expect(grown, stream).toBeLessThan((before[stream] ?? 0) / 4);
      }
    }
    expect((after['emails'] ?? 0) - (before['emails'] ?? 0)).toBeGreaterThanOrEqual(3);
  });
});
