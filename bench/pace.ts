/**
 * Wall time under the API's real limits and latencies, and how well the pool of calls is used. The clock is the real one:
 * the connector paces itself by whole seconds of the headers, and a shorter minute would show another connector. So the
 * account is small instead (`--scale`), and runs that mostly wait run side by side.
 *
 *     npm run bench:pace -- --scale 20 --windows 2
 *
 * 1. A first sync of all streams and one a day later, of an account whose month counts calls and of one whose month does
 *    not, beside what is possible: the calls divided by nine tenths of the limit, or the longest chain of pages that can
 *    only be asked for one after the other, where that is longer. `--month-limit` chooses one of the two accounts.
 * 2. Limits of 60, 300 and 900 calls a minute, alone and beside a client that steadily takes a third of the pool: what is
 *    used of the calls that this client leaves, minute by minute, and how many were refused.
 *
 * `--only sync` or `--only pool` runs one of them; `--results` keeps the figures in RESULTS.md.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultNow } from '../sandbox/options.ts';
import { barChart } from './support/chart.ts';
import { makeFolder } from './support/folder.ts';
import { runConnector, type SandboxProcess, startSandboxProcess } from './support/processes.ts';
import { readCommand } from './support/read-command.ts';
import { count, median, publish, table } from './support/report.ts';
import { forgetRequests, type LoggedRequest, requestsOf } from './support/request-log.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '20' },
    windows: { type: 'string', default: '2' },
    'month-limit': { type: 'string', multiple: true, default: ['100000', 'none'] },
    only: { type: 'string' },
    results: { type: 'boolean', default: false },
  },
});
const WINDOW_MS = 60_000;
/** Windows are counted from the sandbox's start. */
const START_MS = Date.parse(defaultNow);
const DAY_MS = 24 * 60 * 60 * 1000;
/** The part of the pool that the connector means to use. */
const SHARE = 0.9;
const LATENCY = ['--latency-ms', '300', '--fields-latency-ms', '1000'];
const LIMIT = 900;
const CALLS_PER_SECOND = (LIMIT * SHARE) / 60;
const POOLS = [60, 300, 900];
/** Rows enough that the largest pool is busy for all windows. */
const POOL_SCALE = '40';
/** Within this of what is possible. */
const TOLERANCE = 0.1;

await using folder = await makeFolder();
if (values.only !== 'pool') await measureSyncs();
if (values.only !== 'sync') await measurePools();

interface Sync {
  readonly name: string;
  readonly rows: number;
  readonly calls: number;
  readonly refused: number;
  readonly seconds: number;
  /** What the calls take at the pace that the limit allows. */
  readonly pacedSeconds: number;
  /** What those pages take that wait for each other. */
  readonly chainSeconds: number;
}

async function measureSyncs(): Promise<void> {
  const syncs = (await Promise.all(values['month-limit'].map(syncTwice))).flat();
  const rows = syncs.map((sync) => [
    sync.name,
    sync.rows,
    sync.calls,
    sync.seconds.toFixed(0),
    sync.pacedSeconds.toFixed(0),
    (sync.seconds / sync.pacedSeconds).toFixed(2),
    sync.chainSeconds.toFixed(0),
    (sync.seconds / possibleSeconds(sync)).toFixed(2),
    String(sync.refused),
  ]);
  const chart = barChart({
    title: `Time of a sync under ${LIMIT} calls a minute`,
    label: 'seconds',
    names: ['measured', `calls ÷ ${CALLS_PER_SECOND} a second`, 'longest chain'],
    groups: syncs.map((sync) => ({ name: sync.name, values: [sync.seconds, sync.pacedSeconds, sync.chainSeconds] })),
    format: (value) => value.toFixed(0),
  });
  const late = syncs.filter((sync) => sync.seconds > possibleSeconds(sync) * (1 + TOLERANCE));
  const chained = syncs.filter(({ pacedSeconds, chainSeconds }) => chainSeconds > pacedSeconds);
  const namesOf = (some: readonly Sync[]): string => some.map(({ name }) => `“${name}”`).join(', ');
  const verdict = late.length === 0 ? 'met by all' : `missed by ${namesOf(late)}`;
  const bound =
    chained.length === 0
      ? 'No chain takes longer than the calls of its sync.'
      : `The chain is what bounds ${namesOf(chained)} (docs/adr/0008).`;
  await publish(
    {
      name: 'pace',
      title: 'Wall time under the API’s limits',
      blocks: [
        `All streams, columns, ${LIMIT} calls a minute, 0.3 s a call, 1.0 s for pages with fields. Each sync starts with a fresh minute; the later one comes a day later and nothing has changed. The longest chain is the answers' time of those pages of companies or persons that can only be asked for one after the other; no sync can be faster than it.`,
        table(
          [
            ...['account and sync', 'rows', 'calls', 'seconds'],
            ...[`calls ÷ ${CALLS_PER_SECOND}`, 'ratio', 'longest chain', 'to the longer', '429s'],
          ],
          rows,
        ),
        `Target, at most ${TOLERANCE * 100} % more than the calls divided by ${CALLS_PER_SECOND} a second (nine tenths of the limit) or, where that is longer, than the longest chain: ${verdict}. ${bound} A sync that ends early in a minute may take less: while more than half of a minute's pool is left, calls are not held up.`,
      ],
      charts: [
        { name: 'pace', alt: 'Seconds of each sync beside what the limit and the longest chain allow', svg: chart },
      ],
    },
    values.results,
  );
}

function possibleSeconds({ pacedSeconds, chainSeconds }: Sync): number {
  return Math.max(pacedSeconds, chainSeconds);
}

/** A first sync, and one that goes on from its state. */
async function syncTwice(monthLimit: string): Promise<Sync[]> {
  const account = monthLimit === 'none' ? 'month not counted' : 'month counted';
  using sandbox = await startSandboxProcess([
    ...['--scale', values.scale, '--minute-limit', String(LIMIT), '--month-limit', monthLimit],
    ...LATENCY,
  ]);
  const command = await readCommand(folder, sandbox, { layout: 'columns', streams: 'all', isIncremental: true });
  const stateFile = join(folder.path, `state-${monthLimit}.jsonl`);
  const first = await syncOnce(sandbox, `${account}, first sync`, command);
  await writeFile(stateFile, first.states.join('\n'));
  const later = await syncOnce(sandbox, `${account}, a day later`, [...command, '--state', stateFile]);
  return [first.sync, later.sync];
}

async function syncOnce(
  sandbox: SandboxProcess,
  name: string,
  command: readonly string[],
): Promise<{ sync: Sync; states: readonly string[] }> {
  await startNextDay(sandbox);
  await forgetRequests(sandbox);
  const { rows, seconds, states, exitCode } = await runConnector(command);
  if (exitCode !== 0) throw new Error(`${name}: the connector ended with ${exitCode}`);
  const requests = await requestsOf(sandbox);
  const sync = {
    name,
    rows,
    calls: requests.length,
    refused: requests.filter(({ status }) => status === 429).length,
    seconds,
    pacedSeconds: requests.length / CALLS_PER_SECOND,
    chainSeconds: Math.max(...['/v2/companies', '/v2/persons'].map((path) => chainSecondsOf(requests, path))),
  };
  return { sync, states };
}

/** The first second of a minute, a day later: the pool is full. */
async function startNextDay(sandbox: SandboxProcess): Promise<void> {
  const restMs = WINDOW_MS - (((await nowMsOf(sandbox)) - START_MS) % WINDOW_MS);
  await sandbox.ask('POST', 'clock', { advanceMs: DAY_MS + restMs });
}

/** Pages that carry ids are independent of each other; all others of a path wait for the one before. */
function chainSecondsOf(requests: readonly LoggedRequest[], path: string): number {
  return requests
    .filter((request) => request.path === path && !new URLSearchParams(request.query).has('ids'))
    .reduce((sum, { durationMs }) => sum + durationMs / 1000, 0);
}

interface Pool {
  readonly limit: number;
  readonly competitorPerSecond: number;
  /** Calls made in each measured minute, and what the competitor left of it. */
  readonly made: readonly number[];
  readonly left: number;
  /** Of all calls, also those of the minutes that were not measured. */
  readonly calls: number;
  readonly refused: number;
}

async function measurePools(): Promise<void> {
  const pools = await Promise.all(
    POOLS.flatMap((limit) => [0, limit / 3 / 60].map((competitor) => usePool(limit, competitor))),
  );
  const usedPart = ({ made, left }: Pool): number => median(made) / left;
  const rows = pools.map((pool) => [
    `${pool.limit}, ${pool.competitorPerSecond === 0 ? 'alone' : 'a third taken by another'}`,
    pool.left,
    pool.made.join(', '),
    `${(usedPart(pool) * 100).toFixed(0)} %`,
    pool.calls,
    String(pool.refused),
  ]);
  const chart = barChart({
    title: 'Used of the calls that others leave',
    label: 'percent of what is left of a minute’s pool',
    names: ['alone', 'beside a client that takes a third'],
    groups: POOLS.map((limit) => ({
      name: `${limit} a minute`,
      values: pools.filter((pool) => pool.limit === limit).map((pool) => usedPart(pool) * 100),
    })),
    mark: { name: 'aim: 90', value: SHARE * 100 },
    format: (value) => `${value.toFixed(0)} %`,
  });
  const refused = pools.reduce((sum, pool) => sum + pool.refused, 0);
  const calls = pools.reduce((sum, pool) => sum + pool.calls, 0);
  await publish(
    {
      name: 'pool',
      title: 'What is used of the pool',
      blocks: [
        `A first sync of all streams at scale ${POOL_SCALE}, stopped after ${Number(values.windows) + 1} minutes, 0.3 s a call and 1.0 s with fields. The first minute, which the sync enters without knowing anything, is not counted; refusals are, over all minutes. The other client takes its third evenly.`,
        table(['calls a minute', 'left by others', 'made, by minute', 'used (median)', 'calls in all', '429s'], rows),
        `The aim is ${SHARE * 100} % or more and no refusals: of ${count(calls)} calls ${refused === 0 ? 'none' : count(refused)} met a 429. Beside another client the part may exceed ${SHARE * 100} %, for what is left over is a tenth of the whole pool, of which the other client goes on taking.`,
      ],
      charts: [
        { name: 'pool', alt: 'Part of the pool that is used, by limit, alone and beside another client', svg: chart },
      ],
    },
    values.results,
  );
}

async function usePool(limit: number, competitorPerSecond: number): Promise<Pool> {
  using sandbox = await startSandboxProcess([
    ...['--scale', POOL_SCALE, '--minute-limit', String(limit), '--competitor', String(competitorPerSecond)],
    ...LATENCY,
  ]);
  // Without `discover`, whose calls would come first; names are all that a catalog needs.
  const all = (await sandbox.ask('GET', 'streams')) as readonly string[];
  const streams = all.filter((name) => !/^list_\d/.test(name));
  const command = await readCommand(folder, sandbox, { layout: 'array', streams });
  const windows = Number(values.windows);
  await runConnector(command, START_MS + (windows + 1) * WINDOW_MS - (await nowMsOf(sandbox)));
  const requests = await requestsOf(sandbox);
  const made = Array.from({ length: windows }, (_, index) => {
    const fromMs = START_MS + (index + 1) * WINDOW_MS;
    return requests.filter(({ atMs, status }) => atMs >= fromMs && atMs < fromMs + WINDOW_MS && status !== 429).length;
  });
  return {
    limit,
    competitorPerSecond,
    made,
    left: limit - competitorPerSecond * 60,
    calls: requests.length,
    refused: requests.filter(({ status }) => status === 429).length,
  };
}

async function nowMsOf(sandbox: SandboxProcess): Promise<number> {
  const { now } = (await sandbox.ask('GET', 'clock')) as { now: string };
  return Date.parse(now);
}
