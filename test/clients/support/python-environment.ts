import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { succeed } from './run-command.ts';

/** A virtual environment with the packages of one requirements file. */
export interface PythonEnvironment {
  readonly python: string;
  /** The programs that its packages bring. */
  readonly bin: string;
}

/** What is made once stays here, outside the checkout. */
export function cacheFolder(): string {
  return join(
    process.env['SOURCE_AFFINITY_CACHE'] ??
      join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'source-affinity'),
    'clients',
  );
}

/** Makes the environment, or finds it as an earlier run made it of the same requirements, and prints its versions. */
export async function pythonEnvironment(name: string, requirementsFile: string): Promise<PythonEnvironment> {
  const requirements = await readFile(requirementsFile, 'utf8');
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `${name}-${digest}`);
  const bin = join(folder, 'bin');
  const python = join(bin, 'python');
  const finished = join(folder, 'finished');
  if (!existsSync(finished)) {
    const startedMs = performance.now();
    await rm(folder, { recursive: true, force: true });
    await mkdir(cacheFolder(), { recursive: true });
    await succeed('python3', ['-m', 'venv', folder]);
    await succeed(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirementsFile]);
    await writeFile(finished, '');
    print(`${name}: installed in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
  const wanted = new Set(requirements.split('\n').map(packageName));
  const installed = await succeed(python, ['-m', 'pip', 'freeze', '--quiet']);
  const versions = installed.split('\n').filter((line) => line !== '' && wanted.has(packageName(line)));
  print(
    `${name} (${basename(requirementsFile)}): ${(await succeed(python, ['--version'])).trim()}, ${versions.join(', ')}`,
  );
  return { python, bin };
}

/** The name in a line of a requirements file, in the one form that stands for all its spellings. */
function packageName(line: string): string {
  return (/^[\w.-]+/.exec(line)?.[0] ?? '').toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Says something in the test's output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
