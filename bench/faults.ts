/**
 * What becomes of 250 companies when the second of their three pages goes wrong, fault by fault.
 * `npm run bench:faults`; a body that never comes is waited for a minute, like in real life.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { connector, startSandboxProcess } from './support/processes.ts';

/** What goes wrong, and the sandbox's word for it. */
const FAULTS: readonly (readonly [what: string, kind: string])[] = [
  ['nothing', ''],
  ['500 as HTML', '500-html'],
  ['502 as HTML', '502-html'],
  ['429', 'rate-limit-retry-after'],
  ['connection reset', 'reset-before-answer'],
  ['cut body', 'cut-content-length'],
  ['200 with broken JSON', 'broken-json'],
  ['200 with HTML', 'html-200'],
  ['an empty page with a next link', 'empty-page'],
  ['data: null', 'null-data'],
  ['the same page twice', 'duplicate-page'],
  ['a next link that repeats', 'repeated-next-url'],
  ['a next link to another host', 'foreign-next-url'],
  ['half a body, then silence', 'hang'],
];
const SECOND_PAGE = 'GET /v2/companies\\?.*cursor=';

interface Outcome {
  readonly rows: number;
  readonly distinct: number;
  readonly exitCode: number;
  readonly seconds: number;
}

const sandbox = await startSandboxProcess(['--scale', '1']);
const folder = await mkdtemp(join(tmpdir(), 'source-affinity-bench-'));
try {
  const config = join(folder, 'config.json');
  const catalog = join(folder, 'catalog.json');
  await writeFile(
    config,
    JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url, field_layout: 'array' }),
  );
  await writeFile(
    catalog,
    JSON.stringify({ streams: [{ stream: { name: 'companies', json_schema: {} }, sync_mode: 'full_refresh' }] }),
  );
  const table = new Table({
    head: ['the second page', 'rows of 250', 'doubled', 'exit code', 'seconds'],
    style: { head: [], border: [] },
  });
  for (const [what, kind] of FAULTS) {
    await setFault(kind);
    const { rows, distinct, exitCode, seconds } = await read(config, catalog);
    table.push([what, distinct, rows - distinct, exitCode, seconds.toFixed(1)]);
  }
  console.log(table.toString());
} finally {
  sandbox.stop();
  await rm(folder, { recursive: true });
}

async function setFault(kind: string): Promise<void> {
  const rules = kind === '' ? [] : [{ kind, match: SECOND_PAGE, nth: 1 }];
  const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(rules) });
  if (!response.ok) throw new Error(`The sandbox does not play "${kind}": ${await response.text()}`);
}

async function read(config: string, catalog: string): Promise<Outcome> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [connector, 'read', '--config', config, '--catalog', catalog], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += text;
  const [exitCode] = (await ended) as [number];
  const ids = [...output.matchAll(/^\{"type":"RECORD".*?"data":\{"id":(\d+)/gm)].map(([, id]) => id);
  return { rows: ids.length, distinct: new Set(ids).size, exitCode, seconds: (performance.now() - startedMs) / 1000 };
}
