import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeTapApart } from '../support/singer-run.ts';
import { type ClientAccount, clientConfig, expectedCounts, openClientAccount, ROOT } from './support/account.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';

const REQUIREMENTS = join(ROOT, 'test/clients/requirements');

let account: ClientAccount;
let sdk: PythonEnvironment;
let tools: PythonEnvironment;

beforeAll(async () => {
  sdk = await pythonEnvironment('singer-sdk', join(REQUIREMENTS, 'singer.txt'));
  tools = await pythonEnvironment('singer-tools', join(REQUIREMENTS, 'singer-tools.txt'));
  account = await openClientAccount();
  await writeFile(join(account.folder, 'config.json'), JSON.stringify(clientConfig(account.sandbox)));
});

afterAll(() => account?.close());

const run = (command: string, argv: readonly string[], input?: string): Promise<string> =>
  succeed(command, argv, {
    cwd: account.folder,
    env: { PATH: account.path },
    ...(input === undefined ? {} : { input }),
  });

describe('singer-sdk', () => {
  it('resolves the selection of our catalog as the tap itself does', async () => {
    const catalog = await run('tap-affinity', ['--config', 'config.json', '--discover']);
    const script = join(ROOT, 'test/clients/resolve-selection.py');
    const resolved = JSON.parse(await succeed(sdk.python, [script], { input: catalog })) as Record<
      string,
      string[] | null
    >;
    const text = await run('tap-affinity', ['--config', 'config.json']);
    const output = takeTapApart({ text, logs: '', exitCode: 0 });
    const written = Object.fromEntries(
      Object.keys(resolved).map((name) => [
        name,
        output.streams.includes(name) ? Object.keys(output.schemaOf(name).schema.properties) : null,
      ]),
    );
    expect(written).toEqual(resolved);
  });
});

describe('singer-check-tap', () => {
  it('validates every record, and counts them as the account does', async () => {
    const lines = await run('tap-affinity', ['--config', 'config.json']);
    const report = await succeed(join(tools.bin, 'singer-check-tap'), [], { input: lines });
    print(report);
    const expected = expectedCounts(account.sandbox);
    for (const [stream, count] of Object.entries(expected)) {
      const row = new RegExp(`\\| *${stream} *\\| *(\\d+)`).exec(report);
      if (row !== null) expect(Number(row[1]), stream).toBe(count);
    }
    expect(report).toMatch(/companies/);
  });

  it('runs the tap itself, and again from its state', async () => {
    const argv = ['--tap', 'tap-affinity', '--config', 'config.json'];
    await run(join(tools.bin, 'singer-check-tap'), argv);
  });
});
