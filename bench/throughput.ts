/**
 * Throughput without latency or limits, beside the ceiling: a bare loop that fetches, parses and writes the same pages.
 * Runs in turn, since machines drift; what counts are the ratios. `npm run bench:throughput -- --scale 40 --runs 3`
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { bareLoop, connector, measure, startSandboxProcess, type Usage } from './support/processes.ts';

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '40' }, runs: { type: 'string', default: '3' } },
});
const sandbox = await startSandboxProcess([
  '--scale',
  values.scale,
  '--minute-limit',
  '100000000',
  '--month-limit',
  'none',
]);
const folder = await mkdtemp(join(tmpdir(), 'source-affinity-bench-'));

const fieldTypes = ['enriched', 'global', 'relationship-intelligence'].map((type) => `fieldTypes=${type}`).join('&');
const contenders: Record<string, readonly string[]> = {
  'bare loop': [bareLoop, `${sandbox.url}/v2/companies?limit=100&${fieldTypes}`, sandbox.apiKey],
  'read, array layout': await readCommand('array'),
  'read, columns': await readCommand('columns'),
};
try {
  const usages = new Map<string, Usage[]>(Object.keys(contenders).map((name) => [name, []]));
  for (const args of Object.values(contenders)) await measure(args);
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const [name, args] of Object.entries(contenders)) usages.get(name)?.push(await measure(args));
  }
  console.log(table(usages));
} finally {
  sandbox.stop();
  await rm(folder, { recursive: true });
}

async function readCommand(layout: string): Promise<readonly string[]> {
  const config = join(folder, `config-${layout}.json`);
  const catalog = join(folder, `catalog-${layout}.json`);
  await writeFile(config, JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url, field_layout: layout }));
  // Without properties the catalog lets everything through.
  await writeFile(
    catalog,
    JSON.stringify({ streams: [{ stream: { name: 'companies', json_schema: {} }, sync_mode: 'full_refresh' }] }),
  );
  return [connector, 'read', '--config', config, '--catalog', catalog];
}

function table(usages: ReadonlyMap<string, readonly Usage[]>): string {
  const rows = new Table({
    head: ['', 'rows', 'rows/s', 'MB/s', 'CPU µs/row', 'to the bare loop', 'peak MB'],
    style: { head: [], border: [] },
  });
  const ceiling = median(usages.get('bare loop') ?? [], cpuPerRow);
  for (const [name, runs] of usages) {
    const cpu = median(runs, cpuPerRow);
    rows.push([
      name,
      runs[0]?.rows ?? 0,
      Math.round(median(runs, ({ rows: count, seconds }) => count / seconds)),
      Math.round(median(runs, ({ bytes, seconds }) => bytes / 1e6 / seconds)),
      cpu.toFixed(1),
      (cpu / ceiling).toFixed(2),
      Math.round(median(runs, ({ peakMegabytes }) => peakMegabytes)),
    ]);
  }
  return rows.toString();
}

function cpuPerRow({ cpuSeconds, rows }: Usage): number {
  return (cpuSeconds * 1e6) / rows;
}

function median(runs: readonly Usage[], figure: (usage: Usage) => number): number {
  const sorted = runs.map(figure).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
