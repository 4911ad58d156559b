import { ApiError } from '../affinity/errors.ts';
import { completePage } from '../affinity/fields/completion.ts';
import type { PayloadFields } from '../affinity/fields/payload.ts';
import { isObject } from '../affinity/v2.ts';
import type { ReadContext, Row } from './stream.ts';

/** Values of one page that are asked for side by side. */
const CONCURRENCY = 4;

export interface CompletionSource {
  readonly fieldsOf: (row: Row) => PayloadFields;
  /** The path under which a row's fields are, such as `/v2/companies/1/fields`. */
  readonly fieldsPath: (row: Row) => string;
}

/** Completes, in place, the multi-value fields that the API cut at 100. What it has no more of is said in a WARN. */
export async function completeRows(
  context: ReadContext,
  rows: readonly Row[],
  { fieldsOf, fieldsPath }: CompletionSource,
): Promise<void> {
  const { incomplete, incompleteFieldIds } = await completePage({
    items: rows,
    fieldsOf,
    concurrency: CONCURRENCY,
    fetchValues: (row, fieldId) => fetchValues(context, `${fieldsPath(row)}/${encodeURIComponent(fieldId)}/values`),
  });
  if (incomplete > 0) {
    const ids = [...incompleteFieldIds].join(', ');
    context.warn(`${incomplete} value(s) with more than 100 items could not be completed, in the field(s) ${ids}.`);
  }
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
