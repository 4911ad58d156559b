import { describe, expect, it } from 'vitest';
import { companies } from '../../src/streams/companies-and-persons.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

const status = { id: 'field-1', name: 'Status', type: 'global', enrichmentSource: null, valueType: 'text' };

/** Companies whose one field, a text, has these values. */
async function readValues(values: readonly { type: string; data: unknown }[]) {
  const rows = values.map((value, index) => ({ id: index + 1, fields: [{ ...status, value }] }));
  const affinity = fakeAffinity({ v2: { '/v2/companies': [rows], '/v2/companies/fields': [[status]] } });
  const context = fakeContext(affinity);
  return { ...(await readPartition(companies, context, { key: 'all' })), warnings: context.warnings };
}

describe('values that do not fit their column', () => {
  it('become null with one warning for the column, however they differ', async () => {
    const { rows, warnings } = await readValues([
      { type: 'filterable-text-multi', data: ['a', 'b'] },
      { type: 'filterable-text-multi', data: ['a', 'b', 'c'] },
      { type: 'number', data: 1 },
      { type: 'text', data: 'good' },
    ]);
    expect(rows.map((row) => row['status'])).toEqual([null, null, null, 'good']);
    expect(warnings).toEqual(['the column "status" is of type text, but a value is array of 2; it became null.']);
  });
});
