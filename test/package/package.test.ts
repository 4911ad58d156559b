import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { takeApart } from '../support/airbyte-run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const SOURCES = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src', ...['README.md', 'LICENSE'], 'bin'];

/** npm and npx without what the npm around them has told their environment. */
async function run(program: string, args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return await promisify(execFile)(program, args, { cwd, env, maxBuffer: 1e9 });
}

let folder: string;
let installed: string;
let paths: string[];
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-affinity-package-'));
  installed = join(folder, 'installed');
  sandbox = await startSandbox({ scale: 1, minuteLimit: 1_000_000, monthLimit: null });
  // From a copy: what an older build has left in dist, or somebody just builds there, stays out.
  const copy = join(folder, 'copy');
  for (const path of new Set([...SOURCES, ...manifest.files.filter((path: string) => !path.startsWith('dist'))]))
    await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], copy);
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  paths = packed.files.map(({ path }: { path: string }) => path);
  await mkdir(installed);
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, packed.filename)], installed);
});

afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

describe('the package', () => {
  it('holds what runs and what tells about it, and nothing else', () => {
    const outside = paths.filter((path) => !/^(bin|dist)\/.*\.js$/.test(path));
    expect(outside.toSorted()).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'icon.svg', 'metadata.yaml', 'package.json', 'spec.json'],
        ...['discovered', 'full_refresh', 'incremental'].map((name) => `catalog/${name}.json`),
      ].toSorted(),
    );
    expect(paths.filter((path) => path.startsWith('bin/'))).toHaveLength(3);
    expect(paths).toContain('dist/main.js');
  });

  it('brings only what it depends on', async () => {
    const { stdout } = await run('npm', ['ls', '--all', '--parseable'], installed);
    for (const name of Object.keys(manifest.dependencies)) expect(stdout).toContain(`/node_modules/${name}\n`);
    expect(stdout.split('\n').length).toBeLessThan(40);
    for (const name of Object.keys(manifest.devDependencies)) expect(stdout).not.toContain(`/node_modules/${name}\n`);
  });
});

describe('installed in an empty folder, it', () => {
  const npx = async (...args: readonly string[]) => await run('npx', ['--no-install', ...args], installed);

  it('answers npx source-affinity spec', async () => {
    const { stdout } = await npx('source-affinity', 'spec');
    const spec: unknown = JSON.parse(await readFile(join(ROOT, 'spec.json'), 'utf8'));
    expect(takeApart(stdout, 0).messages).toEqual([{ type: 'SPEC', spec }]);
  });

  it('answers npx tap-affinity --about', async () => {
    const { stdout } = await npx('tap-affinity', '--about', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'tap-affinity', version: manifest.version });
  });

  it('reads every row, as the executable that a client is pointed to', async () => {
    const executable = join(installed, 'node_modules', '.bin', 'source-affinity');
    const config = join(folder, 'config.json');
    const catalog = join(folder, 'catalog.json');
    await writeFile(config, JSON.stringify({ api_key: sandbox.apiKey, api_base_url: sandbox.url }));
    const discovery = await run(executable, ['discover', '--config', config], folder);
    const streams = takeApart(discovery.stdout, 0).messages.flatMap((message) => message.catalog?.streams ?? []);
    expect(streams.length).toBeGreaterThan(25);
    const sync = { sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' };
    await writeFile(catalog, JSON.stringify({ streams: streams.map((stream) => ({ stream, ...sync })) }));
    const read = await run(executable, ['read', '--config', config, '--catalog', catalog], folder);
    const { records, errors } = takeApart(read.stdout, 0);
    expect(errors).toEqual([]);
    const counts = sandbox.counts();
    for (const { name } of streams)
      expect(records.filter(({ stream }) => stream === name).length, name).toBe(counts[name]);
  });
});
