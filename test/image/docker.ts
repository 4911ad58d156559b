import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

/** What the tests build and run. */
export const IMAGE = 'source-affinity:image-test';
export const BASE_IMAGE = 'node:26-trixie-slim';

/** What a program left behind. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects only when it cannot be started; `onText` sees its stdout as it comes. */
export async function run(
  program: string,
  args: readonly string[],
  onText: (text: string) => void = () => {},
): Promise<Finished> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk) => onText(String(chunk)));
  const [stdout, stderr, exitCode] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
  ]);
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** Runs a docker command that must succeed, and resolves to what it printed. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run('docker', args);
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout.trim();
}

/**
 * The options of `docker run` for a container that leaves nothing behind, and reaches the sandbox on this machine unless
 * the flags name another network.
 */
export function runArguments(flags: readonly string[], command: readonly string[]): string[] {
  const network = flags.includes('--network') ? [] : ['--network', 'host'];
  return ['run', '--rm', ...network, ...flags, IMAGE, ...command];
}

/** Runs a command of the connector in a container of its own. */
export async function runInImage(flags: readonly string[], ...command: readonly string[]): Promise<Finished> {
  return await run('docker', runArguments(flags, command));
}
