import { type BindOptions, bindColumns, type ColumnMisfit } from '../../../src/affinity/fields/bind.ts';
import { planColumns } from '../../../src/affinity/fields/columns.ts';
import type { PayloadFields } from '../../../src/affinity/fields/payload.ts';
import type { JsonSchemaNode } from '../../../src/affinity/models/json-schema.ts';
import { field, metadata } from './samples.ts';

export type Properties = Record<string, JsonSchemaNode>;

/** The row's own properties in these tests. */
export const baseProperties = new Set(['id', 'name', 'domain']);
export const base: Properties = { id: { type: 'integer' }, name: { type: ['null', 'string'] } };

/** A configured schema with every column of the given fields. */
export function properties(fields: Parameters<typeof planColumns>[0]['metadata']): Properties {
  const columns = planColumns({ metadata: fields, sampleRowsFields: [], naming: 'name', reserved: baseProperties });
  return { ...base, ...Object.fromEntries(columns.map(({ name, schema }) => [name, schema])) };
}

/** Binds, makes one row, and tells what was reported meanwhile. */
export function fill(configuredProperties: Properties, fields: unknown, more: Partial<BindOptions> = {}) {
  const misfits: Pick<ColumnMisfit, 'name' | 'found'>[] = [];
  const unbound: unknown[] = [];
  const binder = bindColumns({
    configuredProperties,
    baseProperties,
    onMisfit: ({ name, found }) => misfits.push({ name, found }),
    onUnboundField: (each) => unbound.push(each),
    ...more,
  });
  return { values: binder.toColumns(fields as PayloadFields).values, misfits, unbound, binder };
}

/** One field `X` of the given type in the schema, one value in the row. */
export function fillOne(columnType: string, payloadType: string, data: unknown) {
  return fill(properties([metadata('field-1', 'X', columnType)]), [field('field-1', 'X', payloadType, data)]);
}

/** Misfits with the same finding, by column. */
export const wrong = (found: string, ...names: string[]) => names.map((name) => ({ name, found }));
