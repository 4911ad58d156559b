import { isHidden, type PayloadField, type PayloadFields } from './payload.ts';

export interface CompletionOptions<Item> {
  /** A page of rows, fresh from the API. They are changed in place. */
  readonly items: readonly Item[];
  readonly fieldsOf: (item: Item) => PayloadFields;
  /** Whether a field's values are of any use: those of others are left as they came. All are when undefined. */
  readonly isWanted?: ((fieldId: string) => boolean) | undefined;
  /** Every value of one field of one item; undefined when the API refuses to give them. Other failures reject. */
  readonly fetchValues: (
    item: Item,
    fieldId: string,
    /** How many there are, where the API counts them. */
    total: number | undefined,
    /** How many came with the item. */
    present: number,
  ) => Promise<readonly unknown[] | undefined>;
  /** How many values are asked for at a time, at least one. */
  readonly concurrency: number;
}

export interface CompletionResult {
  /** Values that came cut and are whole now. */
  readonly completed: number;
  /** Values that are still cut, for the caller to warn about. */
  readonly incomplete: number;
  /** Ids of the fields that these belong to. */
  readonly incompleteFieldIds: ReadonlySet<string>;
}

/** The API sends at most so many values of a field with a row. */
export const valuesPerField = 100;

/**
 * Replaces the values that the API cut at 100 by all of them, in the rows themselves. Nothing gets shorter: where the
 * fetched list is, the row keeps its own. Rejects with the first failure of `fetchValues`; no further ones are asked for.
 */
export async function completePage<Item>(options: CompletionOptions<Item>): Promise<CompletionResult> {
  const { fetchValues, concurrency } = options;
  const cutValues = findCutValues(options);
  const incompleteFieldIds = new Set<string>();
  let incomplete = 0;

  const waiting = [...cutValues];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { item, fieldId, value } = next;
      const present = value.data?.length ?? 0;
      const isWhole = putValues(value, await fetchValues(item, fieldId, totalOf(value), present));
      if (isWhole) continue;
      incomplete += 1;
      incompleteFieldIds.add(fieldId);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(Math.max(1, concurrency), cutValues.length) }, work));
  } finally {
    waiting.length = 0;
  }
  return { completed: cutValues.length - incomplete, incomplete, incompleteFieldIds };
}

/** Whether the API cut any of these, of those that are wanted. */
export function isAnyCut(fields: PayloadFields, isWanted: (fieldId: string) => boolean = () => true): boolean {
  return fields?.some((field) => isCut(field) && isWanted(field.id)) ?? false;
}

interface CutValue<Item> {
  readonly item: Item;
  readonly fieldId: string;
  readonly value: { data?: readonly unknown[] | null | undefined; readonly totalCount?: unknown };
}

function findCutValues<Item>({
  items,
  fieldsOf,
  isWanted = () => true,
}: Pick<CompletionOptions<Item>, 'items' | 'fieldsOf' | 'isWanted'>): CutValue<Item>[] {
  const cutValues: CutValue<Item>[] = [];
  for (const item of items) {
    for (const field of fieldsOf(item) ?? []) {
      if (isCut(field) && isWanted(field.id)) cutValues.push({ item, fieldId: field.id, value: field.value });
    }
  }
  return cutValues;
}

interface CutField {
  readonly id: string;
  readonly value: CutValue<unknown>['value'];
}

function isCut(field: PayloadField | null): field is PayloadField & CutField {
  if (field?.value == null || typeof field.id !== 'string') return false;
  // What is counted need not be there at all.
  const data = field.value.data ?? [];
  if (!Array.isArray(data)) return false;
  // Older API versions send no count, and a full hundred may or may not be all.
  const total = totalOf(field.value);
  const isShort = total === undefined ? data.length >= valuesPerField : total > data.length;
  return isShort && !isHidden(field);
}

function putValues(value: CutValue<unknown>['value'], fetched: readonly unknown[] | undefined): boolean {
  if (fetched === undefined) return false;
  const length = value.data?.length ?? 0;
  const total = totalOf(value);
  const values = withoutRepeated(fetched, total);
  if (values.length > length) value.data = values;
  return total === undefined || Math.max(values.length, length) >= total;
}

/** More values than there are: a page came twice, cut at another place perhaps. Equal ones may all be meant, too. */
function withoutRepeated(values: readonly unknown[], total: number | undefined): readonly unknown[] {
  if (total === undefined || values.length <= total) return values;
  const unique = new Map(values.map((each) => [JSON.stringify(each), each]));
  return unique.size >= total ? [...unique.values()] : values;
}

function totalOf({ totalCount }: { readonly totalCount?: unknown }): number | undefined {
  return typeof totalCount === 'number' ? totalCount : undefined;
}
