import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lastStates } from '../support/affinity-account.ts';
import { type AirbyteStream, type JsonNode, type Output, takeApart } from '../support/airbyte-run.ts';
import { nodesOf } from '../support/schema-rules.ts';
import { type Account, openAccount } from './account.ts';
import { runInImage } from './docker.ts';

/** Streams whose key has two parts. tap-airbyte-wrapper takes the first alone; our own tap-affinity declares both. */
const COMPOUND = [
  'dropdown_options',
  'list_fields',
  'relationships',
  'saved_views',
  'team_members',
  'transcript_fragments',
];

let account: Account;
let folder: string;
let catalog: object;

beforeAll(async () => {
  account = await openAccount();
  // As Python's TemporaryDirectory makes it: nobody else may look inside.
  folder = await mkdtemp(join(tmpdir(), 'source-affinity-wrapper-'));
  await chmod(folder, 0o700);
  await writeFile(join(folder, 'config.json'), await readFile(join(account.folder, 'config.json')));
  catalog = withoutKeys(account.streams);
  await writeFile(join(folder, 'catalog.json'), JSON.stringify(catalog));
});
afterAll(async () => {
  await account.close();
  await rm(folder, { recursive: true });
});

/** The catalog as tap-airbyte-wrapper writes it: neither cursor nor key, nothing but append. */
function withoutKeys(streams: readonly AirbyteStream[]): object {
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: stream.supported_sync_modes.at(-1),
      destination_sync_mode: 'append',
    })),
  };
}

/** Runs a command with the folder as its /tmp, as the user to whom it belongs. */
async function run(...argv: readonly string[]): Promise<Output> {
  const user = `${process.getuid?.()}:${process.getgid?.()}`;
  const flags = ['--interactive', '--user', user, '--volume', `${folder}:/tmp`];
  const { exitCode, stdout, stderr } = await runInImage(flags, ...argv);
  // Nobody empties that pipe; a full one would stop the connector for ever.
  expect(stderr).toBe('');
  for (const line of stdout.split('\n').slice(0, -1)) {
    expect(JSON.parse(line)).toMatchObject({ type: expect.any(String) });
  }
  return takeApart(stdout, exitCode ?? 1);
}

async function read(states: readonly object[] | undefined): Promise<Output> {
  const argv = ['read', '--config', '/tmp/config.json', '--catalog', '/tmp/catalog.json'];
  if (states === undefined) return await run(...argv);
  await writeFile(join(folder, 'state.json'), JSON.stringify(states));
  return await run(...argv, '--state', '/tmp/state.json');
}

describe('what tap-airbyte-wrapper asks for', () => {
  it('is an image whose name begins with an organisation', async () => {
    const yaml = async (name: string): Promise<unknown> =>
      parse(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));
    const { data } = (await yaml('metadata.yaml')) as { data: { dockerRepository: string } };
    const { connector_image: image } = (await yaml('acceptance-test-config.yml')) as { connector_image: string };
    expect(data.dockerRepository).toMatch(/^[a-z0-9-]+\/source-affinity$/);
    expect(image.split(':')[0]).toBe(data.dockerRepository);
  });

  it('is a type for every setting', async () => {
    const { messages } = await run('spec');
    const settings = messages[0]?.spec?.connectionSpecification.properties ?? {};
    expect(Object.keys(settings)).toContain('api_key');
    for (const [name, setting] of Object.entries(settings)) expect(setting.type, name).toBeTypeOf('string');
  });

  it('is an answer from files in a folder over /tmp', async () => {
    const { messages, exitCode } = await run('check', '--config', '/tmp/config.json');
    expect(messages.map(({ connectionStatus }) => connectionStatus?.status)).toEqual(['SUCCEEDED']);
    expect(exitCode).toBe(0);
  });

  it('is properties in every object of a schema, and a cursor with each that is incremental', () => {
    const isObject = ({ type }: JsonNode): boolean => [type].flat().includes('object');
    for (const { name, json_schema, supported_sync_modes, ...stream } of account.streams) {
      const nodes = [{ path: '', node: json_schema as JsonNode }, ...nodesOf(json_schema)];
      for (const { path, node } of nodes) if (isObject(node)) expect(node.properties, name + path).toBeTypeOf('object');
      if (supported_sync_modes.includes('incremental')) {
        expect([stream.source_defined_cursor, stream.default_cursor_field?.length], name).toEqual([true, 1]);
      }
    }
  });

  it('is a key of one part, which all streams but a few have', () => {
    const compound = account.streams.filter(({ source_defined_primary_key: key }) => key.length !== 1);
    expect(compound.map(({ name }) => name).sort()).toEqual(COMPOUND);
    for (const { source_defined_primary_key: key } of account.streams)
      for (const path of key) expect(path).toHaveLength(1);
  });

  it('is states of streams without data, which it hands back in a list', async () => {
    const first = await read(undefined);
    expect([first.exitCode, first.errors]).toEqual([0, []]);
    const counts = account.sandbox.counts();
    for (const { name } of account.streams) expect(first.recordsOf(name).length, name).toBe(counts[name]);
    for (const state of first.states) {
      expect(state).toMatchObject({ type: 'STREAM', stream: { stream_state: expect.any(Object) } });
      expect(state).not.toHaveProperty('data');
    }
    account.sandbox.change({ kind: 'insert', stream: 'emails', count: 3 });
    const second = await read(lastStates(first));
    expect([second.exitCode, second.errors]).toEqual([0, []]);
    expect(second.recordsOf('emails').length).toBeGreaterThanOrEqual(3);
    expect(second.recordsOf('emails').length).toBeLessThan(first.recordsOf('emails').length);
  });
});
