/**
 * Reads about a million rows into a slow reader and prints how much memory the connector holds meanwhile.
 * `npm run build && node bench/memory.ts [--scale 333] [--rows-per-second 40000] [--layout array]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '333' },
    'rows-per-second': { type: 'string', default: '40000' },
    layout: { type: 'string', default: 'array' },
    streams: { type: 'string', default: '' },
  },
});
const connector = fileURLToPath(new URL('../bin/source-affinity.js', import.meta.url));
const SAMPLE_MS = 1000;

const folder = await mkdtemp(join(tmpdir(), 'source-affinity-bench-'));
const sandbox = await startSandboxProcess();
try {
  const config = join(folder, 'config.json');
  await writeFile(
    config,
    JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url, field_layout: values.layout }),
  );
  const catalog = join(folder, 'catalog.json');
  await writeFile(catalog, JSON.stringify({ streams: await selectedStreams(config) }));
  await measure(config, catalog);
} finally {
  sandbox.process.kill();
  await rm(folder, { recursive: true });
}

async function measure(config: string, catalog: string): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=16', connector, 'read', '--config', config, '--catalog', catalog],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const startedMs = performance.now();
  let rows = 0;
  let rest = '';
  const samples: { seconds: number; rows: number; megabytes: number }[] = [];
  let cpu = 0;
  const timer = setInterval(async () => {
    cpu = (await cpuSeconds(child)) ?? cpu;
    const megabytes = await residentMegabytes(child);
    if (megabytes === undefined) return;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    samples.push({ seconds, rows, megabytes });
    console.log(
      `${String(seconds).padStart(5)} s ${rows.toLocaleString('en-US').padStart(12)} rows ${megabytes.toFixed(0).padStart(5)} MB ${'▇'.repeat(Math.round(megabytes / 5))}`,
    );
  }, SAMPLE_MS);
  child.stdout.setEncoding('latin1');
  for await (const text of child.stdout as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    rows += lines.filter((line) => line.startsWith('{"type":"RECORD"')).length;
    const aheadMs = (rows / Number(values['rows-per-second'])) * 1000 - (performance.now() - startedMs);
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
  }
  clearInterval(timer);
  if (child.exitCode === null) await once(child, 'exit');
  const peak = Math.max(...samples.map(({ megabytes }) => megabytes));
  const half = samples.slice(Math.floor(samples.length / 2));
  const early = samples.slice(Math.floor(samples.length / 10), Math.floor(samples.length / 2));
  console.log(
    `exit code ${child.exitCode}, ${rows.toLocaleString('en-US')} rows in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
  console.log(
    `resident memory: peak ${peak.toFixed(0)} MB, median of the first half ${median(early)} MB, of the second ${median(half)} MB`,
  );
}

function median(samples: readonly { megabytes: number }[]): string {
  const sorted = samples.map(({ megabytes }) => megabytes).sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(0);
}

/** The memory of a running process, as Linux tells it; undefined once it has ended. */
async function residentMegabytes({ pid }: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Processor seconds of a running process so far, undefined once it has ended. */
async function cpuSeconds({ pid }: ChildProcess): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return user === undefined ? undefined : (Number(user) + Number(system)) / 100;
}

async function selectedStreams(config: string): Promise<unknown[]> {
  const child = spawn(process.execPath, [connector, 'discover', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += text;
  const catalog = output
    .split('\n')
    .filter((line) => line.includes('"CATALOG"'))
    .map((line) => JSON.parse(line) as { catalog: { streams: { name: string }[] } })[0]?.catalog;
  const wanted = values.streams === '' ? undefined : values.streams.split(',');
  return (catalog?.streams ?? [])
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .map((stream) => ({ stream, sync_mode: 'full_refresh', destination_sync_mode: 'append' }));
}

/** A process of its own, so that its memory and processor time are not counted. */
async function startSandboxProcess(): Promise<{ process: ChildProcess; url: string; apiKey: string }> {
  const main = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));
  const options = ['--port', '0', '--scale', values.scale, '--minute-limit', '10000000', '--month-limit', 'none'];
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [, url, apiKey] = /(http:\S+) with key (\S+)/.exec(line) ?? [];
  if (url === undefined || apiKey === undefined) throw new Error(`The sandbox did not start: ${line}`);
  return { process: child, url, apiKey };
}
