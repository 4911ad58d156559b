import type * as z from 'zod';
import { isObject } from '../affinity/answers.ts';
import type { Affinity } from '../affinity/client.ts';
import { StaleCursorError } from '../affinity/errors.ts';
import { type JsonSchemaNode, type JsonSchemaObject, rowJsonSchema } from '../affinity/models/json-schema.ts';
import type { Config } from '../config.ts';
import { parseJson } from '../json/parse.ts';
import type { Lookups } from './lookups.ts';
import type { PreparedRow, PrepareRow, SkimRows } from './prepared-row.ts';
import type { TimeRule, TimeSlice } from './time.ts';

export type Row = Record<string, unknown>;

/** A right of the API key's user that an Affinity admin grants, and the cheapest request that shows whether it is there. */
export interface Permission {
  readonly name: string;
  readonly probePath: string;
}

/** A part of a stream that is read by itself, side by side with others. */
export interface Partition {
  /** Unique within the stream and stable between syncs: the saved state refers to it. */
  readonly key: string;
  /** Of a partition that is a parent (a list, a person): its id. Parents are read in ascending order of it. */
  readonly parentId?: number;
  /** Of a parent whose rows may have changed: when (epoch ms). One that was done before that is read again. */
  readonly changedMs?: number;
  /** Of a parent: what its rows need to know of it, such as its date. */
  readonly parent?: Row;
  /** Of a parent in a stream that is read by time: what it has to bring of the time that all of them cover together. */
  readonly need?: TimeSlice;
  /** Of a partition of time: what it has to bring. */
  readonly slice?: TimeSlice;
}

/** The one partition of a stream that is not divided. */
export const WHOLE: Partition = { key: 'all' };

/**
 * Rows that came together. Where there are many large ones, each is prepared as soon as it was read: waiting to be
 * written, objects take several times the memory of their JSON.
 */
export interface Page {
  readonly type: 'page';
  readonly rows: readonly (Row | PreparedRow)[];
}

/**
 * What reading a partition yields: a page of rows, or a checkpoint, which promises that everything before it is out
 * and reading can go on from `cursor`. Nothing else ever influences the saved state.
 */
export type ReadItem =
  | Page
  /** A page that the engine fetches beside others, and passes on in its place among the items. */
  | { readonly type: 'page-to-come'; readonly load: () => Promise<Page> }
  | { readonly type: 'checkpoint'; readonly cursor: string }
  /** Rows from this time on (epoch ms) may still change without a trace: the next sync has to ask for them again. */
  | { readonly type: 'reread-from'; readonly timeMs: number };

export function page(rows: Page['rows']): Page {
  return { type: 'page', rows };
}

export function checkpoint(cursor: string): Extract<ReadItem, { type: 'checkpoint' }> {
  return { type: 'checkpoint', cursor };
}

/**
 * The object that a checkpoint's cursor was made of. Throws StaleCursorError for anything else: what reads on from a
 * damaged state starts over.
 */
export function parseCursor(cursor: string): Record<string, unknown> {
  const parsed = parseJson(cursor);
  if (isObject(parsed)) return parsed;
  throw new StaleCursorError(undefined);
}

/** What a stream may use while it lists its partitions or reads one. */
export interface ReadContext {
  readonly affinity: Affinity;
  readonly config: Config;
  /** What several streams need and is asked once per sync. */
  readonly lookups: Lookups;
  /** The start of this sync by the server's clock. */
  readonly nowMs: number;
  /** Whether calls count against a month's allowance; true as long as Affinity does not say otherwise. */
  readonly hasMonthlyQuota: boolean;
  /** The properties the user's catalog declares for this stream; undefined when it declares none. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  /** Of these, what is not to go out. */
  readonly deselected?: ReadonlySet<string> | undefined;
  /** Makes a row ready to go out. */
  readonly prepare: PrepareRow;
  /** The same, of rows that go out as they came, for the cost of looking at them. */
  readonly skim: SkimRows;
  /** Says something once: the same words are not repeated in a sync. */
  warn(message: string): void;
}

/** What a stream with columns of its own may use to find its schema. */
export type DiscoverContext = Pick<ReadContext, 'affinity' | 'config' | 'lookups' | 'warn'>;

export type ReadPartition = (
  context: ReadContext,
  partition: Partition,
  /** The cursor of the last checkpoint that was saved, or undefined to start the partition. */
  cursor: string | undefined,
) => AsyncGenerator<ReadItem, void, undefined>;

/**
 * Lists the parents of a stream, by ascending id, before any of them is read. Of a stream that is also read by time,
 * `need` is what its parents together have to bring; where an interrupted sync has read some of them already, those whose
 * rows have changed since `changedSinceMs` (epoch ms) are to say so.
 */
export type ListPartitions = (
  context: ReadContext,
  need: TimeSlice | undefined,
  changedSinceMs: number | undefined,
) => Promise<readonly Partition[]>;

/** A stream with its row type erased: all that the engine and the protocols need. */
export interface Stream {
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly cost: string;
  readonly primaryKey: readonly string[];
  readonly cursorField: string | undefined;
  readonly permission: Permission | undefined;
  readonly isBeta: boolean;
  /** Whether it costs at least a call for each parent, of which there may be thousands. */
  readonly isFanOut: boolean;
  readonly time: TimeRule | undefined;
  /** The schema as far as it is known without asking the account. */
  readonly jsonSchema: JsonSchemaObject;
  /** The schema of this account. Streams without columns of their own have none of these. */
  readonly discoverSchema: ((context: DiscoverContext) => Promise<JsonSchemaObject>) | undefined;
  /** Undefined where the stream is read whole or by time. */
  readonly partitions: ListPartitions | undefined;
  readonly readPartition: ReadPartition;
}

export interface StreamDefinition<RowModel extends z.ZodObject> {
  /** snake_case, as users see it. */
  readonly name: string;
  /** Method and path of the request that brings the rows, for the documentation. */
  readonly endpoint: string;
  /** How many calls it takes, in words. */
  readonly cost: string;
  /** One sentence for the catalog's readers. */
  readonly description: string;
  readonly row: RowModel;
  readonly primaryKey: readonly (keyof RowModel['shape'] & string)[];
  readonly cursorField?: keyof RowModel['shape'] & string;
  readonly permission?: Permission;
  readonly isBeta?: boolean;
  readonly isFanOut?: boolean;
  /** Present on incremental streams; the engine then cuts the time to be read into partitions. */
  readonly time?: TimeRule;
  readonly discoverSchema?: (context: DiscoverContext) => Promise<JsonSchemaObject>;
  /** Left out by streams that are read whole or by time. */
  readonly partitions?: ListPartitions;
  readonly readPartition: ReadPartition;
}

/** Makes a stream from its description. Adding one to the connector is this call and a line in index.ts. */
export function defineStream<RowModel extends z.ZodObject>(definition: StreamDefinition<RowModel>): Stream {
  return {
    name: definition.name,
    description: definition.description,
    endpoint: definition.endpoint,
    cost: definition.cost,
    primaryKey: definition.primaryKey,
    cursorField: definition.cursorField,
    permission: definition.permission,
    isBeta: definition.isBeta ?? false,
    isFanOut: definition.isFanOut ?? false,
    time: definition.time,
    get jsonSchema() {
      return rowJsonSchema(definition.row);
    },
    discoverSchema: definition.discoverSchema,
    partitions: definition.partitions,
    readPartition: definition.readPartition,
  };
}
