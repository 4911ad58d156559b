import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type AirbyteStream, takeApart } from '../support/airbyte-run.ts';
import { runInImage } from './docker.ts';

/** An account on this machine, and a folder with the files that a sync of all of it needs. */
export interface Account {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** Options of `docker run` that mount the folder, for reading, at /files. */
  readonly mount: readonly string[];
  readonly streams: readonly AirbyteStream[];
  close(): Promise<void>;
}

type Files = Readonly<Record<string, unknown>>;

/** Writes files that any user may read into a new folder in which any user may write. */
export async function createFolder(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'source-affinity-image-'));
  await addFiles(folder, files);
  await chmod(folder, 0o777);
  return folder;
}

async function addFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(content), { mode: 0o444 });
}

/** Starts the account; its catalog is what the image itself discovers. */
export async function openAccount(options: Parameters<typeof startSandbox>[0] = {}): Promise<Account> {
  const sandbox = await startSandbox({ minuteLimit: 1_000_000, monthLimit: null, ...options });
  const config = { api_key: sandbox.apiKey, api_base_url: sandbox.url, list_references: ['all'] };
  const folder = await createFolder({ 'config.json': config, 'wrong-key.json': { ...config, api_key: 'wrong' } });
  const mount = ['--volume', `${folder}:/files:ro`];
  const discovered = await runInImage(mount, 'discover', '--config', '/files/config.json');
  const { messages } = takeApart(discovered.stdout, discovered.exitCode ?? 1);
  const streams = messages.flatMap(({ catalog }) => catalog?.streams ?? []);
  await addFiles(folder, { 'catalog.json': configured(streams), 'state.json': [] });
  return {
    sandbox,
    folder,
    mount,
    streams,
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A configured catalog of all streams, each in its best mode. */
function configured(streams: readonly AirbyteStream[]): object {
  return {
    streams: streams.map((stream) => {
      const isIncremental = stream.supported_sync_modes.includes('incremental');
      return {
        stream,
        sync_mode: isIncremental ? 'incremental' : 'full_refresh',
        destination_sync_mode: isIncremental ? 'append_dedup' : 'overwrite',
        cursor_field: stream.default_cursor_field ?? [],
        primary_key: stream.source_defined_primary_key,
      };
    }),
  };
}
