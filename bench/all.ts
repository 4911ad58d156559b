/**
 * All benchmarks, one after the other. `npm run bench` takes about twenty minutes and writes RESULTS.md and its charts
 * anew; `npm run bench -- --quick` takes about three, with small accounts, and only prints. `--only pace,start` runs those.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const only = values.only?.split(',');

/** What is run, with the options of a quick run and of a whole one. */
const BENCHMARKS: readonly (readonly [script: string, quick: string, whole: string])[] = [
  ['throughput', '--scale 20 --runs 1', '--scale 100'],
  ['throughput', '--streams all --scale 10 --runs 1', '--streams all --scale 365 --runs 1'],
  ['pace', '--only sync --scale 2', '--scale 20'],
  ['growth', '--scales 0.4,4 --lists 1,10', '--scales 0.4,4,40,400'],
  ['start', '--runs 5', ''],
  ['memory', '--scale 10', '--scale 100'],
  ['faults', '', ''],
];

const failed: string[] = [];
for (const [script, quick, whole] of BENCHMARKS) {
  if (only?.includes(script) === false) continue;
  const options = (values.quick ? quick : `${whole} --results`).split(' ').filter(Boolean);
  console.log(`\n=== ${[script, ...options].join(' ')}`);
  const startedMs = performance.now();
  const file = fileURLToPath(new URL(`./${script}.ts`, import.meta.url));
  const [exitCode] = await once(spawn(process.execPath, [file, ...options], { stdio: 'inherit' }), 'close');
  console.log(`=== ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  if (exitCode !== 0) failed.push([script, ...options].join(' '));
}
for (const name of failed) console.error(`FAILED: ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
