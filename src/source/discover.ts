import type { Affinity } from '../affinity/client.ts';
import { ApiError } from '../affinity/errors.ts';
import type { JsonSchemaObject } from '../affinity/models/json-schema.ts';
import type { Config } from '../config.ts';
import { ConnectorError } from '../errors.ts';
import { streams } from '../streams/index.ts';
import { type ListOrView, listEntriesStream } from '../streams/list-entries.ts';
import { createLookups, type Lookups } from '../streams/lookups.ts';
import type { DiscoverContext, Permission, Stream } from '../streams/stream.ts';
import type { Connection } from './connection.ts';

/** A stream as this account has it. */
export interface DiscoveredStream {
  readonly stream: Stream;
  readonly jsonSchema: JsonSchemaObject;
}

export interface DiscoverOptions {
  readonly config: Config;
  readonly connection: Connection;
  readonly warn: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Every stream this key can read, with the columns of this account. Streams that are forbidden and lists that are gone
 * are left out with a WARN; any other failure rejects, since platforms act on a catalog that got poorer.
 */
export async function discover(options: DiscoverOptions): Promise<DiscoveredStream[]> {
  const { config, connection, warn } = options;
  // After a failure nobody waits for the rest.
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const ask = (stream: { name: string; permission: Permission | undefined }): Affinity =>
    connection.affinity.for({
      lane: stream.name,
      what: stream.name,
      permission: stream.permission?.name,
      signal,
      warn,
    });
  const lookups = createLookups((what) => ask({ name: what, permission: undefined }));
  const discovery: Discovery = { config, lookups, warn, ask, probes: new Map() };

  const [fixed, referenced] = await Promise.all([
    Promise.all(streams.map((stream) => discoverStream(discovery, stream))),
    expandReferences(config, lookups).then((references) =>
      Promise.all(references.map((reference) => discoverReference(discovery, reference))),
    ),
  ]).catch((error: unknown) => {
    failed.abort(error);
    throw error;
  });
  return [...fixed, ...referenced].filter((each) => each !== undefined);
}

interface Discovery {
  readonly config: Config;
  readonly lookups: Lookups;
  readonly warn: (message: string) => void;
  readonly ask: (stream: Pick<Stream, 'name' | 'permission'>) => Affinity;
  /** Permissions asked for so far. */
  readonly probes: Map<Permission, Promise<unknown>>;
}

async function discoverStream(discovery: Discovery, stream: Stream): Promise<DiscoveredStream | undefined> {
  const context: DiscoverContext = { ...discovery, affinity: discovery.ask(stream) };
  try {
    const [jsonSchema] = await Promise.all([
      stream.discoverSchema === undefined ? stream.jsonSchema : stream.discoverSchema(context),
      // Also where the schema is asked for: to learn it need not take the permission that reading takes.
      stream.permission === undefined ? undefined : probe(discovery, stream.permission, context.affinity),
    ]);
    return { stream, jsonSchema };
  } catch (error) {
    if (!isStatus(error, 403)) throw error;
    discovery.warn(`The stream "${stream.name}" is left out: ${reasonOf(error, stream.permission)}`);
    return undefined;
  }
}

/** The refusal may have been of another stream's request, which all that need the permission share. */
function reasonOf(error: ApiError, permission: Permission | undefined): string {
  if (permission === undefined) return error.message;
  return `the role of this API key's user lacks the permission "${permission.name}" (403). An Affinity admin can grant it.`;
}

/** One cheap request for each permission, however many streams need it. */
async function probe({ probes }: Discovery, permission: Permission, { v2 }: Affinity): Promise<void> {
  const asked = probes.get(permission) ?? v2.get(permission.probePath, { limit: 1 });
  probes.set(permission, asked);
  await asked;
}

async function discoverReference(discovery: Discovery, reference: ListOrView): Promise<DiscoveredStream | undefined> {
  const stream = listEntriesStream(reference);
  try {
    if (reference.kind === 'view') await requireSheet(discovery.ask(stream), reference);
    return await discoverStream(discovery, stream);
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 403)) throw error;
    discovery.warn(`The stream "${stream.name}" is left out: ${error.message}`);
    return undefined;
  }
}

/** Boards and dashboards have no entries in the API. Throws a `config_error` for them, and the API's 404 for a view that is gone. */
export async function requireSheet({ v2 }: Affinity, { listId, viewId }: ListOrView & { kind: 'view' }): Promise<void> {
  const { type } = await v2.get(`/v2/lists/${listId}/saved-views/${viewId}`);
  if (type === 'sheet') return;
  throw new ConnectorError(
    'config_error',
    `The view ${viewId} of list ${listId} is a ${String(type)}, and only the entries of sheets can be read. Refer to a sheet view, or to the list ${listId}.`,
  );
}

/** The lists and views that the configuration refers to, each once; `all` stands for every list. */
export async function expandReferences(config: Config, lookups: Lookups): Promise<ListOrView[]> {
  const expanded: ListOrView[] = [];
  for (const reference of config.listReferences) {
    if (reference.kind !== 'all') expanded.push(reference);
    else for (const { id } of await lookups.lists()) expanded.push({ kind: 'list', listId: id });
  }
  return [...new Map(expanded.map((reference) => [listEntriesStreamName(reference), reference])).values()];
}

function listEntriesStreamName(reference: ListOrView): string {
  return reference.kind === 'view' ? `${reference.listId}/${reference.viewId}` : `${reference.listId}`;
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}
