import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Output, takeApart } from '../support/airbyte-run.ts';
import { type Account, openAccount } from './account.ts';
import { runInImage } from './docker.ts';

let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(async () => {
  await account.close();
});

const settings = [
  { name: 'as it comes', flags: [] },
  {
    name: 'with nothing it could write to and no privileges, from another directory',
    flags: [
      ...['--read-only', '--user', '1000', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...['--workdir', '/proc', '--volume', '/tmp:/tmp:ro'],
    ],
  },
  { name: 'as a user that it does not know', flags: ['--read-only', '--user', '31415:31415'] },
];

describe.each(settings)('a container $name', ({ flags }) => {
  async function run(...command: readonly string[]): Promise<Output> {
    const { exitCode, stdout, stderr } = await runInImage([...account.mount, ...flags], ...command);
    expect(stderr).toBe('');
    return takeApart(stdout, exitCode ?? 1);
  }

  it('answers spec with spec.json', async () => {
    const { exitCode, messages } = await run('spec');
    const spec: unknown = JSON.parse(await readFile(new URL('../../spec.json', import.meta.url), 'utf8'));
    expect(messages).toEqual([{ type: 'SPEC', spec }]);
    expect(exitCode).toBe(0);
  });

  it('checks the right key', async () => {
    const { exitCode, messages } = await run('check', '--config', '/files/config.json');
    expect(messages.map(({ connectionStatus }) => connectionStatus?.status)).toEqual(['SUCCEEDED']);
    expect(exitCode).toBe(0);
  });

  it('checks a wrong key', async () => {
    const { exitCode, messages } = await run('check', '--config', '/files/wrong-key.json');
    expect(messages.map(({ connectionStatus }) => connectionStatus?.status)).toEqual(['FAILED']);
    expect(exitCode).toBe(0);
  });

  it('discovers streams that the account has', async () => {
    const { exitCode, messages } = await run('discover', '--config', '/files/config.json');
    const names = messages.flatMap(({ catalog }) => catalog?.streams.map(({ name }) => name) ?? []);
    expect(account.sandbox.streams()).toEqual(expect.arrayContaining(names));
    expect(names.length).toBeGreaterThan(10);
    expect(exitCode).toBe(0);
  });

  it('reads every row of every stream', async () => {
    const { exitCode, records, statuses, errors } = await run(
      ...['read', '--config', '/files/config.json', '--catalog', '/files/catalog.json', '--state', '/files/state.json'],
    );
    expect(errors).toEqual([]);
    expect(new Set(Object.values(statuses))).toEqual(new Set(['STARTED RUNNING COMPLETE']));
    const read = Object.fromEntries(account.streams.map(({ name }) => [name, 0]));
    for (const { stream } of records) read[stream] = (read[stream] ?? 0) + 1;
    const counts = account.sandbox.counts();
    expect(read).toEqual(Object.fromEntries(account.streams.map(({ name }) => [name, counts[name]])));
    expect(exitCode).toBe(0);
  });
});

it('reads files where PyAirbyte mounts them', async () => {
  const flags = ['--interactive', '--volume', `${account.folder}:/airbyte/tmp`];
  const { exitCode, stdout } = await runInImage(flags, 'check', '--config', '/airbyte/tmp/config.json');
  expect(takeApart(stdout, exitCode ?? 1).messages[0]?.connectionStatus?.status).toBe('SUCCEEDED');
});
