import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { temporaryFolder } from '../support/airbyte-process.ts';
import { takeApart } from '../support/airbyte-run.ts';
import { readmeCommands } from '../support/documents.ts';
import { IMAGE, run } from './docker.ts';

const BUILD = 'docker build -t planetaventures/source-affinity:dev .\n';

it('answers the commands of the README, which read a whole account', async () => {
  const sandbox = await startSandbox({ minuteLimit: 1_000_000 });
  onTestFinished(() => sandbox.close());
  const folder = await temporaryFolder();
  await symlink(fileURLToPath(new URL('../../examples', import.meta.url)), join(folder, 'examples'));
  await mkdir(join(folder, 'secrets'));
  const config = { api_key: sandbox.apiKey, api_base_url: sandbox.url };
  await writeFile(join(folder, 'secrets/config.json'), JSON.stringify(config), { mode: 0o444 });

  const commands = await readmeCommands('Docker');
  expect(commands.startsWith(BUILD)).toBe(true);
  // The image is built already, and the account is on this machine, where containers do not look by themselves.
  const here = commands
    .slice(BUILD.length)
    .replaceAll('planetaventures/source-affinity:dev', IMAGE)
    .replaceAll('docker run', 'docker run --network host');
  const { exitCode, stdout, stderr } = await run('bash', ['-ec', `set -o pipefail; cd ${folder}\n${here}`]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(takeApart(stdout, 0).messages).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
  const { errors, recordsOf } = takeApart(await readFile(join(folder, 'messages.jsonl'), 'utf8'), 0);
  expect(errors).toEqual([]);
  for (const [stream, rows] of Object.entries(sandbox.counts()).filter(([name]) => !/^list_\d/.test(name)))
    expect(recordsOf(stream).length, stream).toBe(rows);
});
