import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientAccount, clientConfig, expectedCounts, openClientAccount, ROOT } from './support/account.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { runCommand, succeed } from './support/run-command.ts';

let account: ClientAccount;
let environment: PythonEnvironment;

beforeAll(async () => {
  environment = await pythonEnvironment('models', join(ROOT, 'test/clients/requirements/models.txt'));
  account = await openClientAccount();
  await writeFile(join(account.folder, 'config.json'), JSON.stringify(clientConfig(account.sandbox)));
});

afterAll(() => account?.close());

async function source(...argv: string[]): Promise<string> {
  return (await runCommand('source-affinity', argv, { cwd: account.folder, env: { PATH: account.path } })).stdout;
}

/** Holds every line against the models. */
async function parse(lines: string): Promise<Record<string, number>> {
  const script = join(ROOT, 'test/clients/parse-with-models.py');
  const counts = JSON.parse(await succeed(environment.python, [script], { input: lines })) as Record<string, number>;
  print(`  ${JSON.stringify(counts)}`);
  return counts;
}

interface DiscoveredStream {
  readonly name: string;
  readonly supported_sync_modes: readonly string[];
}

async function configure(mode: string): Promise<string> {
  const text = await source('discover', '--config', 'config.json');
  const { catalog } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as {
    catalog: { streams: readonly DiscoveredStream[] };
  };
  const streams = catalog.streams.map((stream) => ({
    stream,
    sync_mode: stream.supported_sync_modes.includes(mode) ? mode : 'full_refresh',
    destination_sync_mode: 'append_dedup',
  }));
  const file = `${mode}.json`;
  await writeFile(join(account.folder, file), JSON.stringify({ streams }));
  return file;
}

describe('the official models of the Airbyte protocol', () => {
  it.each([
    ['spec', ['spec'], { SPEC: 1 }],
    ['check', ['check', '--config', 'config.json'], { CONNECTION_STATUS: 1 }],
    ['discover', ['discover', '--config', 'config.json'], { CATALOG: 1 }],
  ])('parse what %s says, without loss', async (_command, argv, expected) => {
    expect(await parse(await source(...argv))).toMatchObject(expected);
  });

  it.each(['full_refresh', 'incremental'])('parse every line of a %s read, and of the next one', async (mode) => {
    const catalog = await configure(mode);
    const argv = ['read', '--config', 'config.json', '--catalog', catalog];
    const first = await source(...argv);
    await writeFile(join(account.folder, 'state.jsonl'), first);
    const total = Object.values(expectedCounts(account.sandbox)).reduce((sum, count) => sum + count, 0);
    const streams = Object.keys(expectedCounts(account.sandbox)).length;
    const counts = await parse(first);
    expect(counts['RECORD']).toBe(total);
    expect(counts['STATE']).toBeGreaterThanOrEqual(streams);
    expect(counts['TRACE']).toBeGreaterThanOrEqual(3 * streams);
    const second = await parse(await source(...argv, '--state', 'state.jsonl'));
    if (mode === 'full_refresh') expect(second['RECORD']).toBe(total);
    else expect(second['RECORD']).toBeLessThan(total);
  });

  it('parse failures', async () => {
    await writeFile(join(account.folder, 'wrong.json'), JSON.stringify({ api_key: 'wrong-key-0123456789' }));
    await writeFile(join(account.folder, 'broken.json'), '{');
    expect(await parse(await source('check', '--config', 'broken.json'))).toEqual({ CONNECTION_STATUS: 1 });
    expect(await parse(await source('discover', '--config', 'broken.json'))).toEqual({ TRACE: 1 });
    const catalog = { streams: [{ stream: { name: 'sofas', json_schema: {} }, sync_mode: 'full_refresh' }] };
    await writeFile(join(account.folder, 'sofas.json'), JSON.stringify(catalog));
    const read = await source('read', '--config', 'config.json', '--catalog', 'sofas.json');
    expect(await parse(read)).toMatchObject({ TRACE: 4 });
  });
});
