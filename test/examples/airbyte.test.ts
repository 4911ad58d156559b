import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { parseConfig } from '../../src/config.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/airbyte', import.meta.url));
const SelectedStream = z.strictObject({
  name: z.string(),
  syncMode: z.enum(['full_refresh_overwrite', 'incremental_deduped_history']),
});
const Selection = z.strictObject({ hourly: z.array(SelectedStream), daily: z.array(SelectedStream) });
const Catalog = z.object({
  streams: z.array(z.object({ name: z.string(), supported_sync_modes: z.array(z.string()) })),
});
const catalog = Catalog.parse(
  JSON.parse(await readFile(new URL('../../catalog/discovered.json', import.meta.url), 'utf8')),
);
const selection = Selection.parse(JSON.parse(await readFile(`${EXAMPLE}/streams.json`, 'utf8')));

describe('the connections of examples/airbyte', () => {
  it('select every stream once, incremental with deduplication where it can be', () => {
    const selected = [...selection.hourly, ...selection.daily].filter(({ name }) => name !== 'list_123_entries');
    const expected = catalog.streams
      .filter(({ name }) => !/^list_\d/.test(name))
      .map(({ name, supported_sync_modes: modes }) => ({
        name,
        syncMode: modes.includes('incremental') ? 'incremental_deduped_history' : 'full_refresh_overwrite',
      }));
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(selected.toSorted(byName)).toEqual(expected.toSorted(byName));
  });

  it('read each hour only what is incremental and scans nothing', () => {
    const names = selection.hourly.map(({ name }) => name);
    expect(selection.hourly.every(({ syncMode }) => syncMode === 'incremental_deduped_history')).toBe(true);
    expect(names).not.toContain('notes');
    expect(names).not.toContain('note_replies');
  });
});

/** Answers as Airbyte's API does, and remembers what was asked. */
async function serveAirbyte() {
  const posts: { path: string; authorization: string | undefined; body: unknown }[] = [];
  const answers: Record<string, object> = {
    'applications/token': { access_token: 'a-token' },
    'workspaces/w/definitions/sources': { id: 'd' },
    sources: { sourceId: 's' },
    connections: { connectionId: 'c' },
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/api/public/v1/', '');
    posts.push({ path, authorization: request.headers.authorization, body: await json(request) });
    response.writeHead(path in answers ? 200 : 404).end(JSON.stringify(answers[path] ?? { detail: 'not found' }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const hasTools = ['curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.runIf(hasTools)('create.sh', () => {
  const ids = { CLIENT_ID: 'i', CLIENT_SECRET: 'x', WORKSPACE_ID: 'w', DESTINATION_ID: 'to', AFFINITY_API_KEY: 'k' };
  const create = async (env: Readonly<Record<string, string>>) =>
    await promisify(execFile)(`${EXAMPLE}/create.sh`, [], { env: { ...process.env, ...ids, ...env } });

  it('makes a definition, a source with a configuration that is right, and both connections', async () => {
    const { posts, url } = await serveAirbyte();
    const { stdout } = await create({ AIRBYTE_URL: url });
    expect(stdout).toBe('definition d\nsource s\nhourly c\ndaily c\n');
    const [token, definition, source, hourly, daily] = posts;
    expect(posts).toHaveLength(5);
    expect(token?.authorization).toBeUndefined();
    expect(token?.body).toEqual({ client_id: 'i', client_secret: 'x', 'grant-type': 'client_credentials' });
    for (const post of posts.slice(1)) expect(post.authorization).toBe('Bearer a-token');
    expect(definition?.body).toMatchObject({ dockerRepository: 'planetaventures/source-affinity' });
    const { configuration } = z.looseObject({ configuration: z.unknown() }).parse(source?.body);
    expect(parseConfig(configuration)).toMatchObject({ listReferences: [{ kind: 'list', listId: 123 }] });
    const common = { sourceId: 's', destinationId: 'to', nonBreakingSchemaUpdatesBehavior: 'propagate_columns' };
    const terraform = await readFile(`${EXAMPLE}/main.tf`, 'utf8');
    for (const [post, name, cronExpression] of [
      [hourly, 'hourly', '0 10 * * * ? UTC'],
      [daily, 'daily', '0 40 3 * * ? UTC'],
    ] as const) {
      expect(terraform).toContain(`"${cronExpression}"`);
      expect(post).toMatchObject({
        path: 'connections',
        body: {
          ...common,
          schedule: { scheduleType: 'cron', cronExpression },
          configurations: { streams: selection[name] },
        },
      });
    }
  });

  it('stops at the first refusal', async () => {
    const { posts, url } = await serveAirbyte();
    await expect(create({ AIRBYTE_URL: url, WORKSPACE_ID: 'unknown' })).rejects.toThrow('404');
    expect(posts).toHaveLength(2);
  });
});
