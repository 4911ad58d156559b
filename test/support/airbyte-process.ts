import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const EXECUTABLE = fileURLToPath(new URL('../../bin/source-affinity.js', import.meta.url));

/** A folder outside the checkout that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'source-affinity-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files into a temporary folder and gives their paths. */
export async function temporaryFiles<Name extends string>(
  files: Readonly<Record<Name, unknown>>,
): Promise<Readonly<Record<Name, string>>> {
  const folder = await temporaryFolder();
  const paths: Partial<Record<Name, string>> = {};
  for (const [name, content] of Object.entries(files) as [Name, unknown][]) {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o444 });
    paths[name] = path;
  }
  return paths as Record<Name, string>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything on stdout so far; stays empty where `isReading` is false. */
  stdout(): string;
  stderr(): string;
  /** Resolves when stdout has matched; rejects when the process ends without it. */
  until(pattern: RegExp): Promise<void>;
  readonly exit: Promise<Exit>;
}

export interface StartOptions {
  readonly command?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** False: stdout is left to the test. */
  readonly isReading?: boolean;
  /** A process group of its own, so that a signal may go to all of it. */
  readonly isGroup?: boolean;
}

/** Starts the built program; it is killed when the test is over. */
export function start(argv: readonly string[], options: StartOptions = {}): Running {
  const { command, cwd, env, isReading = true, isGroup = false } = options;
  const [program, ...first] = command === undefined ? [process.execPath, EXECUTABLE] : [command];
  const child = spawn(program ?? '', [...first, ...argv], {
    stdio: 'pipe',
    detached: isGroup,
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  let onText: () => void = () => {};
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (isReading) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onText();
    });
  }
  const exit = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    until(pattern) {
      const found = new Promise<void>((resolve) => {
        onText = () => pattern.test(stdout) && resolve();
        onText();
      });
      const ended = exit.then(() => {
        if (!pattern.test(stdout)) throw new Error(`ended without ${pattern}: ${stdout.slice(-500)}${stderr}`);
      });
      return Promise.race([found, ended]);
    },
    exit,
  };
}

/** The most memory that a process has had, in megabytes, as Linux tells it. */
export async function peakMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
