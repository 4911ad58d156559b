import * as z from 'zod';
import { isObject } from '../../affinity/answers.ts';
import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';
import { ConnectorError } from '../../errors.ts';
import { type CatalogFile, createSharing, toNode } from '../catalog-file.ts';
import type { StreamDescriptor } from './messages.ts';

const AN_OBJECT = 'it must be an object';

/** A stream of a configured catalog as platforms send it: with explicit nulls, and keys of later protocol versions. */
const configuredStreamSchema = z.looseObject(
  {
    stream: z.looseObject(
      {
        name: z.string('it must be text').min(1, 'it is empty'),
        namespace: z.string('it must be text').nullish(),
        json_schema: z
          .looseObject({ properties: z.record(z.string(), z.unknown(), AN_OBJECT).nullish() }, AN_OBJECT)
          .nullish(),
      },
      AN_OBJECT,
    ),
    sync_mode: z.enum(['full_refresh', 'incremental'], 'it must be "full_refresh" or "incremental"').nullish(),
  },
  AN_OBJECT,
);

export interface ConfiguredStream {
  readonly descriptor: StreamDescriptor;
  readonly syncMode: 'full_refresh' | 'incremental';
  /** What the user's schema declares; undefined when it has no properties. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
}

/** Reads a configured catalog. Throws a `config_error` that says where it is wrong. */
export function parseConfiguredCatalog(file: CatalogFile): ConfiguredStream[] {
  const share = createSharing();
  const configured = file.mapStreams((json, index): ConfiguredStream => {
    const parsed = configuredStreamSchema.safeParse(json);
    if (!parsed.success) throw unusable(isDiscovered(json) ? DISCOVERED : describeIssue(parsed.error, index));
    const { stream, sync_mode } = parsed.data;
    const properties = Object.entries(stream.json_schema?.properties ?? {});
    return {
      descriptor: { name: stream.name, ...(stream.namespace == null ? {} : { namespace: stream.namespace }) },
      syncMode: sync_mode ?? 'full_refresh',
      properties:
        properties.length === 0
          ? undefined
          : Object.fromEntries(properties.map(([name, node]) => [name, share(toNode(node))])),
    };
  });
  if (configured === undefined) throw unusable(describeOther(file.json()));
  const names = configured.map(({ descriptor }) => descriptor.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw unusable(`it names the stream "${repeated}" twice.`);
  return configured;
}

function unusable(reason: string): ConnectorError {
  return new ConnectorError('config_error', `The catalog cannot be used: ${reason}`);
}

const DISCOVERED =
  'it is the output of "discover"; "read" takes a configured catalog, whose streams say with which sync_mode each is read.';

function describeIssue({ issues: [issue] }: z.ZodError, index: number): string {
  return `at "${['streams', index, ...(issue?.path ?? [])].join('.')}": ${issue?.message}.`;
}

/** What has no streams. */
function describeOther(json: unknown): string {
  if (isDiscovered(json)) return DISCOVERED;
  return isObject(json) ? 'at "streams": it must be a list of streams.' : 'it must be a JSON object with "streams".';
}

/** What `discover` prints: a stream, or the message or all of the lines around it. */
function isDiscovered(json: unknown): boolean {
  if (Array.isArray(json)) return json.some(isDiscovered);
  return isObject(json) && ('catalog' in json || 'json_schema' in json);
}
