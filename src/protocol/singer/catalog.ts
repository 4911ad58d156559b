import * as z from 'zod';
import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { ConnectorError } from '../../errors.ts';
import type { DiscoveredStream } from '../../source/discover.ts';
import type { SyncMode } from '../../source/stream-state.ts';
import type { SingerMetadata, SingerStream } from './messages.ts';

/** A stream as Singer catalogs describe it, selectable by property. */
export function toSingerStream({ stream, jsonSchema }: DiscoveredStream): SingerStream {
  const { cursorField } = stream;
  const replication = {
    replication_method: cursorField === undefined ? ('FULL_TABLE' as const) : ('INCREMENTAL' as const),
    ...(cursorField === undefined ? {} : { replication_key: cursorField }),
  };
  const isAutomatic = (name: string): boolean => stream.primaryKey.includes(name) || name === cursorField;
  const root: SingerMetadata = {
    breadcrumb: [],
    metadata: {
      inclusion: 'available',
      // A stream that costs a call for each parent is not read before somebody asks for it.
      'selected-by-default': !stream.isFanOut,
      'table-key-properties': stream.primaryKey,
      ...(cursorField === undefined
        ? { 'forced-replication-method': 'FULL_TABLE' }
        : {
            'replication-method': 'INCREMENTAL',
            'replication-key': cursorField,
            'valid-replication-keys': [cursorField],
          }),
    },
  };
  const properties = Object.keys(jsonSchema.properties).map(
    (name): SingerMetadata => ({
      breadcrumb: ['properties', name],
      metadata: { inclusion: isAutomatic(name) ? 'automatic' : 'available', 'selected-by-default': true },
    }),
  );
  return {
    tap_stream_id: stream.name,
    stream: stream.name,
    schema: jsonSchema,
    key_properties: stream.primaryKey,
    ...replication,
    metadata: [root, ...properties],
  };
}

const metadataSchema = z.looseObject({
  breadcrumb: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

const catalogSchema = z.looseObject({
  streams: z.array(
    z.looseObject({
      tap_stream_id: z.string().nullish(),
      stream: z.string().nullish(),
      schema: z.looseObject({ properties: z.record(z.string(), z.looseObject({})).nullish() }).nullish(),
      metadata: z.array(metadataSchema).nullish(),
      replication_method: z.string().nullish(),
      selected: z.boolean().nullish(),
    }),
  ),
});

export interface SelectedSingerStream {
  readonly name: string;
  readonly syncMode: SyncMode;
  /** The selected properties; undefined when the catalog declares none. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
}

/** The streams and properties that a catalog selects. Throws a `config_error` for what is no catalog. */
export function readSingerCatalog(json: unknown): SelectedSingerStream[] {
  const parsed = catalogSchema.safeParse(json);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') || 'streams';
    throw new ConnectorError('config_error', `The catalog cannot be used: it is not a Singer catalog at "${path}".`);
  }
  return parsed.data.streams.flatMap((entry) => {
    const name = entry.tap_stream_id ?? entry.stream;
    if (name == null)
      throw new ConnectorError('config_error', 'The catalog cannot be used: a stream has no "tap_stream_id".');
    const metadata = new Map(
      (entry.metadata ?? []).map((each) => [(each.breadcrumb ?? []).join('/'), each.metadata ?? {}]),
    );
    const root = metadata.get('') ?? {};
    const isSelected = chosen(root) ?? entry.selected ?? metadata.size === 0;
    if (!isSelected) return [];
    const method = root['forced-replication-method'] ?? root['replication-method'] ?? entry.replication_method;
    const selected = Object.entries(entry.schema?.properties ?? {}).filter(([property]) =>
      isPropertySelected(metadata.get(`properties/${property}`)),
    );
    return [
      {
        name,
        syncMode: method === 'FULL_TABLE' ? 'full_refresh' : 'incremental',
        properties: selected.length === 0 ? undefined : Object.fromEntries(selected),
      },
    ];
  });
}

/** What users and defaults say, or undefined when they say nothing. */
function chosen(metadata: Readonly<Record<string, unknown>>): boolean | undefined {
  const { selected, 'selected-by-default': byDefault } = metadata;
  if (typeof selected === 'boolean') return selected;
  return typeof byDefault === 'boolean' ? byDefault : undefined;
}

function isPropertySelected(metadata: Readonly<Record<string, unknown>> = {}): boolean {
  if (metadata['inclusion'] === 'automatic') return true;
  if (metadata['inclusion'] === 'unsupported') return false;
  return chosen(metadata) ?? true;
}
