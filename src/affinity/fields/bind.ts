import type { JsonSchemaNode } from '../models/json-schema.ts';
import { cellConverter, type ToCell, unfitCell } from './cells.ts';
import type { FieldColumn } from './columns.ts';
import type { ReportMisfit } from './convert.ts';
import { annotatedPart, readDeclaration } from './declared.ts';
import { comparableName } from './names.ts';
import { isHidden, type PayloadField, type PayloadFields } from './payload.ts';
import type { ColumnPart } from './value-types.ts';

/** A configured column and the field that fills it. */
export interface BoundColumn {
  readonly name: string;
  readonly fieldId: string;
  readonly valueType: string;
  readonly part: ColumnPart;
}

/** A value that was there and could not be stored, so that the cell became null (of an array: the element). */
export interface ColumnMisfit extends BoundColumn {
  /** What came instead, in words that hold nothing of the value. */
  readonly found: string;
}

export interface BindOptions {
  /** The properties of the configured schema: the row's own and the columns. */
  readonly configuredProperties: Readonly<Record<string, JsonSchemaNode>>;
  /** Names of the row's own properties, which are never columns. */
  readonly baseProperties: ReadonlySet<string>;
  /** Today's columns, to find the fields of columns without annotations; see `needsPlan`. */
  readonly planned?: readonly FieldColumn[] | undefined;
  /** Called once for each field that rows have and no column takes. */
  readonly onUnboundField?: ((field: { readonly fieldId: string; readonly fieldName: string }) => void) | undefined;
  /** Called for every misfit, during the call that makes the row. */
  readonly onMisfit?: ((misfit: ColumnMisfit) => void) | undefined;
}

/** Fills the columns of one stream. */
export interface Binder {
  readonly columns: readonly BoundColumn[];
  /** Configured properties that are neither the row's own nor a known field's; no row gets them. */
  readonly unboundProperties: readonly string[];
  /** Every bound column, null where the row has no such field or no value. Always a new object. */
  toColumns(fields: PayloadFields): { values: Record<string, unknown> };
  /**
   * A new row: the properties of `base` except `fields`, and every bound column. Configured properties that `base` lacks
   * are null. Cheaper than spreading `toColumns` into a row.
   */
  toRow(base: Readonly<Record<string, unknown>>, fields: PayloadFields): Record<string, unknown>;
}

/** True when some configured column does not say which field fills it, so that `bindColumns` has to be given a plan. */
export function needsPlan(
  configuredProperties: Readonly<Record<string, JsonSchemaNode>>,
  baseProperties: ReadonlySet<string>,
): boolean {
  return Object.entries(configuredProperties).some(
    ([name, node]) => !baseProperties.has(name) && annotationsOf(node).valueType === undefined,
  );
}

/**
 * Binds configured columns to fields: by the field id in their annotations, so that a renamed field goes on filling its
 * old column, else by the name in the plan. All decisions are taken here; a row costs one look-up and one call a value.
 */
export function bindColumns(options: BindOptions): Binder {
  const { configuredProperties, baseProperties } = options;
  const findPlanned = plannedFinder(options.planned ?? []);
  const columns: BoundColumn[] = [];
  const unboundProperties: string[] = [];
  const fillersByField = new Map<string, CellFiller[]>();

  for (const [name, node] of Object.entries(configuredProperties)) {
    if (baseProperties.has(name)) continue;
    const column = identify(name, node, findPlanned);
    if (column === undefined) {
      unboundProperties.push(name);
      continue;
    }
    const { kind, part, isMisfit } = readDeclaration(name, node, column.valueType, column.part);
    const bound: BoundColumn = { name, fieldId: column.fieldId, valueType: column.valueType, part };
    columns.push(bound);
    const filler: CellFiller = {
      name,
      toCell: isMisfit ? unfitCell : cellConverter(part, kind),
      report: (found) => options.onMisfit?.({ ...bound, found }),
    };
    const fillers = fillersByField.get(bound.fieldId);
    if (fillers === undefined) fillersByField.set(bound.fieldId, [filler]);
    else fillers.push(filler);
  }

  const fill = rowFiller(fillersByField, options.onUnboundField);
  const columnNames = columns.map(({ name }) => name);
  const emptyRow = nullsFor(Object.keys(configuredProperties).filter((name) => !unboundProperties.includes(name)));
  const isColumn = new Set(columnNames);
  return {
    columns,
    unboundProperties,
    toColumns(fields) {
      const values = nullsFor(columnNames);
      fill(values, fields);
      return { values };
    },
    toRow(base, fields) {
      const row = { ...emptyRow };
      // A property that the API adds to its rows one day may have the name of a column.
      for (const name in base) if (name !== 'fields' && !isColumn.has(name)) row[name] = base[name];
      fill(row, fields);
      return row;
    },
  };
}

interface CellFiller {
  readonly name: string;
  readonly toCell: ToCell;
  readonly report: ReportMisfit;
}

/** Writes what a row's fields have; cells without a value are null already. */
function rowFiller(
  fillersByField: ReadonlyMap<string, readonly CellFiller[]>,
  onUnboundField: BindOptions['onUnboundField'],
): (row: Record<string, unknown>, fields: PayloadFields) => void {
  const unbound = new Set<unknown>();
  const noteUnbound = ({ id, name }: PayloadField): void => {
    if (typeof id !== 'string' || unbound.has(id)) return;
    unbound.add(id);
    onUnboundField?.({ fieldId: id, fieldName: typeof name === 'string' ? name : '' });
  };
  return (row, fields) => {
    if (!Array.isArray(fields)) return;
    for (const field of fields as readonly (PayloadField | null)[]) {
      if (typeof field !== 'object' || field === null) continue;
      const fillers = fillersByField.get(field.id as string);
      if (fillers === undefined) {
        noteUnbound(field);
        continue;
      }
      const data = field.value?.data;
      if (data === null || data === undefined || isHidden(field)) continue;
      const valueType = field.value?.type;
      for (const { name, toCell, report } of fillers) row[name] = toCell(valueType, data, report);
    }
  };
}

interface IdentifiedColumn {
  readonly fieldId: string;
  readonly valueType: string;
  readonly part: ColumnPart | undefined;
}

function identify(name: string, node: JsonSchemaNode, findPlanned: PlannedFinder): IdentifiedColumn | undefined {
  const { fieldId, valueType } = annotationsOf(node);
  if (fieldId === undefined) return findPlanned.byName(name);
  const known = valueType ?? findPlanned.byFieldId(fieldId)?.valueType;
  return known === undefined ? undefined : { fieldId, valueType: known, part: annotatedPart(node) };
}

function annotationsOf(node: JsonSchemaNode): { fieldId: string | undefined; valueType: string | undefined } {
  const [fieldId, valueType] = [node['x-affinity-field-id'], node['x-affinity-value-type']];
  if (typeof fieldId !== 'string') return { fieldId: undefined, valueType: undefined };
  return { fieldId, valueType: typeof valueType === 'string' ? valueType : undefined };
}

interface PlannedFinder {
  byName(name: string): FieldColumn | undefined;
  byFieldId(fieldId: string): FieldColumn | undefined;
}

function plannedFinder(planned: readonly FieldColumn[]): PlannedFinder {
  // Some platforms change the spelling of names; planned ones differ in more than that.
  const byName = new Map(planned.map((column) => [comparableName(column.name), column]));
  const byFieldId = new Map(planned.map((column) => [column.fieldId, column]));
  return { byName: (name) => byName.get(comparableName(name)), byFieldId: (fieldId) => byFieldId.get(fieldId) };
}

/** A template to copy: several times faster than adding a row's names one by one, the more so the wider the row. */
function nullsFor(names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
