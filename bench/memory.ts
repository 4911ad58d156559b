/**
 * Reads about a million rows into a reader that takes only so many a second, and prints how much memory the connector
 * holds meanwhile. `npm run bench:memory -- --scale 350 --rows-per-second 40000`
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connector, discover, measure, startSandboxProcess } from './support/processes.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '350' },
    'rows-per-second': { type: 'string', default: '40000' },
    layout: { type: 'string', default: 'array' },
    /** Flags for Node, to compare them. */
    node: { type: 'string', default: '' },
  },
});
const SAMPLE_MS = 1000;
const BAR_MEGABYTES = 5;

const folder = await mkdtemp(join(tmpdir(), 'source-affinity-bench-'));
const sandbox = await startSandboxProcess([
  '--scale',
  values.scale,
  '--minute-limit',
  '100000000',
  '--month-limit',
  'none',
]);
try {
  const config = join(folder, 'config.json');
  const catalog = join(folder, 'catalog.json');
  await writeFile(
    config,
    JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url, field_layout: values.layout }),
  );
  const streams = await discover(config);
  const configured = streams.map((stream) => ({ stream, sync_mode: 'full_refresh', destination_sync_mode: 'append' }));
  await writeFile(catalog, JSON.stringify({ streams: configured }));
  await measureMemory([
    ...values.node.split(' ').filter(Boolean),
    connector,
    'read',
    '--config',
    config,
    '--catalog',
    catalog,
  ]);
} finally {
  sandbox.stop();
  await rm(folder, { recursive: true });
}

async function measureMemory(args: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  const samples: number[] = [];
  let nextSampleMs = SAMPLE_MS;
  const usage = await measure(args, async (rows, child) => {
    if (elapsedMs() >= nextSampleMs) {
      nextSampleMs += SAMPLE_MS;
      const megabytes = await residentMegabytes(child);
      if (megabytes !== undefined) samples.push(megabytes);
      console.log(line(Math.round(elapsedMs() / 1000), rows, megabytes ?? 0));
    }
    const aheadMs = (rows / Number(values['rows-per-second'])) * 1000 - elapsedMs();
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
  });
  const [first, second] = [samples.slice(0, samples.length / 2), samples.slice(samples.length / 2)];
  console.log(
    `${usage.rows.toLocaleString('en-US')} rows in ${usage.seconds.toFixed(1)} s, ${usage.cpuSeconds.toFixed(1)} s of processor time`,
  );
  console.log(
    `resident memory: peak ${usage.peakMegabytes.toFixed(0)} MB; median of the first half ${median(first)} MB, of the second ${median(second)} MB`,
  );
}

function line(seconds: number, rows: number, megabytes: number): string {
  const bar = '▇'.repeat(Math.round(megabytes / BAR_MEGABYTES));
  return `${String(seconds).padStart(5)} s ${rows.toLocaleString('en-US').padStart(12)} rows ${megabytes.toFixed(0).padStart(5)} MB ${bar}`;
}

function median(megabytes: readonly number[]): string {
  const sorted = [...megabytes].sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(0);
}

/** The memory of a running process, as Linux tells it; undefined once it has ended. */
async function residentMegabytes({ pid }: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
