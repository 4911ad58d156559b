import type { ApiObject } from '../../src/affinity/answers.ts';
import type { Affinity } from '../../src/affinity/client.ts';
import { ApiError, StaleCursorError } from '../../src/affinity/errors.ts';
import type { Query } from '../../src/affinity/v2.ts';
import { parseConfig } from '../../src/config.ts';
import { createLookups } from '../../src/streams/lookups.ts';
import type { Partition, ReadContext, ReadItem, Row, Stream } from '../../src/streams/stream.ts';
import type { TimeSlice } from '../../src/streams/time.ts';
import { parsed, prepared } from './prepared-rows.ts';

/** What the fake was asked for: a path, and what was asked about it. */
export interface Asked {
  readonly path: string;
  readonly query: Query;
  readonly cursor: string | undefined;
}

export interface FakeAnswers {
  /** Pages of V2 collections by path. A number is the status of an answer without rows. */
  readonly v2?: Readonly<Record<string, readonly (readonly unknown[])[] | number>>;
  /** Single V2 objects by path. */
  readonly objects?: Readonly<Record<string, ApiObject | number>>;
  /** What a V2 collection answers, on one page, to a request for these ids, by path. */
  readonly byIds?: Readonly<Record<string, (ids: readonly number[]) => readonly ApiObject[]>>;
  /** Pages of V1 collections by path. */
  readonly v1?: Readonly<Record<string, readonly (readonly ApiObject[])[]>>;
}

export interface FakeAffinity extends Affinity {
  readonly asked: readonly Asked[];
  /** The paths asked for, in order. */
  readonly paths: readonly string[];
}

/**
 * Both APIs out of literals. A path that is not there answers 404. Cursors name the page they lead to; V1 gives, as the
 * real one does, the token of the page itself.
 */
export function fakeAffinity({ v2 = {}, objects = {}, byIds = {}, v1 = {} }: FakeAnswers): FakeAffinity {
  const asked: Asked[] = [];

  async function* walk(path: string, query: Query = {}, cursor?: string) {
    const pages = v2[path] ?? 404;
    asked.push({ path, query, cursor });
    const ids = query['ids'] as readonly number[] | undefined;
    if (ids !== undefined) {
      yield { rows: [...(byIds[path]?.(ids) ?? [])], next: null };
      return;
    }
    if (typeof pages === 'number') throw refusal(pages);
    const start = pageOf(cursor, path);
    for (const [offset, rows] of pages.slice(start).entries()) {
      const following = start + offset + 1;
      const next = following < pages.length ? `${path}#${following}` : null;
      yield { rows: structuredClone(rows) as ApiObject[], next };
    }
  }

  async function collect(path: string, query?: Query): Promise<ApiObject[]> {
    const rows: ApiObject[] = [];
    for await (const page of walk(path, query)) rows.push(...page.rows);
    return rows;
  }

  return {
    asked,
    get paths() {
      return asked.map(({ path }) => path);
    },
    v2: {
      async get(path, query = {}) {
        asked.push({ path, query, cursor: undefined });
        const object = objects[path] ?? 404;
        if (typeof object === 'number') throw refusal(object);
        return object;
      },
      pages: walk,
      async *readPages({ read }, path, query, cursor) {
        for await (const { rows, next } of walk(path, query, cursor)) {
          yield { rows: rows.map((row) => read(row, () => Buffer.from(JSON.stringify(row)))), next };
        }
      },
      all: collect,
      values: (path) => collect(path),
    },
    v1: {
      get: async () => {
        throw refusal(404);
      },
      async *readPages({ read }, path, _key, cursor) {
        const pages = v1[path];
        asked.push({ path, query: {}, cursor });
        if (pages === undefined) throw refusal(404);
        const start = pageOf(cursor, path);
        for (const [offset, rows] of pages.slice(start).entries()) {
          const at = start + offset;
          yield {
            rows: (structuredClone(rows) as ApiObject[]).map((row) => read(row, () => undefined)),
            hasNext: at + 1 < pages.length,
            token: at === 0 ? undefined : `${path}#${at}`,
          };
        }
      },
    },
  };
}

function pageOf(cursor: string | undefined, path: string): number {
  if (cursor === undefined) return 0;
  const [of, page] = cursor.split('#');
  if (of !== path) throw new StaleCursorError(undefined);
  return Number(page);
}

function refusal(status: number): ApiError {
  return new ApiError('config_error', `status ${status}`, { status });
}

export interface FakeContext extends ReadContext {
  readonly warnings: readonly string[];
}

/** What a stream is read with, over a fake. */
export function fakeContext(affinity: Affinity, { startDate }: { startDate?: string } = {}): FakeContext {
  const warnings: string[] = [];
  return {
    affinity,
    config: parseConfig({ api_key: 'key', start_date: startDate ?? null }),
    lookups: createLookups(() => affinity),
    nowMs: Date.UTC(2026, 9, 1),
    hasMonthlyQuota: true,
    properties: undefined,
    prepare: (row) => prepared(row),
    skim: () => () => undefined,
    warn: (message) => warnings.push(message),
    warnings,
  };
}

export interface PartitionRead {
  readonly rows: readonly Row[];
  readonly items: readonly ReadItem[];
  /** Every checkpoint with the rows that came before it. */
  readonly checkpoints: readonly { readonly cursor: string; readonly rowsBefore: number }[];
}

/** Reads one partition to its end. */
export async function readPartition(
  stream: Stream,
  context: ReadContext,
  partition: Partition,
  cursor?: string,
): Promise<PartitionRead> {
  const items = await Array.fromAsync(stream.readPartition(context, partition, cursor));
  const rows: Row[] = [];
  const checkpoints: { cursor: string; rowsBefore: number }[] = [];
  for (const item of items) {
    if (item.type === 'page') rows.push(...parsed(item.rows));
    if (item.type === 'checkpoint') checkpoints.push({ cursor: item.cursor, rowsBefore: rows.length });
  }
  return { rows, items, checkpoints };
}

/** The parents of a stream. */
export async function parentsOf(
  stream: Stream,
  context: ReadContext,
  need?: TimeSlice,
  changedSinceMs?: number,
): Promise<readonly Partition[]> {
  if (stream.partitions === undefined) throw new TypeError(`${stream.name} has no parents`);
  return await stream.partitions(context, need, changedSinceMs);
}

/** A slice of what was created in a range; both ends are optional. */
export function created(from: string | null, to: string | null = null): TimeSlice {
  const range = { fromMs: from === null ? null : Date.parse(from), toMs: to === null ? null : Date.parse(to) };
  return { created: [range], changed: null, changedSinceStartMs: null };
}

/** What a later sync asks for: everything that came or changed since. */
export function since(from: string): TimeSlice {
  return { ...created(from), changed: { fromMs: Date.parse(from), toMs: null } };
}
