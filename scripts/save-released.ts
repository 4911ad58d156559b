import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../sandbox/server.ts';

/**
 * Keeps what this version says to `spec` and `discover`, for later versions to be compared with. Part of a release, after
 * `npm run build`.
 */
const EXECUTABLE = fileURLToPath(new URL('../bin/source-affinity.js', import.meta.url));
const FOLDER = fileURLToPath(new URL('../test/released/', import.meta.url));

async function say(type: 'spec' | 'catalog', ...argv: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [EXECUTABLE, ...argv], { maxBuffer: 2 ** 28 });
  const messages = stdout.split('\n').filter((line) => line !== '');
  const found = messages.map((line) => JSON.parse(line) as Record<string, unknown>).find((message) => type in message);
  if (found === undefined) throw new Error(`${argv[0]} gave no ${type}: ${stdout.slice(0, 500)}`);
  return found[type];
}

async function save(name: string, value: unknown): Promise<void> {
  await writeFile(join(FOLDER, name), `${JSON.stringify(value, null, 1)}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'source-affinity-'));
const sandbox = await startSandbox({ minuteLimit: 1_000_000 });
try {
  const config = join(folder, 'config.json');
  const settings = { api_key: sandbox.apiKey, api_base_url: sandbox.url, list_references: ['all'] };
  await writeFile(config, JSON.stringify(settings));
  await save('spec.json', await say('spec', 'spec'));
  await save('discovered.json', await say('catalog', 'discover', '--config', config));
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true });
}
