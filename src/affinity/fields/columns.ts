import type { FieldMetadata } from '../models/fields.ts';
import type { JsonSchemaNode } from '../models/json-schema.ts';
import { type ColumnNaming, compareAge, nameFields } from './names.ts';
import { isHidden, type PayloadField, type PayloadFields } from './payload.ts';
import { type ColumnPart, columnSchema, kindOf, referenceSuffix, type ValueKind } from './value-types.ts';

/** One column of a stream: a field's value, or what the value refers to. */
export interface FieldColumn {
  readonly fieldId: string;
  readonly fieldName: string;
  /** The API's word for the field's values; `hidden` where it never showed one. */
  readonly valueType: string;
  /** Unique among the stream's columns, whatever the case and the underscores. */
  readonly name: string;
  readonly part: ColumnPart;
  /** What discovery prints: the type, and the annotations by which `bindColumns` finds the field again. */
  readonly schema: JsonSchemaNode;
}

export interface PlanOptions {
  /** Field metadata, of one endpoint or several; a field's first description counts. It decides types. */
  readonly metadata: Iterable<FieldMetadata>;
  /** The fields of each row of a first page. They only add fields that metadata lacks. */
  readonly sampleRowsFields: Iterable<PayloadFields>;
  readonly naming: ColumnNaming;
  /** Names of the row's own properties. */
  readonly reserved: Iterable<string>;
  /**
   * Ids of the fields that get columns; all when undefined. Names are given out as if all did, so a column that is added
   * to a saved view renames none, and a field is called the same in a list and in its views.
   */
  readonly only?: ReadonlySet<string> | undefined;
}

/**
 * The columns of a stream: built-in fields first, then custom ones by number, a value before its reference.
 * The order of the metadata does not matter.
 */
export function planColumns({ metadata, sampleRowsFields, naming, reserved, only }: PlanOptions): FieldColumn[] {
  const fields = [...collectFields(metadata, sampleRowsFields).values()].map(withKind);
  const names = nameFields(fields, { naming, reserved });
  return fields
    .filter(({ id }) => only === undefined || only.has(id))
    .sort(compareAge)
    .flatMap((field) => columnsOf(field, names.get(field.id) ?? field.id, naming));
}

/**
 * The ids of the fields on a page, to be used as `only` for a saved view, of which the API tells the columns nowhere
 * else. Undefined, meaning all fields of the list, when no row shows a field: an empty view, or redacted rows.
 */
export function sampledFieldIds(sampleRowsFields: Iterable<PayloadFields>): ReadonlySet<string> | undefined {
  const ids = new Set([...eachField(sampleRowsFields)].map(({ id }) => id));
  return ids.size === 0 ? undefined : ids;
}

interface CollectedField {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly enrichmentSource: string | null;
  readonly valueType: string | undefined;
}

interface PlannedField extends CollectedField {
  readonly kind: ValueKind;
  readonly suffixes: readonly string[];
}

/** Metadata first, then what only the page knows: its entries may lack fields that rows have (seen until 2026-09). */
function collectFields(
  metadata: Iterable<FieldMetadata>,
  sampleRowsFields: Iterable<PayloadFields>,
): Map<string, CollectedField> {
  const fields = new Map<string, CollectedField>();
  for (const { id, name, description, enrichmentSource, valueType } of metadata) {
    // Nothing else could ever be bound to a value. The stream of the metadata is what says that it is broken.
    if (!isId(id) || fields.has(id)) continue;
    fields.set(id, {
      id,
      name: textOrNone(name),
      description: textOrNone(description),
      enrichmentSource: textOrNone(enrichmentSource) || null,
      valueType: visibleType(valueType),
    });
  }
  for (const field of eachField(sampleRowsFields)) {
    const known = fields.get(field.id);
    if (known?.valueType !== undefined) continue;
    fields.set(field.id, {
      id: field.id,
      name: known?.name || textOrNone(field.name),
      description: known?.description ?? '',
      enrichmentSource: known?.enrichmentSource ?? (textOrNone(field.enrichmentSource) || null),
      valueType: isHidden(field) ? undefined : visibleType(field.value?.type),
    });
  }
  return fields;
}

function* eachField(rows: Iterable<PayloadFields>): Generator<PayloadField & { readonly id: string }> {
  for (const row of rows) {
    for (const field of row ?? []) {
      if (isId(field?.id)) yield field as PayloadField & { readonly id: string };
    }
  }
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '';
}

/** One odd word of the API shall not cost the whole schema. */
function textOrNone(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function visibleType(valueType: unknown): string | undefined {
  const type = textOrNone(valueType);
  return type === 'hidden' || type === '' ? undefined : type;
}

function withKind(field: CollectedField): PlannedField {
  const kind = kindOf(field.valueType ?? 'hidden');
  const suffix = referenceSuffix(kind);
  return { ...field, kind, suffixes: suffix === undefined ? [''] : ['', suffix] };
}

function columnsOf(field: PlannedField, name: string, naming: ColumnNaming): FieldColumn[] {
  const valueType = field.valueType ?? 'hidden';
  return field.suffixes.map((suffix): FieldColumn => {
    const part = suffix === '' ? 'value' : 'reference';
    const schema: JsonSchemaNode = {
      ...(field.description === '' ? {} : { description: field.description }),
      // With columns named by id a renamed field changes nothing at all, so its name stays out of the schema too.
      ...(naming === 'id' || field.name === '' ? {} : { title: field.name }),
      ...columnSchema(field.kind, part),
      'x-affinity-field-id': field.id,
      'x-affinity-value-type': valueType,
      'x-affinity-part': part,
      // A type that a later version knows must go on as JSON text here, until the schema is refreshed.
      ...(field.kind.family === 'json' ? { 'x-affinity-encoding': 'json' } : {}),
    };
    return { fieldId: field.id, fieldName: field.name, valueType, name: name + suffix, part, schema };
  });
}
