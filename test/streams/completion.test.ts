import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { companies } from '../../src/streams/companies-and-persons.ts';
import type { ReadContext } from '../../src/streams/stream.ts';
import { type FakeAnswers, fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

const FIRST_100 = Array.from({ length: 100 }, (_, index) => index);
const ALL = Array.from({ length: 120 }, (_, index) => index);

const tags = { id: 'field-1', name: 'Tags', value: { type: 'number-multi', data: FIRST_100, totalCount: 120 } };
const marks = { ...structuredClone(tags), id: 'field-2', name: 'Marks' };
const valuesPath = (id: number, fieldId: string): string => `/v2/companies/${id}/fields/${fieldId}/values`;

/** Companies with a cut value in each of two fields, whose rest is answered as a test wants it. */
async function readCompanies(count: number, rest: (id: number, fieldId: string) => 'all' | 'no more' | number) {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const values = Object.fromEntries(
    ids.flatMap((id) =>
      ['field-1', 'field-2'].map((fieldId) => {
        const answer = rest(id, fieldId);
        const pages = answer === 'all' ? [ALL] : [FIRST_100];
        return [valuesPath(id, fieldId), typeof answer === 'number' ? answer : pages] as const;
      }),
    ),
  );
  const pages = ids.map((id) => [{ id, fields: [tags, marks] }]);
  const answers: FakeAnswers = { v2: { ...values, '/v2/companies': pages, '/v2/companies/fields': [[]] } };
  const affinity = fakeAffinity(answers);
  const context = fakeContext(affinity);
  const { rows } = await readPartition(companies, context, { key: 'all' });
  const asked = (fieldId: string): number => affinity.paths.filter((path) => path.includes(`/${fieldId}/`)).length;
  const lengths = (column: string): unknown[] => rows.map((row) => (row[column] as unknown[]).length);
  return { asked, lengths, warnings: context.warnings.filter((message) => message.includes('could not be')) };
}

/** What the catalog has for the two fields, and what it does not select. */
async function askedWith(selection: Pick<ReadContext, 'properties' | 'deselected'>, fieldLayout = 'columns') {
  const values = { [valuesPath(1, 'field-1')]: [ALL], [valuesPath(1, 'field-2')]: [ALL] };
  const v2 = { ...values, '/v2/companies': [[{ id: 1, fields: [tags, marks] }]], '/v2/companies/fields': [[]] };
  const affinity = fakeAffinity({ v2 });
  const context = { ...fakeContext(affinity), ...selection };
  const config = parseConfig({ api_key: 'key', field_layout: fieldLayout });
  await readPartition(companies, { ...context, config }, { key: 'all' });
  return affinity.paths.filter((path) => path.endsWith('/values'));
}

describe('values that were cut and do not go out', () => {
  const id = { type: 'integer' };
  const columnOf = (fieldId: string) => ({
    type: ['null', 'array'],
    'x-affinity-field-id': fieldId,
    'x-affinity-value-type': 'number-multi',
  });

  it('cost no call', async () => {
    const both = { id, tags: columnOf('field-1'), marks: columnOf('field-2') };
    expect(await askedWith({ properties: both })).toHaveLength(2);
    expect(await askedWith({ properties: { id, tags: columnOf('field-1') } })).toEqual([valuesPath(1, 'field-1')]);
    expect(await askedWith({ properties: { id } })).toEqual([]);
    expect(await askedWith({ properties: both, deselected: new Set(['tags']) })).toEqual([valuesPath(1, 'field-2')]);
  });

  it('cost no call as an array, either', async () => {
    const fields = { type: ['null', 'array'] };
    expect(await askedWith({ properties: undefined }, 'array')).toHaveLength(2);
    expect(await askedWith({ properties: { id, fields } }, 'array')).toHaveLength(2);
    expect(await askedWith({ properties: { id } }, 'array')).toEqual([]);
    expect(await askedWith({ properties: { id, fields }, deselected: new Set(['fields']) }, 'array')).toEqual([]);
  });
});

describe('values that were cut', () => {
  it.each([400, 403, 404, 405, 410, 422])('are kept as they came where a row is refused with %i', async (status) => {
    const { lengths, warnings } = await readCompanies(3, (id) => (id === 2 ? status : 'all'));
    expect(lengths('tags')).toEqual([120, 100, 120]);
    expect(warnings).toEqual([
      '2 value(s) with more than 100 items could not be completed, in the field(s) field-1, field-2.',
    ]);
  });

  it('are asked for no longer where a field is refused row after row, and the other field still is', async () => {
    const { asked, lengths, warnings } = await readCompanies(50, (_id, fieldId) =>
      fieldId === 'field-1' ? 403 : 'all',
    );
    expect([asked('field-1'), asked('field-2')]).toEqual([10, 50]);
    expect(new Set(lengths('tags'))).toEqual(new Set([100]));
    expect(new Set(lengths('marks'))).toEqual(new Set([120]));
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('are asked for no longer where a field that counts more has no more, row after row', async () => {
    const { asked, lengths, warnings } = await readCompanies(50, (_id, fieldId) =>
      fieldId === 'field-1' ? 'no more' : 'all',
    );
    expect([asked('field-1'), asked('field-2')]).toEqual([10, 50]);
    expect(new Set(lengths('tags'))).toEqual(new Set([100]));
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('are asked for however many rows count values that are nowhere', async () => {
    const few = { ...tags, value: { ...tags.value, data: [1, 2], totalCount: 3 } };
    const rows = Array.from({ length: 30 }, (_, index) => ({ id: index + 1, fields: [index === 29 ? tags : few] }));
    const values = rows.map(({ id }) => [valuesPath(id, 'field-1'), [id === 30 ? ALL : [1, 2]]] as const);
    const affinity = fakeAffinity({
      v2: { ...Object.fromEntries(values), '/v2/companies': [rows], '/v2/companies/fields': [[]] },
    });
    const { rows: read } = await readPartition(companies, fakeContext(affinity), { key: 'all' });
    expect(read.at(-1)?.['tags']).toEqual(ALL);
    expect(affinity.paths.filter((path) => path.endsWith('/values')).length).toBeLessThan(15);
  });

  it('are asked for on and on where only some rows are refused', async () => {
    const { asked } = await readCompanies(50, (id) => (id % 5 === 0 ? 'all' : 404));
    expect(asked('field-1')).toBe(50);
  });

  it.each([302, 500])('fail the stream where what comes in their place is a %i', async (status) => {
    await expect(readCompanies(1, () => status)).rejects.toThrow(`status ${status}`);
  });
});
