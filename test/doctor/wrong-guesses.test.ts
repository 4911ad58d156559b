import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guesses } from '../../src/source/doctor/guesses.ts';
import { type BentAccount, openBentAccount } from './bent-account.ts';
import { collectionCases } from './wrong/collections.ts';
import { companyCases } from './wrong/companies.ts';
import { fieldCases } from './wrong/fields.ts';
import { filterCases } from './wrong/filters.ts';
import { legacyCases } from './wrong/legacy.ts';
import { limitCases } from './wrong/limits.ts';
import { pagingCases } from './wrong/paging.ts';

const families = { limitCases, filterCases, pagingCases, companyCases, fieldCases, collectionCases, legacyCases };
const cases = Object.values(families).flat();

let account: BentAccount;
beforeAll(async () => {
  account = await openBentAccount();
});
afterAll(() => account.close());

describe('a guess that an account contradicts, or does not let one tell', () => {
  it.for(cases)('%s: %s', async ([id, _when, bend, expected, changes]) => {
    const { verdict, found } = await account.examine(id, bend, changes);
    const said = `${verdict}: ${found}`;
    if (typeof expected === 'string') expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it('has been tried for every guess', () => {
    expect(new Set(cases.map(([id]) => id))).toEqual(new Set(guesses.map(({ id }) => id)));
  });
});
