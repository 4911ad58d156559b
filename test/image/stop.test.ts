import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeApart } from '../support/airbyte-run.ts';
import { type Account, openAccount } from './account.ts';
import { docker, run, runArguments } from './docker.ts';

let account: Account;
const container = `source-affinity-image-test-${randomUUID()}`;
beforeAll(async () => {
  account = await openAccount({ scale: 5 });
  account.sandbox.configure({ latencyMs: 400 });
});
afterAll(async () => {
  await run('docker', ['rm', '--force', container]);
  await account.close();
});

it('stops soon, and between two lines, when it is asked to in the middle of a read', async () => {
  let sawRecord = (): void => {};
  const firstRecord = new Promise<void>((resolve) => {
    sawRecord = resolve;
  });
  const command = ['read', '--config', '/files/config.json', '--catalog', '/files/catalog.json'];
  const reading = run('docker', runArguments(['--name', container, ...account.mount], command), (text) => {
    if (text.includes('"type":"RECORD"')) sawRecord();
  });
  await firstRecord;
  const askedAt = performance.now();
  await docker('stop', '--time', '30', container);
  const stopMs = performance.now() - askedAt;
  const { exitCode, stdout, stderr } = await reading;

  expect(exitCode).toBe(143);
  expect(stopMs).toBeLessThan(5_000);
  expect(stderr).toBe('');
  const { statuses, errors } = takeApart(stdout, exitCode ?? 1);
  expect(Object.values(statuses)).toContain('STARTED RUNNING INCOMPLETE');
  expect(errors).toEqual([]);
});
