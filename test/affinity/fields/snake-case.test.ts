import { describe, expect, it } from 'vitest';
import { snakeCase } from '../../../src/affinity/fields/snake-case.ts';

describe('snakeCase', () => {
  it.each([
    ['Status', 'status'],
    ['Number of Employees', 'number_of_employees'],
    ['LinkedIn URL', 'linkedin_url'],
    ['  Deal  --  Owner (internal) ', 'deal_owner_internal'],
    ['snake_case__already_', 'snake_case_already'],
    ['Größe', 'grosse'],
    ['Ørsted Łódź Ægir cœur Đà þorn ıI İ', 'orsted_lodz_aegir_coeur_da_thorn_ii_i'],
    ['Crème brûlée', 'creme_brulee'],
    ['STRASSE Straẞe', 'strasse_strasse'],
    ['ﬁnance m²', 'finance_m2'],
    ['2nd Owner', '_2nd_owner'],
    ['１２ months', '_12_months'],
    ['Revenue (€) %', 'revenue'],
    ['売上 FY24', 'fy24'],
    ['売上', ''],
    ['🚀🔥', ''],
    ['___', ''],
    ['', ''],
    ['a\u0000b\u2028c\nd', 'a_b_c_d'],
  ])('makes %j to %j', (text, expected) => {
    expect(snakeCase(text)).toBe(expected);
  });
});
