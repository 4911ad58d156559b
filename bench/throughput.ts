/**
 * Throughput without latency or limits, beside the ceiling: a bare loop that fetches, parses and writes the very pages the
 * connector asked for. Contenders take turns, since machines drift; what counts are the ratios of processor time.
 *
 *     npm run bench:throughput                                          companies only, rows of 9 KB
 *     npm run bench:throughput -- --streams all --scale 365 --runs 1    all streams, about a million rows
 *
 * `--results` keeps the figures in RESULTS.md.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { barChart } from './support/chart.ts';
import { makeFolder } from './support/folder.ts';
import { bareLoop, connector, measure, startSandboxProcess, UNLIMITED, type Usage } from './support/processes.ts';
import { readCommand } from './support/read-command.ts';
import { count, median, publish, table } from './support/report.ts';
import { forgetRequests, requestsOf } from './support/request-log.ts';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: 'companies' },
    scale: { type: 'string', default: '40' },
    runs: { type: 'string', default: '3' },
    results: { type: 'boolean', default: false },
  },
});
const isAll = values.streams === 'all';
/** As many as the connector has under way: one page after the other of a single stream, several of all. */
const IN_FLIGHT = isAll ? 8 : 1;
const CEILING = 'bare loop';
const ARRAY = 'read, array layout';
const COLUMNS = 'read, columns';

await using folder = await makeFolder();
using sandbox = await startSandboxProcess(['--scale', values.scale, ...UNLIMITED]);
const streams = isAll ? 'all' : values.streams.split(',');
const urls = join(folder.path, 'urls.txt');
const read = async (layout: 'array' | 'columns'): Promise<readonly string[]> => [
  connector,
  ...(await readCommand(folder, sandbox, { layout, streams })),
];
const contenders = new Map([
  [ARRAY, await read('array')],
  [COLUMNS, await read('columns')],
  [CEILING, [bareLoop, urls, sandbox.apiKey, String(IN_FLIGHT)]],
]);
const usages = new Map<string, Usage[]>([CEILING, ARRAY, COLUMNS].map((name) => [name, []]));
await forgetRequests(sandbox);
await run(ARRAY);
const calls = await keepUrls();
await run(COLUMNS);
await run(CEILING);
for (let round = 1; round < Number(values.runs); round += 1) for (const name of contenders.keys()) await run(name);
await publishFigures();

async function run(name: string): Promise<void> {
  const usage = await measure(folder, contenders.get(name) ?? []);
  usages.get(name)?.push(usage);
}

/** What the read asked for is what the loop repeats. */
async function keepUrls(): Promise<number> {
  const requests = await requestsOf(sandbox);
  await writeFile(urls, requests.map(({ path, query }) => `${sandbox.url}${path}?${query}`).join('\n'));
  return requests.length;
}

function middle(name: string, figure: (usage: Usage) => number): number {
  return median((usages.get(name) ?? []).map(figure));
}

async function publishFigures(): Promise<void> {
  const rowsRead = middle(ARRAY, ({ rows }) => rows);
  const cpuPerRow = (name: string): number => (middle(name, ({ cpuSeconds }) => cpuSeconds) * 1e6) / rowsRead;
  const toCeiling = (name: string): number => cpuPerRow(name) / cpuPerRow(CEILING);
  const names = [...usages.keys()];
  const rows = names.map((name) => [
    name,
    middle(name, (usage) => usage.rows),
    rowsRead / middle(name, ({ seconds }) => seconds),
    middle(name, ({ bytes, seconds }) => bytes / 1e6 / seconds).toFixed(0),
    middle(name, ({ seconds }) => seconds).toFixed(1),
    middle(name, ({ cpuSeconds }) => cpuSeconds).toFixed(1),
    cpuPerRow(name).toFixed(1),
    toCeiling(name).toFixed(2),
    middle(name, ({ peakMegabytes }) => peakMegabytes).toFixed(0),
  ]);
  const what = isAll ? 'All streams' : `Only ${values.streams}`;
  const kilobytes = middle(ARRAY, ({ bytes, rows: all }) => bytes / all / 1000);
  const chart = barChart({
    title: `Processor time a row: ${what.toLowerCase()}`,
    label: 'microseconds of processor time a row',
    names: ['measured'],
    groups: names.map((name) => ({ name, values: [cpuPerRow(name)] })),
    mark: { name: 'ceiling', value: cpuPerRow(CEILING) },
    format: (value) => value.toFixed(1),
  });
  const section = isAll ? 'throughput-all' : `throughput-${values.streams.replaceAll(',', '-')}`;
  await publish(
    {
      name: section,
      title: `Throughput: ${what.toLowerCase()}`,
      blocks: [
        `${what}, rows of ${kilobytes.toFixed(1)} KB on average, ${count(calls)} calls, no latency, no limit; ${values.runs === '1' ? 'one run each' : `medians of ${values.runs} runs each`}. The bare loop fetches the same pages, ${IN_FLIGHT} at a time, parses them, stringifies what they hold and writes it, and does nothing else; it writes more lines, since it takes every page for rows, also those that complete a row or tell of fields. A row is one of the read's. The sandbox makes its rows meanwhile on the same machine, so rows/s are the pair's; processor time and memory are each program's own.`,
        table(['', 'lines', 'rows/s', 'MB/s', 'seconds', 'CPU s', 'CPU µs/row', 'to the loop', 'peak MB'], rows),
        `Target, no more processor time a row than the bare loop with the array layout: ${verdict(toCeiling(ARRAY))}. With columns it is ${toCeiling(COLUMNS).toFixed(2)} times the loop's.`,
      ],
      charts: [{ name: section, alt: `Processor time a row of the contenders, ${what.toLowerCase()}`, svg: chart }],
    },
    values.results,
  );
}

function verdict(ratio: number): string {
  return ratio <= 1 ? `met (${ratio.toFixed(2)} times)` : `missed, it takes ${ratio.toFixed(2)} times as much`;
}
