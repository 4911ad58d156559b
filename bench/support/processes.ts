import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Folder } from './folder.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const connector = path('../../bin/source-affinity.js');
export const bareLoop = path('./bare-loop.js');
/** The top of the checkout. */
export const root = path('../..');

/** Options of a sandbox that stands in nobody's way. */
export const UNLIMITED = ['--minute-limit', '100000000', '--month-limit', '100000000'];

export interface SandboxProcess extends Disposable {
  readonly url: string;
  readonly apiKey: string;
  /** A control request; resolves to the answer's JSON. */
  ask(method: string, control: string, body?: unknown): Promise<unknown>;
}

/** A sandbox in a process of its own, so that its memory and processor time are not counted. Ends with its scope. */
export async function startSandboxProcess(options: readonly string[]): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [path('../../sandbox/main.ts'), '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [, url, apiKey] = /(http:\S+) with key (\S+)/.exec(line) ?? [];
  if (url === undefined || apiKey === undefined) throw new Error(`The sandbox did not start: ${line}`);
  return {
    url,
    apiKey,
    async ask(method, control, body) {
      const response = await fetch(`${url}/_sandbox/${control}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`The sandbox refused ${method} ${control}: ${await response.text()}`);
      return response.json();
    },
    [Symbol.dispose]: () => child.kill(),
  };
}

export interface Usage {
  readonly seconds: number;
  /** User and system time together. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface MeasureOptions {
  /** Told after each piece of output; what it waits for slows the reading down. */
  readonly take?: (rows: number, child: ChildProcess) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a Node program, counts the rows it writes, and tells what it used. */
export async function measure(folder: Folder, args: readonly string[], options: MeasureOptions = {}): Promise<Usage> {
  const usageFile = join(folder.path, 'usage.json');
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', path('./report-usage.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env, BENCH_USAGE: usageFile },
  });
  const ended = once(child, 'close');
  const records = countRecords();
  let rows = 0;
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    rows += records(chunk);
    await options.take?.(rows, child);
  }
  const [code] = (await ended) as [number];
  const seconds = (performance.now() - startedMs) / 1000;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  const usage = JSON.parse(await readFile(usageFile, 'utf8')) as { cpuSeconds: number; peakMegabytes: number };
  return { seconds, ...usage, rows, bytes };
}

const RECORD = Buffer.from('{"type":"RECORD"');

/** Counts the records that begin in each piece, also where two pieces share the beginning. */
function countRecords(): (chunk: Buffer) => number {
  let tail: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const seam = Buffer.concat([tail, chunk.subarray(0, RECORD.length - 1)]);
    let count = seam.indexOf(RECORD) === -1 ? 0 : 1;
    for (let at = chunk.indexOf(RECORD); at !== -1; at = chunk.indexOf(RECORD, at + RECORD.length)) count += 1;
    tail = Buffer.concat([tail, chunk.subarray(-(RECORD.length - 1))]).subarray(-(RECORD.length - 1));
    return count;
  };
}

export interface Outcome {
  readonly rows: number;
  /** STATE lines, as they came. */
  readonly states: readonly string[];
  readonly exitCode: number;
  readonly seconds: number;
}

/** Runs the connector to its end, or stops it with a signal after a time. */
export async function runConnector(args: readonly string[], stopAfterMs?: number): Promise<Outcome> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [connector, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const timer = stopAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), stopAfterMs);
  const states: string[] = [];
  let rows = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"type":"RECORD"')) rows += 1;
    else if (line.startsWith('{"type":"STATE"')) states.push(line);
  }
  const [exitCode] = (await ended) as [number];
  clearTimeout(timer);
  return { rows, states, exitCode, seconds: (performance.now() - startedMs) / 1000 };
}
