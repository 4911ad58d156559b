import { startSandbox } from '../sandbox/server.ts';
import { parseConfig } from '../src/config.ts';
import { systemClock } from '../src/http/clock.ts';
import { createTransport } from '../src/http/transport.ts';
import { toAirbyteStream } from '../src/protocol/airbyte/commands.ts';
import type { AirbyteStream } from '../src/protocol/airbyte/messages.ts';
import { connectorSpecification } from '../src/protocol/airbyte/spec.ts';
import { connect } from '../src/source/connection.ts';
import { discover } from '../src/source/discover.ts';
import { streamsPage } from './streams-page.ts';

/** A list and a view with columns, as examples of what a reference adds. */
const LIST_REFERENCES = ['3300', '3301/920'];

/** Every file that is generated from the code and committed, by its path in the project. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const streams = await discoverSandbox();
  return new Map([
    ['spec.json', toJson(connectorSpecification())],
    ['catalog/discovered.json', toJson({ streams })],
    ['catalog/full_refresh.json', toJson(configured(streams, () => 'full_refresh'))],
    ['catalog/incremental.json', toJson(configured(streams, newestMode))],
    ['docs/streams.md', streamsPage()],
  ]);
}

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
    return (await discover({ config, connection, warn: () => undefined })).map(toAirbyteStream);
  } finally {
    await transport.close();
    await sandbox.close();
  }
}

function newestMode({ supported_sync_modes }: AirbyteStream): string {
  return supported_sync_modes.includes('incremental') ? 'incremental' : 'full_refresh';
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

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
