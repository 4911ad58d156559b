import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { API_KEY, configOf, nameStreams, openAccount, read } from '../support/affinity-account.ts';
import { run, runForText } from '../support/airbyte-run.ts';

let account: Sandbox;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

describe('the command line', () => {
  it.each(['--help', 'read --help'])('explains itself to people (%s)', async (line) => {
    const { exitCode, text } = await runForText(line.split(' '));
    expect(exitCode).toBe(0);
    expect(text).toMatch(/source-affinity.*\n/);
    expect(text).toContain(line === '--help' ? 'discover' : '--catalog');
  });

  it('tells its version', async () => {
    const { exitCode, text } = await runForText(['--version']);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'Give a command: spec, check, discover or read.'],
    [['write', '--config', 'c'], 'write'],
    [['read', '--config', 'c'], 'catalog'],
    [['discover'], 'config'],
    [['spec', '--nonsense'], 'nonsense'],
    [['check', '--config'], 'config'],
    [['read', '--config', 'c', '--catalog', 'k', 'surplus'], 'surplus'],
  ])('answers %j with one sentence about it', async (argv, word) => {
    const { exitCode, errors, messages } = await run(argv);
    expect(exitCode).toBe(1);
    expect(messages).toHaveLength(1);
    expect(errors[0]?.failure_type).toBe('config_error');
    expect(errors[0]?.message).toMatch(/^The command line is not understood: /);
    expect(errors[0]?.message).toContain(word);
  });

  it('speaks English on every machine', async () => {
    const before = process.env['LC_ALL'];
    process.env['LC_ALL'] = 'de_DE.UTF-8';
    try {
      const { errors } = await run(['read']);
      expect(errors[0]?.message).toContain('Missing required arguments');
    } finally {
      if (before === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = before;
    }
  });

  it.each(['spec', 'check', 'discover', 'read'])('takes --debug with %s', async (command) => {
    const files = { c: configOf(account), k: nameStreams(['lists']) };
    const argv = {
      spec: ['spec'],
      check: ['check', '--config', 'c'],
      discover: ['discover', '--config', 'c'],
      read: ['read', '--config', 'c', '--catalog', 'k'],
    }[command];
    const { exitCode, errors } = await run([...(argv ?? []), '--debug'], { files });
    expect(errors).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it.each(['spec', 'check', 'discover', 'read'])('takes options before the command, too: %s', async (command) => {
    const files = { c: configOf(account), k: nameStreams(['lists']) };
    const config = command === 'spec' ? [] : ['--config', 'c'];
    const catalog = command === 'read' ? ['--catalog=k'] : [];
    const { exitCode, errors } = await run([...config, ...catalog, '--debug', command], { files });
    expect(errors).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('logs a call that is tried again only with --debug or LOG_LEVEL', async () => {
    const said = async (argv: readonly string[], env: Record<string, string> = {}) => {
      account.setFaults([{ kind: '503-html', match: '/v2/lists\\?', times: 1 }]);
      const { exitCode, logs } = await run(argv, {
        files: { c: configOf(account, { list_references: ['all'] }), k: nameStreams(['lists']) },
        env,
        random: () => 0,
      });
      expect(exitCode).toBe(0);
      return logs.some((message) => /^\/v2\/lists: attempt 1 failed \(status 503\)/.test(message));
    };
    for (const command of [
      ['check', '--config', 'c'],
      ['discover', '--config', 'c'],
      ['read', '--config', 'c', '--catalog', 'k'],
    ]) {
      expect(await said(command)).toBe(false);
      expect(await said([...command, '--debug'])).toBe(true);
      expect(await said(command, { LOG_LEVEL: 'debug' })).toBe(true);
    }
  });
});

describe('the environment', () => {
  it('may hold whatever platforms put there', async () => {
    const env = {
      DEPLOYMENT_MODE: 'OSS',
      WORKER_JOB_ATTEMPT: '0',
      USE_STREAM_CAPABLE_STATE: 'true',
      DATA_CHANNEL_MEDIUM: 'STDIO',
      DATA_CHANNEL_SOCKET_PATHS: '/var/run/sockets/airbyte_socket_0.sock',
      LOG_LEVEL: 'INFO',
      NO_COLOR: '1',
    };
    const { exitCode, errors } = await read(configOf(account), nameStreams(['lists']), { env });
    expect(errors).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('is never printed, and neither is the key', async () => {
    const { text } = await read(configOf(account), nameStreams(['lists']), {
      env: { LOG_LEVEL: 'debug' },
      arguments: ['--debug'],
    });
    expect(text).not.toContain(API_KEY);
  });
});
