import * as z from 'zod';
import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { ConnectorError } from '../../errors.ts';
import type { DiscoveredStream } from '../../source/discover.ts';
import type { SyncMode } from '../../source/stream-state.ts';
import { type CatalogFile, createSharing, toNode } from '../catalog-file.ts';
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

const streamSchema = z.looseObject({
  tap_stream_id: z.string().nullish(),
  stream: z.string().nullish(),
  schema: z.looseObject({ properties: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  metadata: z.array(metadataSchema).nullish(),
  replication_method: z.string().nullish(),
  selected: z.boolean().nullish(),
});

export interface ChosenStream {
  readonly name: string;
  readonly syncMode: SyncMode;
  /** What the catalog declares; undefined when it declares nothing. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  /** Of these, what it does not select. */
  readonly deselected: readonly string[];
}

/** The streams and properties that a catalog selects. Throws a `config_error` for what is no catalog. */
export function readSingerCatalog(file: CatalogFile): ChosenStream[] {
  const share = createSharing();
  const chosen = file
    .mapStreams((json, index): ChosenStream | undefined => {
      const parsed = streamSchema.safeParse(json);
      if (!parsed.success) throw noCatalogAt('streams', index, ...(parsed.error.issues[0]?.path ?? []));
      const entry = parsed.data;
      const name = entry.tap_stream_id ?? entry.stream;
      if (name == null) throw unusable('a stream has no "tap_stream_id".');
      const metadata = new Map(
        (entry.metadata ?? []).map((each) => [(each.breadcrumb ?? []).join('/'), each.metadata ?? {}]),
      );
      const root = metadata.get('') ?? {};
      if (!(decision(root, entry.selected) ?? metadata.size === 0)) return undefined;
      const properties = Object.entries(entry.schema?.properties ?? {});
      const isSelected = (property: string): boolean => decision(metadata.get(`properties/${property}`) ?? {}) ?? true;
      return {
        name,
        syncMode: syncModeOf(root, entry.replication_method),
        properties:
          properties.length === 0
            ? undefined
            : Object.fromEntries(properties.map(([property, node]) => [property, share(toNode(node))])),
        deselected: properties.flatMap(([property]) => (isSelected(property) ? [] : [property])),
      };
    })
    ?.filter((each) => each !== undefined);
  if (chosen === undefined) throw file.json() === undefined ? unusable('it is empty.') : noCatalogAt('streams');
  const names = chosen.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw unusable(`it names the stream "${repeated}" twice.`);
  return chosen;
}

function noCatalogAt(...path: PropertyKey[]): ConnectorError {
  return unusable(`it is not a Singer catalog at "${path.join('.')}".`);
}

function unusable(reason: string): ConnectorError {
  return new ConnectorError('config_error', `The catalog cannot be used: ${reason}`);
}

type Metadata = Readonly<Record<string, unknown>>;

/** What is fixed, else what users say, here or (as older tools write it) beside the metadata, else the default. */
function decision(metadata: Metadata, selectedBeside?: boolean | null): boolean | undefined {
  const { inclusion, selected, 'selected-by-default': byDefault } = metadata;
  if (inclusion === 'automatic') return true;
  if (inclusion === 'unsupported') return false;
  if (typeof selected === 'boolean') return selected;
  return selectedBeside ?? (typeof byDefault === 'boolean' ? byDefault : undefined);
}

/**
 * Discovery states the method in two places, and tools change either: a stream that can be read incrementally is read
 * whole if one of them says so.
 */
function syncModeOf(root: Metadata, methodBeside: unknown): SyncMode {
  const forced = root['forced-replication-method'];
  const methods = forced === undefined ? [root['replication-method'], methodBeside] : [forced];
  return methods.includes('FULL_TABLE') ? 'full_refresh' : 'incremental';
}
