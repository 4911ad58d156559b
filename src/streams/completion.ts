import { isObject } from '../affinity/answers.ts';
import { ApiError } from '../affinity/errors.ts';
import { completePage, isAnyCut } from '../affinity/fields/completion.ts';
import type { PayloadFields } from '../affinity/fields/payload.ts';
import type { RowReader } from '../affinity/page-reader.ts';
import { PreparedRow, type SkimRow } from './prepared-row.ts';
import { type Page, page, type ReadContext, type Row } from './stream.ts';

/** Values of one page that are asked for side by side. */
const CONCURRENCY = 4;

/** A row that is ready, or one that the API cut. */
export type Draft = PreparedRow | Row;

export interface DraftSource {
  /** The values of a row that the API may have cut at 100. */
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** Completes rows in place. */
  readonly complete: (rows: readonly Row[]) => Promise<void>;
  /** Makes a whole row ready; `json` is its own, if it is as it came. */
  readonly finish: (row: Row, json?: Buffer) => PreparedRow;
  /** Of rows that go out as they came: makes one ready whose bytes leave no doubt that nothing was cut. */
  readonly skim?: SkimRow | undefined;
}

/** Reads rows of which a few have to be completed: only these are kept as objects until their page is there. */
export interface Drafting extends RowReader<Draft> {
  readonly toPage: (drafts: readonly Draft[]) => Promise<Page>;
}

export function draftRows({ fieldsOf, complete, finish, skim }: DraftSource): Drafting {
  return {
    skim,
    read: (row, json) => (isAnyCut(fieldsOf(row)) ? row : finish(row, json)),
    async toPage(drafts) {
      const cut = drafts.filter((draft): draft is Row => !(draft instanceof PreparedRow));
      if (cut.length > 0) await complete(cut);
      return page(drafts.map((draft) => (draft instanceof PreparedRow ? draft : finish(draft))));
    },
  };
}

/** What becomes of a row that is whole. */
export type RowWriter = Pick<DraftSource, 'finish' | 'skim'>;

/** Writes rows as they came. */
export function asTheyCame({ prepare, skim }: ReadContext): RowWriter {
  return { finish: (row, json) => prepare(row, { json }), skim };
}

export interface FieldSource {
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** The path under which a row's fields are, such as `/v2/companies/1/fields`. */
  readonly fieldsPath: (row: Row) => string;
  readonly writer: RowWriter;
}

/** The same for rows with fields. What the API has no more of is said in a WARN. */
export function draftRowsWithFields(context: ReadContext, { fieldsOf, fieldsPath, writer }: FieldSource): Drafting {
  const fetch = (row: Row, fieldId: string): Promise<unknown[] | undefined> =>
    fetchValues(context, `${fieldsPath(row)}/${encodeURIComponent(fieldId)}/values`);
  return draftRows({
    ...writer,
    fieldsOf,
    async complete(items) {
      const { incomplete, incompleteFieldIds } = await completePage({
        items,
        fieldsOf,
        concurrency: CONCURRENCY,
        fetchValues: fetch,
      });
      if (incomplete === 0) return;
      const ids = [...incompleteFieldIds].join(', ');
      context.warn(`${incomplete} value(s) with more than 100 items could not be completed, in the field(s) ${ids}.`);
    },
  });
}

/**
 * A row deleted since its page was read answers 404, and a type of value that is not paged may answer 400: such values
 * are left as they came.
 */
async function fetchValues({ affinity }: ReadContext, path: string): Promise<unknown[] | undefined> {
  try {
    return await affinity.v2.values(path);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}

/** The `fields` of a row or of its entity, whatever else it is. */
export function payloadFields(owner: unknown): PayloadFields {
  const fields = isObject(owner) ? owner['fields'] : undefined;
  return Array.isArray(fields) ? (fields as PayloadFields) : undefined;
}
