import { type ApiObject, isObject } from '../../affinity/answers.ts';
import type { PayloadField, PayloadValue } from '../../affinity/fields/payload.ts';
import { type AnswerPage, readPage } from './answers.ts';
import type { Ask } from './ask.ts';
import { sampleList, someCompanies } from './questions.ts';

/** A field on a first page, with an id. */
export interface SampleField extends PayloadField {
  readonly id: string;
  readonly value: PayloadValue;
}

/** The fields of a company, or of the entity of a list entry. */
export function fieldsOf(row: ApiObject): readonly SampleField[] {
  const owner = isObject(row['entity']) ? row['entity'] : row;
  const fields = owner['fields'];
  return Array.isArray(fields) ? fields.filter(isSampleField) : [];
}

function isSampleField(field: unknown): field is SampleField {
  return isObject(field) && typeof field['id'] === 'string' && isObject(field['value']);
}

/** Every field of the first companies and of the first entries of a list, as far as either can be read. */
export async function sampleFields(ask: Ask): Promise<readonly SampleField[]> {
  const pages = await Promise.allSettled([
    ask.v2(...someCompanies).then(readPage),
    sampleList(ask).then(async ({ entries }) => readPage(await ask.v2(...entries))),
  ]);
  const read = pages.flatMap((page): AnswerPage[] => (page.status === 'fulfilled' ? [page.value] : []));
  const [failed] = pages.filter((page) => page.status === 'rejected');
  if (read.length === 0 && failed !== undefined) throw failed.reason;
  return read.flatMap(({ rows }) => rows.flatMap(fieldsOf));
}
