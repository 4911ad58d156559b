import { readFile } from 'node:fs/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runAirbyte } from './cli/airbyte.ts';
import { systemClock } from './http/clock.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SIGNAL_NUMBERS: Readonly<Record<(typeof SIGNALS)[number], number>> = { SIGTERM: 15, SIGINT: 2 };
/** A terminal's Ctrl-C comes twice where a parent process passes it on: that is not somebody who lost patience. */
const SAME_SIGNAL_MS = 100;

/** Garbage of as much as is in use: V8 would let it grow to several times that before it looks. */
const HEAP_GROWTH_PERCENT = 100;
/** New objects get so much room: each further megabyte costs several of resident memory. */
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
    readFile: (path) => readFile(path, 'utf8'),
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
 * Keeps the resident memory of a long sync at about two thirds of what V8 takes by itself, for a tenth more processor
 * time. The limit of the young space can only be set on Node's command line, which users of the executables do not write: so it
 * is stopped from growing once it is large enough.
 */
function boundMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young === undefined || young.space_size < YOUNG_SPACE_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, YOUNG_SPACE_CHECK_MS);
  timer.unref();
}
