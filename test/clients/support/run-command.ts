import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input. */
  readonly input?: string;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export async function runCommand(
  command: string,
  argv: readonly string[],
  { cwd, env = {}, input = '' }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, argv, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  // A program that does not read its input is no failure of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** The same for what must succeed. Throws with the end of what was said. */
export async function succeed(command: string, argv: readonly string[], options?: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, argv, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${argv.join(' ')} ended with ${code}:\n${stdout.slice(-4000)}\n${stderr.slice(-6000)}`);
}
