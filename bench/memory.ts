/**
 * Resident memory over a sync whose reader takes only so many rows a second, with the executable's own settings and with
 * the image's. `npm run bench:memory -- --scale 350 --rows-per-second 6000`; `--results` keeps the figures in RESULTS.md.
 */
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lineChart } from './support/chart.ts';
import { makeFolder } from './support/folder.ts';
import { connector, measure, root, startSandboxProcess, UNLIMITED } from './support/processes.ts';
import { readCommand } from './support/read-command.ts';
import { count, median, publish, table } from './support/report.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '100' },
    'rows-per-second': { type: 'string', default: '6000' },
    layout: { type: 'string', default: 'array' },
    results: { type: 'boolean', default: false },
  },
});
const layout = values.layout === 'columns' ? 'columns' : 'array';
const SAMPLE_MS = 1000;

interface Curve {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly samples: readonly (readonly [seconds: number, megabytes: number])[];
}

await using folder = await makeFolder();
using sandbox = await startSandboxProcess(['--scale', values.scale, ...UNLIMITED]);
const command = [connector, ...(await readCommand(folder, sandbox, { layout, streams: 'all' }))];
const curves = new Map<string, Curve>([
  ['as an executable', await measureCurve({})],
  ['with the image’s settings', await measureCurve(await imageSettings())],
]);
await publishFigures();

async function measureCurve(env: Readonly<Record<string, string>>): Promise<Curve> {
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  const samples: [number, number][] = [];
  let nextSampleMs = SAMPLE_MS;
  const usage = await measure(folder, command, {
    env,
    take: async (rows, child) => {
      if (elapsedMs() >= nextSampleMs) {
        nextSampleMs += SAMPLE_MS;
        const megabytes = await residentMegabytes(child);
        if (megabytes !== undefined) samples.push([elapsedMs() / 1000, megabytes]);
      }
      const aheadMs = (rows / Number(values['rows-per-second'])) * 1000 - elapsedMs();
      if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    },
  });
  return { ...usage, samples };
}

async function publishFigures(): Promise<void> {
  const rows = [...curves].map(([name, { samples, ...curve }]) => {
    const megabytes = samples.map(([, each]) => each);
    const half = megabytes.length / 2;
    return [
      name,
      curve.rows,
      curve.seconds.toFixed(0),
      curve.cpuSeconds.toFixed(1),
      curve.peakMegabytes.toFixed(0),
      median(megabytes.slice(0, half)).toFixed(0),
      median(megabytes.slice(half)).toFixed(0),
    ];
  });
  const chart = lineChart({
    title: 'Resident memory of a sync of all streams',
    x: { label: 'seconds' },
    y: { label: 'MB' },
    lines: [...curves].map(([name, { samples }]) => ({ name, points: samples })),
  });
  await publish(
    {
      name: 'memory',
      title: 'Memory',
      blocks: [
        `All streams, ${layout} layout, into a reader that takes at most ${count(Number(values['rows-per-second']))} rows a second.`,
        table(['', 'rows', 'seconds', 'CPU s', 'peak MB', 'median MB of the first half', 'of the second'], rows),
      ],
      charts: [{ name: 'memory', alt: 'Resident memory over the time of a sync', svg: chart }],
    },
    values.results,
  );
}

/** What the Dockerfile sets for Node and malloc. */
async function imageSettings(): Promise<Record<string, string>> {
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
  return Object.fromEntries(
    ['NODE_OPTIONS', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'].map((name) => {
      const value = new RegExp(`\\b${name}=(?:"([^"]*)"|(\\S+))`).exec(dockerfile);
      if (value === null) throw new Error(`The Dockerfile no longer sets ${name}.`);
      return [name, value[1] ?? value[2] ?? ''];
    }),
  );
}

/** The memory of a running process, as Linux tells it; undefined once it has ended. */
async function residentMegabytes({ pid }: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
