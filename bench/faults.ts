/**
 * What becomes of 250 companies when the second of their three pages goes wrong, fault by fault.
 * `npm run bench:faults`; a body that never comes is waited for a minute, like in real life. `--results` keeps the
 * figures in RESULTS.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { makeFolder } from './support/folder.ts';
import { connector, startSandboxProcess } from './support/processes.ts';
import { readCommand } from './support/read-command.ts';
import { publish, table } from './support/report.ts';

const { values } = parseArgs({ options: { results: { type: 'boolean', default: false } } });

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

await using folder = await makeFolder();
using sandbox = await startSandboxProcess(['--scale', '1']);
const command = await readCommand(folder, sandbox, { layout: 'array', streams: ['companies'] });
const rows: (string | number)[][] = [];
for (const [what, kind] of FAULTS) {
  await sandbox.ask('PUT', 'faults', kind === '' ? [] : [{ kind, match: SECOND_PAGE, nth: 1 }]);
  const outcome = await read();
  rows.push([
    what,
    outcome.distinct,
    outcome.rows - outcome.distinct,
    String(outcome.exitCode),
    outcome.seconds.toFixed(1),
  ]);
}
await publish(
  {
    name: 'faults',
    title: 'Rows under faults',
    blocks: [
      '250 companies in three pages, of which the second goes wrong once.',
      table(['the second page', 'rows of 250', 'doubled', 'exit code', 'seconds'], rows),
    ],
  },
  values.results,
);

async function read(): Promise<Outcome> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [connector, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += text;
  const [exitCode] = (await ended) as [number];
  const ids = [...output.matchAll(/^\{"type":"RECORD".*?"data":\{"id":(\d+)/gm)].map(([, id]) => id);
  return { rows: ids.length, distinct: new Set(ids).size, exitCode, seconds: (performance.now() - startedMs) / 1000 };
}
