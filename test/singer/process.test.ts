import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, openAccount } from '../support/affinity-account.ts';
import { takeTapApart } from '../support/singer-run.ts';

const TAP = fileURLToPath(new URL('../../bin/tap-affinity.js', import.meta.url));

let account: Sandbox;
let folder: string;
let config: string;

beforeAll(async () => {
  account = await openAccount({ scale: 4 });
  folder = await mkdtemp(join(tmpdir(), 'tap affinity '));
  config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(configOf(account)));
});

afterAll(async () => {
  await account.close();
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], { command = TAP, env = {} } = {}): ChildProcess {
  return spawn(command, argv, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ending(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...said };
}

describe('the executable', () => {
  it('prints a catalog that is pure JSON', async () => {
    const { code, stdout } = await ending(start(['--config', config, '--discover']));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ streams: expect.any(Array) });
  });

  it('runs through a link, from another folder, with settings from the environment', async () => {
    const link = join(folder, 'tap-affinity');
    await symlink(TAP, link);
    const env = { TAP_AFFINITY_API_KEY: account.apiKey, TAP_AFFINITY_API_BASE_URL: account.url };
    const { code, stdout, stderr } = await ending(start(['--config', 'ENV'], { command: link, env }));
    const output = takeTapApart({ text: stdout, logs: stderr, exitCode: code ?? -1 });
    expect(code).toBe(0);
    expect(output.recordsOf('companies')).toHaveLength(account.counts()['companies'] ?? -1);
  });

  it('ends with 1 and says why on stderr', async () => {
    const { code, stdout, stderr } = await ending(start(['--config', 'absent.json']));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^\S+Z ERROR The configuration file absent\.json cannot be read: it does not exist\.\n$/);
  });

  it('writes what is complete when it is told to stop, activates no version of what is not, and dies of the signal', async () => {
    account.configure({ latencyMs: 50 });
    const child = start(['--config', config]);
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGTERM'), 150));
    const { code, signal, stdout, stderr } = await ending(child);
    account.configure({ latencyMs: 0 });
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' });
    const output = takeTapApart({ text: stdout, logs: stderr, exitCode: 143 });
    expect(output.recordsOf('companies').length).toBeLessThan(account.counts()['companies'] ?? 0);
    expect(output.versionsOf('companies').activated).toEqual([]);
    expect(stderr).not.toContain('ERROR');
  });

  it('stops quietly when nobody reads any more', async () => {
    const child = start(['--config', config]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, signal, stderr } = await ending(child);
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).not.toMatch(/ERROR|Error|EPIPE/);
  });

  it('goes on when nobody reads its logs', async () => {
    const child = start(['--config', config]);
    child.stderr?.destroy();
    const { code, stdout } = await ending(child);
    const output = takeTapApart({ text: stdout, logs: '', exitCode: code ?? -1 });
    expect(code).toBe(0);
    expect(output.recordsOf('persons')).toHaveLength(account.counts()['persons'] ?? -1);
  });
});
