import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSandbox } from './server.ts';

/**
 * `npm run demo`: a full read of every stream of a made-up account. Records and states go to stdout; on a terminal
 * stderr shows the progress. `-- --scale 20` makes the account larger.
 */
const { values } = parseArgs({
  options: { scale: { type: 'string', default: '3' }, latency: { type: 'string', default: '20' } },
});
const connector = fileURLToPath(new URL('../bin/source-affinity.js', import.meta.url));

const sandbox = await startSandbox({ scale: Number(values.scale), latencyMs: Number(values.latency), clock: 'real' });
const folder = await mkdtemp(join(tmpdir(), 'source-affinity-demo-'));
try {
  const config = join(folder, 'config.json');
  const catalog = join(folder, 'catalog.json');
  await writeFile(
    config,
    JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url, list_references: ['all'] }),
  );
  await writeFile(catalog, JSON.stringify(configure(await discover(config))));
  process.exitCode = await run(['read', '--config', config, '--catalog', catalog]);
} finally {
  await rm(folder, { recursive: true });
  await sandbox.close();
}

interface DiscoveredStream {
  readonly supported_sync_modes: readonly string[];
}

/** What a platform does with the streams that a user selects: here all of them, incremental where that is possible. */
function configure(streams: readonly DiscoveredStream[]): unknown {
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: stream.supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh',
      destination_sync_mode: 'append',
    })),
  };
}

async function discover(config: string): Promise<DiscoveredStream[]> {
  let output = '';
  await run(['discover', '--config', config], (text) => {
    output += text;
  });
  const catalog = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; catalog?: { streams: DiscoveredStream[] } })
    .find(({ type }) => type === 'CATALOG')?.catalog;
  if (catalog === undefined) throw new Error(`discover gave no catalog:\n${output}`);
  return catalog.streams;
}

/** Runs the connector to its end and resolves to its exit code. Its output is ours, unless somebody takes it. */
function run(args: readonly string[], takeOutput?: (text: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [connector, ...args], {
      stdio: ['ignore', takeOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => takeOutput?.(text));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  });
}
