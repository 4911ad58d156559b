import { existsSync } from 'node:fs';
import { cp, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { API_KEY, configOf, nameStreams, openAccount } from '../support/affinity-account.ts';
import { EXECUTABLE, start, temporaryFiles, temporaryFolder } from '../support/airbyte-process.ts';
import { takeApart } from '../support/airbyte-run.ts';

let account: Sandbox;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

/** Runs a command to its end, with read-only files of odd names. */
async function run(argv: (paths: Record<string, string>) => readonly string[], files: Record<string, unknown> = {}) {
  const all = {
    config: configOf(account),
    'catalog.txt': nameStreams(['lists', 'notes']),
    'state.txt': '[]',
    ...files,
  };
  const running = start(argv(await temporaryFiles(all)));
  const { code, signal } = await running.exit;
  return { code, signal, stderr: running.stderr(), output: takeApart(running.stdout(), code ?? -1) };
}

describe('the executable', () => {
  it.each<[name: string, argv: (paths: Record<string, string>) => string[], code: number, type: string]>([
    ['spec', () => ['spec'], 0, 'SPEC'],
    ['check', ({ config }) => ['check', '--config', `${config}`], 0, 'CONNECTION_STATUS'],
    ['discover', ({ config }) => ['discover', '--config', `${config}`, '--debug'], 0, 'CATALOG'],
    [
      'read',
      (paths) => [
        'read',
        '--config',
        `${paths['config']}`,
        '--catalog',
        `${paths['catalog.txt']}`,
        '--state',
        `${paths['state.txt']}`,
      ],
      0,
      'LOG',
    ],
    [
      'a read without its catalog',
      ({ config }) => ['read', '--config', `${config}`, '--catalog', '/no/such/file'],
      1,
      'TRACE',
    ],
    ['a catalog that is a folder', ({ config }) => ['read', '--config', `${config}`, '--catalog', '/'], 1, 'TRACE'],
    ['a check without its file', () => ['check', '--config', '/no/such/file'], 0, 'CONNECTION_STATUS'],
    ['a discover without its file', () => ['discover', '--config', '/no/such/file'], 1, 'TRACE'],
    ['no command', () => [], 1, 'TRACE'],
    ['an unknown command', () => ['write', '--config', 'x'], 1, 'TRACE'],
  ])('%s: writes messages alone, nothing on stderr, and ends with its code', async (_name, argv, expected, type) => {
    const { code, signal, stderr, output } = await run(argv);
    expect([code, signal]).toEqual([expected, null]);
    expect(stderr).toBe('');
    expect(output.messages.at(-1)?.type).toBe(type);
  });

  it('answers check with FAILED and code 0 for a wrong key, which it keeps to itself', async () => {
    const { code, output } = await run(({ config }) => ['check', '--config', `${config}`], {
      config: configOf({ ...account, apiKey: 'a-wrong-key-of-ours' }),
    });
    expect(code).toBe(0);
    expect(output.messages[0]?.connectionStatus?.status).toBe('FAILED');
    expect(output.text).not.toContain('a-wrong-key-of-ours');
    expect(output.text).not.toContain(API_KEY);
  });

  it('ends a read with 1 when a stream fails', async () => {
    const { code, stderr, output } = await run(
      (paths) => ['read', '--config', `${paths['config']}`, '--catalog', `${paths['catalog.txt']}`],
      { 'catalog.txt': nameStreams(['lists', 'no_such_stream']) },
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(output.statuses).toEqual({
      lists: 'STARTED RUNNING COMPLETE',
      no_such_stream: 'STARTED RUNNING INCOMPLETE',
    });
  });

  it.runIf(existsSync('/dev/full'))('says on stderr that a full disk takes no output', async () => {
    const running = start(['-c', `"${process.execPath}" "${EXECUTABLE}" spec > /dev/full`], { command: 'sh' });
    expect(await running.exit).toEqual({ code: 1, signal: null });
    expect(running.stderr()).toBe('The output cannot be written: Error: ENOSPC: no space left on device, write\n');
  });

  it('prints help and its version as text', async () => {
    for (const [flag, pattern] of [
      ['--help', /discover/],
      ['--version', /^\d+\.\d+\.\d+\n$/],
    ] as const) {
      const running = start([flag]);
      expect(await running.exit).toEqual({ code: 0, signal: null });
      expect(running.stdout()).toMatch(pattern);
      expect(running.stderr()).toBe('');
    }
  });
});

describe('where the executable is', () => {
  it('does not matter when it is called through a link, from another folder', async () => {
    const folder = await temporaryFolder();
    const link = join(folder, 'source');
    await symlink(EXECUTABLE, link);
    const running = start(['spec'], { command: link, cwd: folder });
    expect(await running.exit).toEqual({ code: 0, signal: null });
    expect(takeApart(running.stdout(), 0).messages[0]?.type).toBe('SPEC');
    expect((await stat(EXECUTABLE)).mode & 0o111).toBe(0o111);
    expect(await readFile(EXECUTABLE, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('does not matter when its folder has spaces and percent signs in its name', async () => {
    const root = dirname(dirname(EXECUTABLE));
    const folder = join(await temporaryFolder(), 'a b%20c');
    for (const each of ['bin', 'dist', 'spec.json', 'package.json']) {
      await cp(join(root, each), join(folder, each), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const running = start(['spec'], { command: join(folder, 'bin', 'source-affinity.js'), cwd: '/' });
    expect(await running.exit).toEqual({ code: 0, signal: null });
    expect(running.stderr()).toBe('');
    expect(takeApart(running.stdout(), 0).messages[0]?.type).toBe('SPEC');
  });

  it('is told from a checkout that was never built', async () => {
    const folder = await temporaryFolder();
    await cp(dirname(EXECUTABLE), join(folder, 'bin'), { recursive: true });
    const running = start(['spec'], { command: join(folder, 'bin', 'source-affinity.js') });
    expect(await running.exit).toEqual({ code: 1, signal: null });
    expect(running.stderr()).toMatch(/^source-affinity is not built: .*\n$/);
  });
});
