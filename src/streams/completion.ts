import { isObject } from '../affinity/answers.ts';
import { ApiError } from '../affinity/errors.ts';
import { type CompletionResult, completePage, isAnyCut, valuesPerField } from '../affinity/fields/completion.ts';
import type { PayloadFields } from '../affinity/fields/payload.ts';
import type { RowBytes, RowReader } from '../affinity/page-reader.ts';
import { PreparedRow, type SkimRows } from './prepared-row.ts';
import { type Page, page, type ReadContext, type Row } from './stream.ts';

/** Values of one page that are asked for side by side. */
const CONCURRENCY = 4;

/** A row that is ready, or one that the API cut. */
export type Draft = PreparedRow | Row;

export interface DraftSource extends RowWriter {
  /** The values of a row that the API may have cut at 100. */
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** Completes rows in place. */
  readonly complete: (rows: readonly Row[]) => Promise<void>;
}

/** What becomes of a row that is whole. */
export interface RowWriter {
  /** Whether anything of a field goes out: of another the rest would be a call for nothing. */
  readonly isWritten: (fieldId: string) => boolean;
  /** Makes a whole row ready; `bytes` are its own, if it is as it came. */
  readonly finish: (row: Row, bytes?: RowBytes) => PreparedRow;
  /** Of rows that go out as they came: makes one ready whose bytes leave no doubt that nothing was cut. */
  readonly skim?: SkimRows | undefined;
}

/** Reads rows of which a few have to be completed: only these are kept as objects until their page is there. */
export interface Drafting extends RowReader<Draft> {
  readonly toPage: (drafts: readonly Draft[]) => Promise<Page>;
}

export function draftRows({ fieldsOf, isWritten, complete, finish, skim }: DraftSource): Drafting {
  return {
    skim,
    read: (row, bytes) => (isAnyCut(fieldsOf(row), isWritten) ? row : finish(row, bytes)),
    async toPage(drafts) {
      const cut = drafts.filter((draft): draft is Row => !(draft instanceof PreparedRow));
      if (cut.length > 0) await complete(cut);
      return page(drafts.map((draft) => (draft instanceof PreparedRow ? draft : finish(draft))));
    },
  };
}

/** Writes rows as they came; `propertyOf` tells in which property a field is. */
export function asTheyCame(context: ReadContext, propertyOf: (fieldId: string) => string): RowWriter {
  const { prepare, skim } = context;
  return {
    isWritten: (fieldId) => goesOut(context, propertyOf(fieldId)),
    finish: (row, bytes) => prepare(row, { bytes }),
    skim,
  };
}

/** Whether the catalog lets a property out. */
export function goesOut({ properties, deselected }: ReadContext, property: string): boolean {
  const isDeclared = properties === undefined || Object.hasOwn(properties, property);
  return isDeclared && deselected?.has(property) !== true;
}

export interface FieldSource {
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** The path under which a row's fields are, such as `/v2/companies/1/fields`. */
  readonly fieldsPath: (row: Row) => string;
  readonly writer: RowWriter;
}

/** The same for rows with fields. What the API has no more of is said in a WARN. */
export function draftRowsWithFields(context: ReadContext, { fieldsOf, fieldsPath, writer }: FieldSource): Drafting {
  const pathOf = (row: Row, fieldId: string): string => `${fieldsPath(row)}/${encodeURIComponent(fieldId)}/values`;
  return draftRows({
    ...writer,
    fieldsOf,
    async complete(items) {
      const { incomplete, incompleteFieldIds } = await completeRows(context, {
        rows: items,
        fieldsOf,
        isWritten: writer.isWritten,
        pathOf,
      });
      if (incomplete === 0) return;
      const ids = [...incompleteFieldIds].join(', ');
      context.warn(`${incomplete} value(s) with more than 100 items could not be completed, in the field(s) ${ids}.`);
    },
  });
}

export interface CutRows extends Pick<DraftSource, 'fieldsOf' | 'isWritten'> {
  readonly rows: readonly Row[];
  /** Where all values of one field of one row are. */
  readonly pathOf: (row: Row, fieldId: string) => string;
}

/** Completes, in place, what the API cut in rows; what it refuses to give stays as it came, and is counted. */
export async function completeRows(
  context: ReadContext,
  { rows, fieldsOf, isWritten, pathOf }: CutRows,
): Promise<CompletionResult> {
  return await completePage({
    items: rows,
    fieldsOf,
    isWanted: isWritten,
    concurrency: CONCURRENCY,
    fetchValues: (row, fieldId, total, present) =>
      fetchValues(context, { fieldId, path: pathOf(row, fieldId), total, present }),
  });
}

/**
 * A field of which nothing more comes so often in a row is asked for no longer. One refusal says little: a row may be
 * deleted (404) or merged into another one (422) since its page was read, or hidden from this key's user (403). But where
 * the API does not page such values at all (400), or not for this key (403), or counts some that it shows to nobody, each
 * further row would cost a call for nothing.
 */
const MOST_IN_VAIN = 10;

/**
 * Calls in vain in a row, by field; apart for values that are fewer than are cut, so that a count that is wrong for many
 * rows takes nothing from the few that were cut. A context is one stream of one sync.
 */
const inVain = new WeakMap<ReadContext, Map<string, number>>();

/** Undefined where the API refuses: a value that is cut is better than no row. Failures that time can mend reject. */
async function fetchValues(
  context: ReadContext,
  { fieldId, path, total, present }: { fieldId: string; path: string; total: number | undefined; present: number },
): Promise<unknown[] | undefined> {
  const counts = inVain.get(context) ?? new Map<string, number>();
  inVain.set(context, counts);
  const key = `${fieldId}, ${present < valuesPerField ? 'few' : 'many'}`;
  const inRow = (): number => counts.get(key) ?? 0;
  if (inRow() >= MOST_IN_VAIN) return undefined;
  const values = await valuesOf(context, path, total);
  // A full hundred that is not counted is all there is more often than not.
  const isOfUse = values !== undefined && (values.length > present || total === undefined);
  counts.set(key, isOfUse ? 0 : inRow() + 1);
  return values;
}

async function valuesOf(
  { affinity }: ReadContext,
  path: string,
  total: number | undefined,
): Promise<unknown[] | undefined> {
  try {
    return await affinity.v2.values(path, total);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && !error.stopsSync && error.status >= 400 && error.status < 500;
}

/** The `fields` of a row or of its entity, whatever else it is. */
export function payloadFields(owner: unknown): PayloadFields {
  const fields = isObject(owner) ? owner['fields'] : undefined;
  return Array.isArray(fields) ? (fields as PayloadFields) : undefined;
}
