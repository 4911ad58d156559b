import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE } from '../image/docker.ts';
import { type ClientAccount, clientConfig, openClientAccount, ROOT } from './support/account.ts';
import { buildImage, dockerOnHostNetwork, lacksDocker } from './support/docker.ts';
import { type PythonEnvironment, print, pythonEnvironment } from './support/python-environment.ts';
import { type CommandResult, runCommand } from './support/run-command.ts';

describe.skipIf(await lacksDocker())('Airbyte’s own tests of an image', () => {
  let account: ClientAccount;
  let environment: PythonEnvironment;
  let folder: string;

  beforeAll(async () => {
    environment = await pythonEnvironment('docker-suite', join(ROOT, 'test/clients/requirements/docker-suite.txt'));
    await buildImage(IMAGE);
    account = await openClientAccount();
    folder = join(account.folder, 'source-affinity-project');
    await mkdir(join(folder, 'secrets'), { recursive: true });
    for (const name of ['metadata.yaml', 'acceptance-test-config.yml']) {
      await copyFile(join(ROOT, name), join(folder, name));
    }
    for (const name of ['conftest.py', 'test_image.py']) {
      await copyFile(join(ROOT, 'test/clients/docker-suite', name), join(folder, name));
    }
    await giveKeys(account.sandbox.apiKey);
  });

  afterAll(() => account?.close());

  async function giveKeys(key: string): Promise<void> {
    const config = clientConfig(account.sandbox);
    const [right, wrong] = [
      { ...config, api_key: key },
      { ...config, api_key: 'not-the-key-of-the-sandbox' },
    ];
    await writeFile(join(folder, 'secrets/config.json'), JSON.stringify(right));
    await writeFile(join(folder, 'secrets/wrong_key.json'), JSON.stringify(wrong));
  }

  async function runSuite(): Promise<CommandResult & { results: Record<string, number> }> {
    const argv = [
      ...['-m', 'pytest', '-m', 'image_tests', '-rA', '-p', 'no:cacheprovider', '--color=no'],
      ...[`--connector-image=${IMAGE}`, '--read-from-streams=all'],
    ];
    const env = await dockerOnHostNetwork(account.folder);
    const result = await runCommand(environment.python, argv, { cwd: folder, env });
    const tests = result.stdout.split('\n').filter((line) => /^(PASSED|FAILED|ERROR) /.test(line));
    const summary = /^=+ (.*) in [\d.]+s.* =+$/m.exec(result.stdout)?.[1] ?? '';
    const results = Object.fromEntries(
      [...summary.matchAll(/(\d+) (passed|failed|skipped|error)/g)].map(([, count, what]) => [
        what ?? '',
        Number(count),
      ]),
    );
    print([`  ${summary}`, ...tests.map((line) => `  ${line}`)].join('\n'));
    return { ...result, results };
  }

  it('all pass', async () => {
    const { code, results, stdout, stderr } = await runSuite();
    expect(`${results['passed']} passed, ${results['failed'] ?? 0} failed`, stdout + stderr).toBe('6 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('fail where the account does not open', async () => {
    await giveKeys('neither-is-this');
    const { code, results } = await runSuite();
    expect(results['failed']).toBeGreaterThan(0);
    expect(code).toBe(1);
  });
});
