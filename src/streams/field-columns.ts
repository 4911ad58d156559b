import type { ApiObject } from '../affinity/answers.ts';
import { bindColumns, needsPlan } from '../affinity/fields/bind.ts';
import { type FieldColumn, planColumns, sampledFieldIds } from '../affinity/fields/columns.ts';
import type { PayloadFields } from '../affinity/fields/payload.ts';
import type { FieldMetadata } from '../affinity/models/fields.ts';
import type { JsonSchemaNode, JsonSchemaObject } from '../affinity/models/json-schema.ts';
import { readAgainIfStale } from '../affinity/restarts.ts';
import type { Query } from '../affinity/v2.ts';
import { goesOut, type RowWriter } from './completion.ts';
import type { DiscoverContext, ReadContext, Row } from './stream.ts';

/** A stream whose rows carry fields that become columns. */
export interface ColumnSource {
  /** The row's own properties: their schema, which is the start of the stream's. */
  readonly base: JsonSchemaObject;
  /** Where the rows are. */
  readonly path: string;
  readonly query?: Query;
  readonly metadata: (context: DiscoverContext) => Promise<readonly ApiObject[]>;
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** The row without its fields, in a shape that fits `base`. */
  readonly toBase: (row: Row) => Row;
  /** True for a saved view, which has the columns its rows show. */
  readonly onlySampled?: boolean;
}

/** The schema of a stream with columns: what metadata tells, and what only the first page with rows shows. */
export async function discoverColumns(context: DiscoverContext, source: ColumnSource): Promise<JsonSchemaObject> {
  const columns = await planSource(context, source);
  const own = Object.entries(source.base.properties);
  return {
    ...source.base,
    properties: Object.fromEntries([...own, ...columns.map(({ name, schema }) => [name, schema] as const)]),
  };
}

async function planSource(context: DiscoverContext, source: ColumnSource): Promise<FieldColumn[]> {
  const [metadata, rows] = await Promise.all([source.metadata(context), firstRows(context, source)]);
  const sampleRowsFields = rows.map(source.fieldsOf);
  return planColumns({
    metadata: metadata as readonly unknown[] as readonly FieldMetadata[],
    sampleRowsFields,
    naming: context.config.columnNames,
    reserved: Object.keys(source.base.properties),
    ...(source.onlySampled ? { only: sampledFieldIds(sampleRowsFields) } : {}),
  });
}

/** Pages may be empty although others follow. */
async function firstRows({ affinity, warn }: DiscoverContext, { path, query }: ColumnSource): Promise<readonly Row[]> {
  const find = async (): Promise<readonly Row[]> => {
    for await (const { rows } of affinity.v2.pages(path, query)) if (rows.length > 0) return rows;
    return [];
  };
  return await readAgainIfStale(find, { what: `the sample of ${path}`, warn });
}

/**
 * Makes rows with columns. Columns are bound to fields by the ids in the catalog; only a catalog without those needs to
 * ask for the metadata again.
 */
export async function createColumnWriter(context: ReadContext, source: ColumnSource): Promise<RowWriter> {
  const baseProperties = new Set(Object.keys(source.base.properties));
  const { properties: declared, planned } = await readDeclared(context, source, baseProperties);
  // Of the row at hand.
  const nulled = new Set<string>();
  const unbound: string[] = [];
  // What is found instead differs from row to row; a warning for each kind of it would bury the others.
  const warned = new Set<string>();
  const binder = bindColumns({
    configuredProperties: declared,
    baseProperties,
    planned,
    onUnboundField: ({ fieldId, fieldName }) => unbound.push(`"${fieldName}" (${fieldId})`),
    onMisfit: ({ name, valueType, found }) => {
      nulled.add(name);
      if (warned.has(name)) return;
      warned.add(name);
      context.warn(
        found === valueType
          ? `the catalog declares the column "${name}" as another type than its field has, which is ${valueType}; its values became null. Refresh the schema.`
          : `the column "${name}" is of type ${valueType}, but a value is ${found}; it became null.`,
      );
    },
  });
  for (const name of binder.unboundProperties) {
    context.warn(
      `the column "${name}" of the catalog belongs to no field any more; it stays empty. Refresh the schema.`,
    );
  }
  const written = new Set(binder.columns.filter(({ name }) => goesOut(context, name)).map(({ fieldId }) => fieldId));
  return {
    isWritten: (fieldId) => written.has(fieldId),
    finish(row) {
      nulled.clear();
      const columns = binder.toRow(source.toBase(row), source.fieldsOf(row));
      if (unbound.length > 0) warnOfUnbound(context, unbound.splice(0));
      return context.prepare(columns, nulled.size === 0 ? {} : { nulled: [...nulled] });
    },
  };
}

/** So many fields may well be new to the catalog. More of them at once were rather left out of it. */
const MOST_NEW_FIELDS = 3;

/** A catalog does not tell a field that is new from one that somebody has deselected. */
function warnOfUnbound({ warn }: ReadContext, fields: readonly string[]): void {
  if (fields.length <= MOST_NEW_FIELDS) {
    for (const field of fields) warn(`the field ${field} has no column; refresh the schema to get one.`);
    return;
  }
  warn(
    `each of these fields has no column: ${fields.join(', ')}; refresh the schema to get them, unless they were left out on purpose.`,
  );
}

async function readDeclared(
  context: ReadContext,
  source: ColumnSource,
  baseProperties: ReadonlySet<string>,
): Promise<{ properties: Readonly<Record<string, JsonSchemaNode>>; planned?: readonly FieldColumn[] }> {
  const { properties } = context;
  if (properties === undefined) return { properties: (await discoverColumns(context, source)).properties };
  if (!needsPlan(properties, baseProperties)) return { properties };
  return { properties, planned: await planSource(context, source) };
}
