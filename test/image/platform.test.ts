import { randomUUID } from 'node:crypto';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { takeApart } from '../support/airbyte-run.ts';
import { type Account, createFolder, openAccount } from './account.ts';
import { BASE_IMAGE, docker, run, runInImage } from './docker.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PORT = 8080;

/** A twin of the sandbox below, in a container of its own without any network; the connector shares its loopback. */
const twin = `source-affinity-image-test-${randomUUID()}`;
let account: Account;
let folder: string;
beforeAll(async () => {
  account = await openAccount();
  const sandbox = ['node', '/project/sandbox/main.ts', '--port', `${PORT}`, '--minute-limit', '1000000'];
  const flags = ['--detach', '--rm', '--network', 'none', '--name', twin, '--volume', `${ROOT}:/project:ro`];
  await docker('run', ...flags, BASE_IMAGE, ...sandbox, '--api-key', account.sandbox.apiKey);
  await vi.waitFor(async () => expect(await docker('logs', twin)).toContain('Sandbox on'), 30_000);
  const config = JSON.parse(await readFile(join(account.folder, 'config.json'), 'utf8'));
  folder = await createFolder({
    'connectorConfig.json': { ...config, api_base_url: `http://127.0.0.1:${PORT}` },
    'hostConfig.json': config,
  });
  await copyFile(join(account.folder, 'catalog.json'), join(folder, 'catalog.json'));
  await copyFile(join(account.folder, 'state.json'), join(folder, 'inputState.json'));
}, 120_000);
afterAll(async () => {
  await run('docker', ['rm', '--force', twin]);
  await account.close();
  await rm(folder, { recursive: true });
});

/**
 * How Kubernetes puts a source into its pod: other user rights, /source as working directory, the image's entry point
 * replaced. It reaches nothing but the account.
 */
function podFlags(): string[] {
  const environment = {
    DEPLOYMENT_MODE: 'OSS',
    OPERATION_TYPE: 'SYNC',
    WORKER_JOB_ID: '7',
    WORKER_JOB_ATTEMPT: '0',
    USE_STREAM_CAPABLE_STATE: 'true',
    DATA_CHANNEL_MEDIUM: 'STDIO',
    DATA_CHANNEL_FORMAT: 'JSONL',
  };
  return [
    ...['--network', `container:${twin}`],
    ...[
      '--user',
      '1000:1000',
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--memory',
      '2g',
      '--cpus',
      '1',
    ],
    ...['--workdir', '/source', '--volume', `${folder}:/source`, '--entrypoint', 'sh'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

/** A subshell in the background whose exit code goes into a file; the pod's own process waits for it. */
function podScript(command: string, redirection: string): string {
  return `(eval "$AIRBYTE_ENTRYPOINT ${command}" ${redirection}; echo $? > exitCode.txt) & wait; exit "$(cat exitCode.txt)"`;
}

describe('started the way the platform starts it', () => {
  it('answers check into a file', async () => {
    const script = podScript('check --config /source/connectorConfig.json', '> jobOutput.json');
    const { exitCode, stderr } = await runInImage(podFlags(), '-c', script);
    expect(stderr).toBe('');
    const { messages } = takeApart(await readFile(join(folder, 'jobOutput.json'), 'utf8'), exitCode ?? 1);
    expect(messages.map(({ connectionStatus }) => connectionStatus?.status)).toEqual(['SUCCEEDED']);
    expect(exitCode).toBe(0);
  });

  it('reaches nothing but the account', async () => {
    const script = podScript('check --config /source/hostConfig.json', '> jobOutput.json');
    await runInImage(podFlags(), '-c', script);
    const { messages } = takeApart(await readFile(join(folder, 'jobOutput.json'), 'utf8'), 0);
    expect(messages.map(({ connectionStatus }) => connectionStatus?.status)).toEqual(['FAILED']);
  });

  it('reads everything into named pipes', async () => {
    const pipes = ['stdout', 'stderr'].map((name) => join(folder, name));
    await run('mkfifo', ['--mode', '666', ...pipes]);
    const script = podScript(
      'read --config /source/connectorConfig.json --catalog /source/catalog.json --state /source/inputState.json',
      '2> stderr > stdout',
    );
    const [container, ...read] = await Promise.all([
      runInImage(podFlags(), '-c', script),
      ...pipes.map((pipe) => run('cat', [pipe])),
    ]);
    const [stdout, stderr] = read.map((each) => each.stdout);
    expect(stderr).toBe('');
    expect(container).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const { records, statuses } = takeApart(stdout ?? '', 0);
    const counts = account.sandbox.counts();
    expect(records.length).toBe(account.streams.reduce((sum, { name }) => sum + (counts[name] ?? 0), 0));
    expect(Object.keys(statuses)).toHaveLength(account.streams.length);
    expect(new Set(Object.values(statuses))).toEqual(new Set(['STARTED RUNNING COMPLETE']));
  });
});
