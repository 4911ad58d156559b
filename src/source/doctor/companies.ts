import type { ApiObject } from '../../affinity/answers.ts';
import { type Answer, CannotTell, count, readPage, refusal, word } from './answers.ts';
import type { Ask } from './ask.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { type Question, someCompanies } from './questions.ts';
import { fieldsOf, type SampleField } from './sample.ts';

const HUNDRED = 100;

export const hundredIds: Guess = {
  id: 'hundred-ids',
  guess: 'One request may name a hundred `ids`.',
  consequence:
    'On plans without a monthly quota, companies and persons are read by their ids: fewer at once mean more calls.',
  async examine(ask) {
    const { ids, answer, plain } = await askForMany(ask);
    const decisive = answer.status === 200 ? answer : plain;
    if (decisive === undefined || decisive.status === 403) throw new CannotTell(refusal(answer));
    if (decisive.status !== 200) return refuted(`${count(ids.length, 'id')}: ${refusal(decisive)}`);
    const { rows, nextUrl } = readPage(decisive);
    const returned = new Set(rows.map(({ id }) => id));
    const missing = ids.filter((id) => !returned.has(id)).length;
    const found = `${ids.length - missing} of ${count(ids.length, 'row')} came`;
    if (missing > 0) return refuted(nextUrl === undefined ? found : `${found} on the first page`);
    return ids.length === HUNDRED ? confirmed(found) : undecided(`${found}, and there are no more to ask for`);
  },
};

export const fieldChoice: Guess = {
  id: 'field-choice',
  guess: 'fieldTypes and fieldIds go together, and either lets a field in.',
  consequence: 'Asks with fieldTypes alone.',
  async examine(ask) {
    const { fieldId, answer, plain } = await askForMany(ask);
    if (fieldId === undefined) throw new CannotTell('companies have enriched fields only');
    if (answer.status !== 200) {
      return plain?.status === 200 ? refuted(refusal(answer)) : undecided(refusal(answer));
    }
    const fields = readPage(answer).rows.flatMap(fieldsOf);
    const [byId, byType] = [fields.some(({ id }) => id === fieldId), fields.some(({ type }) => type === 'enriched')];
    if (byId && byType) return confirmed('fields of both');
    return refuted(byId ? 'fieldIds alone count' : byType ? 'fieldTypes alone count' : 'no fields at all');
  },
};

export const valuesEndpoint: Guess = {
  id: 'values-endpoint',
  guess: 'GET /v2/companies/{id}/fields/{fieldId}/values brings all values of a field.',
  consequence: 'Completes values that were cut at 100; where it is missing they stay cut, with a warning.',
  async examine(ask) {
    const longest = (await companyRows(ask))
      .flatMap((row) => fieldsOf(row).map((field) => ({ companyId: row['id'], ...field })))
      .filter(({ value }) => Array.isArray(value.data) && value.data.length > 0)
      .sort((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (longest === undefined) return undecided('no field with several values on the first page');
    const path = `/v2/companies/${longest.companyId}/fields/${encodeURIComponent(longest.id)}/values`;
    const answer = await ask.v2(path, { limit: HUNDRED });
    if (answer.status === 404 || answer.status === 405 || answer.status === 400) return refuted(refusal(answer));
    const { items, nextUrl } = readPage(answer);
    const expected = Math.min(HUNDRED, lengthOf(longest));
    const type = word(String(longest.value.type));
    const found = `${items.length} of ${count(lengthOf(longest), 'value')} (${type})${nextUrl === undefined ? '' : ', and a next page'}`;
    return items.length === expected ? confirmed(found) : refuted(found);
  },
};

function lengthOf({ value: { data, totalCount } }: SampleField): number {
  return totalCount ?? (Array.isArray(data) ? data.length : 0);
}

async function companyRows(ask: Ask): Promise<readonly ApiObject[]> {
  const { rows } = readPage(await ask.v2(...someCompanies));
  if (rows.length === 0) throw new CannotTell('no companies');
  return rows;
}

interface ManyCompanies {
  readonly ids: readonly number[];
  /** A field that `fieldTypes` alone would not bring. */
  readonly fieldId: string | undefined;
  /** With ids, fieldTypes and fieldIds. */
  readonly answer: Answer;
  /** With ids alone, where the former was refused. */
  readonly plain: Answer | undefined;
}

/** Two guesses in one call; a second tells them apart where it is refused. */
async function askForMany(ask: Ask): Promise<ManyCompanies> {
  const rows = await companyRows(ask);
  const ids = rows.map(({ id }) => id).filter((id) => typeof id === 'number');
  const fieldId = rows
    .flatMap(fieldsOf)
    .find(({ type }) => type === 'global' || type === 'relationship-intelligence')?.id;
  const byIds: Question = ['/v2/companies', { ids, limit: HUNDRED }];
  const choice = { fieldTypes: ['enriched'], ...(fieldId === undefined ? {} : { fieldIds: [fieldId] }) };
  const answer = await ask.v2(byIds[0], { ...byIds[1], ...choice });
  const isRefused = ![200, 401, 403].includes(answer.status);
  return { ids, fieldId, answer, plain: isRefused ? await ask.v2(...byIds) : undefined };
}
