import { readFile } from 'node:fs/promises';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runAirbyte } from './cli/airbyte.ts';
import { systemClock } from './http/clock.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SIGNAL_NUMBERS: Readonly<Record<(typeof SIGNALS)[number], number>> = { SIGTERM: 15, SIGINT: 2 };
/** A terminal's Ctrl-C comes twice where a parent process passes it on: that is not somebody who lost patience. */
const SAME_SIGNAL_MS = 100;

/**
 * Old objects that nobody uses any more may take so much more than those in use, and no more than so many bytes, before
 * V8 looks for them: it would let them grow to several times what is in use. Where very much is in use, it would be
 * looking all the time without a least part.
 */
const MOST_GARBAGE = { percent: 150, bytes: 32 * 1024 * 1024, leastPercent: 25 };
/**
 * New objects get so much room. Pieces of bodies from the network, which take memory that V8 does not see, go when it is
 * looked through: in more room more of them pile up, until everything else is looked through for them.
 */
const YOUNG_SPACE_BYTES = 4 * 1024 * 1024;
const YOUNG_SPACE_CHECK_MS = 50;

export type Protocol = 'airbyte' | 'singer';

/**
 * Runs what the command line asks for, in the words of one protocol. The only place that touches the process. Everything
 * written has left it when a command is over; until then nobody calls `exit`, which would cut it off.
 */
export async function main(protocol: Protocol): Promise<void> {
  boundMemory();
  const stop = new AbortController();
  let received: (typeof SIGNALS)[number] | undefined;
  const onSignal = (signal: (typeof SIGNALS)[number]): void => {
    if (received !== undefined) return;
    received = signal;
    stop.abort();
    // Whoever signals twice does not want to wait.
    setTimeout(restoreSignals, SAME_SIGNAL_MS).unref();
  };
  const restoreSignals = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  const run = protocol === 'airbyte' ? runAirbyte : (await import('./cli/singer.ts')).runSinger;
  const exitCode = await run(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    readFile: (path) => readFile(path),
    clock: systemClock,
    random: Math.random,
    stop: stop.signal,
    ...(process.stderr.isTTY ? { progress: (await import('./cli/progress.ts')).progressOn(process.stderr) } : {}),
  });
  if (received === undefined || exitCode === 0) {
    // PyAirbyte sends SIGTERM as soon as it has the answer. The listeners stay for that, and the process ends at once:
    // while Node takes itself apart (tens of milliseconds) a signal would kill it again.
    process.exitCode = exitCode;
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
    return;
  }
  restoreSignals();
  // A stop that was asked for before the end is told apart from a failure: the process dies of the signal itself,
  // which the kernel does not let process 1 do.
  process.exitCode = 128 + SIGNAL_NUMBERS[received];
  if (process.pid !== 1) process.kill(process.pid, received);
}

/**
 * Keeps the resident memory of a long sync at about two thirds of what V8 takes by itself. The limit of the young space
 * can only be set on Node's command line, which users of the executables do not write: so it is stopped from growing once
 * it is large enough. A space as small is looked through by one thread in less time than several take to agree.
 */
function boundMemory(): void {
  const { percent, bytes, leastPercent } = MOST_GARBAGE;
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString(`--heap-growing-percent=${percent}`);
  new PerformanceObserver((list) => {
    if (!list.getEntries().some(isMajorCollection)) return;
    const part = (100 * bytes) / getHeapStatistics().used_heap_size;
    setFlagsFromString(`--heap-growing-percent=${Math.round(Math.max(leastPercent, Math.min(percent, part)))}`);
  }).observe({ entryTypes: ['gc'] });
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < YOUNG_SPACE_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, YOUNG_SPACE_CHECK_MS);
  timer.unref();
}

function isMajorCollection(entry: PerformanceEntry): boolean {
  const { kind } = (entry as { readonly detail?: { readonly kind?: number } }).detail ?? {};
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
