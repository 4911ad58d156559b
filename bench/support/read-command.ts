import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Folder } from './folder.ts';
import { connector, type SandboxProcess } from './processes.ts';

export interface ReadOptions {
  readonly layout: 'array' | 'columns';
  /** Names of streams, or all that `discover` finds. */
  readonly streams: readonly string[] | 'all';
  readonly listReferences?: readonly string[];
  /** Incremental where a stream can; full refresh otherwise. */
  readonly isIncremental?: boolean;
}

interface DiscoveredStream {
  readonly name: string;
  readonly supported_sync_modes?: readonly string[];
}

let counter = 0;

/** Writes configuration and catalog, and tells the connector's arguments for them. `all` makes `discover`'s calls. */
export async function readCommand(folder: Folder, sandbox: SandboxProcess, options: ReadOptions): Promise<string[]> {
  counter += 1;
  const config = join(folder.path, `config-${counter}.json`);
  const catalog = join(folder.path, `catalog-${counter}.json`);
  const { layout, streams, listReferences = [], isIncremental = false } = options;
  await writeFile(
    config,
    JSON.stringify({
      api_key: sandbox.apiKey,
      api_base_url: sandbox.url,
      field_layout: layout,
      list_references: listReferences,
    }),
  );
  // Without properties the catalog lets everything through.
  const selected: DiscoveredStream[] =
    streams === 'all' ? await discover(config) : streams.map((name) => ({ name, json_schema: {} }));
  const configured = selected.map((stream) => {
    const canBeIncremental = stream.supported_sync_modes?.includes('incremental') === true;
    const syncMode = isIncremental && canBeIncremental ? 'incremental' : 'full_refresh';
    return { stream, sync_mode: syncMode, destination_sync_mode: 'append' };
  });
  await writeFile(catalog, JSON.stringify({ streams: configured }));
  return ['read', '--config', config, '--catalog', catalog];
}

async function discover(config: string): Promise<DiscoveredStream[]> {
  const child = spawn(process.execPath, [connector, 'discover', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) output += text;
  const line = output.split('\n').find((each) => each.startsWith('{"type":"CATALOG"')) ?? '';
  return (JSON.parse(line) as { catalog: { streams: DiscoveredStream[] } }).catalog.streams;
}
