import * as z from 'zod';
import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { ConnectorError } from '../../errors.ts';
import type { StreamDescriptor } from './messages.ts';

/** Explicit nulls count as absent; what is no object (draft-07 knows `true`) declares nothing. */
const nodeSchema = z.unknown().transform(toNode);

function toNode(value: unknown): JsonSchemaNode {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { items, properties, ...keywords } = value as JsonSchemaNode;
  return {
    ...keywords,
    ...(items == null ? {} : { items: toNode(items) }),
    ...(properties == null
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, toNode(node)])) }),
  };
}

const AN_OBJECT = 'it must be an object';

/** A configured catalog as platforms send it: with explicit nulls, and keys of later protocol versions. */
const configuredCatalogSchema = z.looseObject({
  streams: z.array(
    z.looseObject(
      {
        stream: z.looseObject(
          {
            name: z.string('it must be text').min(1, 'it is empty'),
            namespace: z.string('it must be text').nullish(),
            json_schema: z
              .looseObject({ properties: z.record(z.string(), nodeSchema, AN_OBJECT).nullish() }, AN_OBJECT)
              .nullish(),
          },
          AN_OBJECT,
        ),
        sync_mode: z.enum(['full_refresh', 'incremental'], 'it must be "full_refresh" or "incremental"').nullish(),
      },
      AN_OBJECT,
    ),
    'it must be a list of streams',
  ),
});

export interface ConfiguredStream {
  readonly descriptor: StreamDescriptor;
  readonly syncMode: 'full_refresh' | 'incremental';
  /** What the user's schema declares; undefined when it has no properties. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
}

/** Reads a configured catalog. Throws a `config_error` that says where it is wrong. */
export function parseConfiguredCatalog(json: unknown): ConfiguredStream[] {
  const parsed = configuredCatalogSchema.safeParse(json);
  if (!parsed.success)
    throw new ConnectorError('config_error', `The catalog cannot be used: ${describeCatalogIssue(parsed.error, json)}`);
  const configured = parsed.data.streams.map(({ stream, sync_mode }): ConfiguredStream => {
    const properties = stream.json_schema?.properties ?? {};
    return {
      descriptor: { name: stream.name, ...(stream.namespace == null ? {} : { namespace: stream.namespace }) },
      syncMode: sync_mode ?? 'full_refresh',
      properties: Object.keys(properties).length === 0 ? undefined : properties,
    };
  });
  const names = configured.map(({ descriptor }) => descriptor.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new ConnectorError('config_error', `The catalog cannot be used: it names the stream "${repeated}" twice.`);
  return configured;
}

function describeCatalogIssue({ issues }: z.ZodError, json: unknown): string {
  const [issue] = issues;
  if (isDiscovered(json))
    return 'it is the output of "discover"; "read" takes a configured catalog, whose streams say with which sync_mode each is read.';
  const path = issue?.path.join('.') ?? '';
  return path === '' ? 'it must be a JSON object with "streams".' : `at "${path}": ${issue?.message}.`;
}

/** What `discover` prints: the message, its content, or all of its lines. */
function isDiscovered(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if (Array.isArray(json)) return json.some(isDiscovered);
  if ('catalog' in json) return true;
  const [stream] = 'streams' in json && Array.isArray(json.streams) ? json.streams : [];
  return typeof stream === 'object' && stream !== null && 'json_schema' in stream;
}
