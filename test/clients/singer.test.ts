import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectStreams, takeTapApart } from '../support/singer-run.ts';
import { type ClientAccount, clientConfig, expectedCounts, openClientAccount, ROOT } from './support/account.ts';
import { type PythonEnvironment, pythonEnvironment } from './support/python-environment.ts';
import { succeed } from './support/run-command.ts';
import { type Counts, printCounts } from './support/tables.ts';

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

const run = (command: string, argv: readonly string[]): Promise<string> =>
  succeed(command, argv, { cwd: account.folder, env: { PATH: account.path } });

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
  /** By its standard input: where it runs a tap itself, it may look at its own summary before that is made. */
  async function check(lines: string): Promise<Counts> {
    const report = await succeed(join(tools.bin, 'singer-check-tap'), [], { input: lines, cwd: account.folder });
    expect(report).toContain('The output is valid.');
    const rows = report.matchAll(/^\| (\w+) +\| (\d+) /gm);
    return Object.fromEntries(Array.from(rows, ([, stream, count]) => [stream, Number(count)]));
  }

  it('validates every record of a sync and of the next one, and counts them as the account does', async () => {
    const catalog = await run('tap-affinity', ['--config', 'config.json', '--discover']);
    await writeFile(join(account.folder, 'catalog.json'), JSON.stringify(selectStreams(JSON.parse(catalog))));
    const argv = ['--config', 'config.json', '--catalog', 'catalog.json'];
    const lines = await run('tap-affinity', argv);
    await writeFile(join(account.folder, 'state.json'), lines.trimEnd().split('\n').at(-1) ?? '');
    const expected = expectedCounts(account.sandbox);
    const first = await check(lines);
    const second = await check(await run('tap-affinity', [...argv, '--state', 'state.json']));
    printCounts('singer-check-tap', { sandbox: expected, first, second });
    expect(first).toEqual(expected);
    expect(second['companies']).toBe(expected['companies']);
    expect(second['field_value_changes'] ?? 0).toBeLessThan((expected['field_value_changes'] ?? 0) / 4);
  });
});
