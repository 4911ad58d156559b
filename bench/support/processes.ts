import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const connector = path('../../bin/source-affinity.js');
export const bareLoop = path('./bare-loop.js');

export interface SandboxProcess {
  readonly url: string;
  readonly apiKey: string;
  stop(): void;
}

/** A sandbox in a process of its own, so that its memory and processor time are not counted. */
export async function startSandboxProcess(options: readonly string[]): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [path('../../sandbox/main.ts'), '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [, url, apiKey] = /(http:\S+) with key (\S+)/.exec(line) ?? [];
  if (url === undefined || apiKey === undefined) throw new Error(`The sandbox did not start: ${line}`);
  return { url, apiKey, stop: () => child.kill() };
}

export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Runs a Node program, counts the rows it writes, and tells what it used. `take` may slow the reading down. */
export async function measure(
  args: readonly string[],
  take?: (rows: number, child: ChildProcess) => Promise<void>,
): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'source-affinity-usage-'));
  const usageFile = join(folder, 'usage.json');
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', path('./report-usage.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_USAGE: usageFile },
  });
  const ended = once(child, 'close');
  let rows = 0;
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    rows += countRecords(chunk);
    await take?.(rows, child);
  }
  const [code] = (await ended) as [number];
  const seconds = (performance.now() - startedMs) / 1000;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as { cpuSeconds: number; peakMegabytes: number };
  await rm(folder, { recursive: true });
  return { seconds, ...usage, rows, bytes };
}

const RECORD = Buffer.from('{"type":"RECORD"');

/** A record cut between two chunks is not counted: with rows of kilobytes that is one in thousands. */
function countRecords(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(RECORD); at !== -1; at = chunk.indexOf(RECORD, at + 100)) count += 1;
  return count;
}

/** The streams that `discover` finds, as the catalog has them. */
export async function discover(config: string): Promise<unknown[]> {
  const child = spawn(process.execPath, [connector, 'discover', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += text;
  const line = output.split('\n').find((each) => each.startsWith('{"type":"CATALOG"')) ?? '';
  return (JSON.parse(line) as { catalog: { streams: unknown[] } }).catalog.streams;
}
