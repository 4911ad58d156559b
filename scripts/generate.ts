/**
 * Writes what is generated from the code and committed: spec.json, and in catalog/ the streams of the sandbox's account.
 * `npm run generate`, after each change to the settings, the streams or their rows.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { startSandbox } from '../sandbox/server.ts';
import { parseConfig } from '../src/config.ts';
import { systemClock } from '../src/http/clock.ts';
import { createTransport } from '../src/http/transport.ts';
import { toAirbyteStream } from '../src/protocol/airbyte/commands.ts';
import type { AirbyteStream } from '../src/protocol/airbyte/messages.ts';
import { connectorSpecification } from '../src/protocol/airbyte/spec.ts';
import { connect } from '../src/source/connection.ts';
import { discover } from '../src/source/discover.ts';

/** A list and a view with columns, as examples of what a reference adds. */
const LIST_REFERENCES = ['3300', '3301/920'];

await mkdir(new URL('../catalog/', import.meta.url), { recursive: true });
await writeJson('spec.json', connectorSpecification());
const streams = await discoverSandbox();
await writeJson('catalog/discovered.json', { streams });
await writeJson(
  'catalog/full_refresh.json',
  configured(streams, () => 'full_refresh'),
);
await writeJson(
  'catalog/incremental.json',
  configured(streams, ({ supported_sync_modes }) =>
    supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh',
  ),
);

async function discoverSandbox(): Promise<AirbyteStream[]> {
  const sandbox = await startSandbox({ clock: 'manual' });
  const transport = createTransport();
  try {
    const config = parseConfig({
      api_key: sandbox.apiKey,
      api_base_url: sandbox.url,
      list_references: LIST_REFERENCES,
    });
    const connection = connect(config, { clock: systemClock, random: Math.random, transport }, { patience: 'prompt' });
    const discovered = await discover({ config, connection, warn: (message) => console.warn(message) });
    return discovered.map(toAirbyteStream);
  } finally {
    await transport.close();
    await sandbox.close();
  }
}

function configured(catalog: readonly AirbyteStream[], syncMode: (stream: AirbyteStream) => string): unknown {
  return {
    streams: catalog.map((stream) => {
      const sync_mode = syncMode(stream);
      return {
        stream,
        sync_mode,
        destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
        cursor_field: stream.default_cursor_field ?? [],
        primary_key: stream.source_defined_primary_key,
      };
    }),
  };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(new URL(`../${path}`, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
}
