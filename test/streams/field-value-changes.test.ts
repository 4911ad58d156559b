import { describe, expect, it } from 'vitest';
import { fieldValueChanges } from '../../src/streams/field-value-changes.ts';
import type { Row } from '../../src/streams/stream.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

async function read(row: Row): Promise<Row | undefined> {
  const affinity = fakeAffinity({ v2: { '/v2/field-value-changes': [[{ id: 1, ...row }]] } });
  const { rows } = await readPartition(fieldValueChanges, fakeContext(affinity), { key: 'part' });
  return rows[0];
}

const person = {
  referenceType: 'entity',
  id: 5,
  firstName: 'Ada',
  lastName: 'Ferreira',
  primaryEmailAddress: 'a@x.example',
};

describe('the value of a change', () => {
  it.each([
    ['text', 'Seed', 'Seed', null],
    ['text', '', '', null],
    ['filterable-text-multi', { link: 'https://x.example/in/ada', text: 'ada' }, 'https://x.example/in/ada', null],
    ['number', 2_500_000.5, '2500000.5', null],
    ['number', 0, '0', null],
    ['datetime', '2026-08-11T07:00:00Z', '2026-08-11T07:00:00Z', null],
    ['formula-number', { calculatedValue: 7.5 }, '7.5', null],
    ['dropdown', { referenceType: 'entity', dropdownOptionId: 41, text: 'Hot' }, 'Hot', 41],
    ['dropdown-multi', { referenceType: 'entity', dropdownOptionId: 41, text: 'Hot' }, 'Hot', 41],
    ['ranked-dropdown', { referenceType: 'entity', dropdownOptionId: 7, text: 'Diligence', rank: 3 }, 'Diligence', 7],
    ['status-dropdown', { referenceType: 'entity', dropdownOptionId: 8, text: 'Won', rank: 9 }, 'Won', 8],
    ['company', { referenceType: 'entity', id: 9, name: 'Tern', domain: null }, 'Tern', 9],
    ['company-multi', { referenceType: 'entity', id: 9, name: 'Tern', domain: null }, 'Tern', 9],
    ['person', person, 'Ada Ferreira', 5],
    ['person-multi', { ...person, lastName: null }, 'Ada', 5],
    ['person', { ...person, firstName: null, lastName: null }, 'a@x.example', 5],
    ['company-multi', { referenceType: 'deleted-entity', displayValue: 'Old Fund LP' }, 'Old Fund LP', null],
    ['person', { referenceType: 'deleted-entity', displayValue: 'Ben' }, 'Ben', null],
    ['location', { city: 'Ghent', country: 'Belgium' }, null, null],
    ['something-new', { id: 3, name: 'x' }, null, null],
    ['something-new', true, 'true', null],
  ])('%s %j', async (type, value, valueText, valueId) => {
    expect(await read({ type, value })).toEqual({ id: 1, type, value: JSON.stringify(value), valueText, valueId });
  });

  it('stays null where there is none, not the text "null"', async () => {
    const nothing = { value: null, valueText: null, valueId: null };
    expect(await read({ type: 'person', value: null })).toMatchObject(nothing);
    expect(await read({ type: 'person' })).toMatchObject(nothing);
  });
});
