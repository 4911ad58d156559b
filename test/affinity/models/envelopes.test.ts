import { describe, expect, it } from 'vitest';
import * as envelopes from '../../../src/affinity/models/envelopes.ts';

const end = { prevUrl: null, nextUrl: null };

describe('Page', () => {
  it.each([
    ['rows', { data: [{ id: 1, anything: [] }], pagination: { nextUrl: 'https://api.example/next' } }],
    ['null instead of rows', { data: null, pagination: end }],
    ['a bare pagination', { data: [], pagination: {} }],
    ['a count and news', { data: [], pagination: { ...end, totalCount: 3, pages: 1 }, warnings: [] }],
  ])('takes %s', (_, page) => {
    expect(envelopes.Page.parse(page)).toEqual(page);
  });

  it('leaves the rows as they are', () => {
    const row = { id: 1 };
    expect(envelopes.Page.parse({ data: [row], pagination: end }).data?.[0]).toBe(row);
  });

  it.each([
    ['nothing', {}, 'data'],
    ['no pagination', { data: [] }, 'pagination'],
    ['rows that are none', { data: [{}, 'row'], pagination: end }, 'data.1'],
    ['one row alone', { data: {}, pagination: end }, 'data'],
    ['a number for an address', { data: [], pagination: { nextUrl: 7 } }, 'pagination.nextUrl'],
  ])('names the path in %s', (_, page, path) => {
    const { error } = envelopes.Page.safeParse(page);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

it('takes scalars as the values of a field', () => {
  const page = { type: 'filterable-text-multi', data: ['a', { link: 'b', text: 'c' }], pagination: end };
  expect(envelopes.FieldValuesPage.parse(page)).toEqual(page);
});

it.each([{ notes: [{ id: 1 }], next_page_token: 'abc' }, { notes: null, next_page_token: null }, { notes: [] }])(
  'takes a legacy page: %j',
  (page) => {
    expect(envelopes.legacyPage('notes').parse(page)).toEqual(page);
  },
);

it('refuses a legacy page of something else', () => {
  expect(envelopes.legacyPage('notes').safeParse({ entity_files: [] }).success).toBe(false);
});

it('takes both ways of saying whose key it is', () => {
  const tenant = { id: 1, name: 'Quaymark', subdomain: 'not a host' };
  const user = { id: 2, firstName: 'Ines', lastName: null };
  const createdAt = '2026-02-11T09:15:00Z';
  const modern = {
    tenant,
    user: { ...user, emailAddress: 'ines@quaymark.example' },
    grant: { type: 'api-key', scopes: ['api'], createdAt },
  };
  const legacy = {
    tenant,
    user: { ...user, email: 'ines@quaymark.example' },
    grant: { type: 'api_key', scope: 'external_api', createdAt },
  };
  expect(envelopes.WhoAmI.parse(modern)).toEqual(modern);
  expect(envelopes.LegacyWhoAmI.parse(legacy)).toEqual(legacy);
});

it('takes limits with and without a month, and without a limit', () => {
  const minute = { limit: 900, remaining: 878, reset: 10, used: 22 };
  const unlimited = { limit: 'unlimited', remaining: 'unlimited', reset: 712345, used: 7 };
  for (const rate of [{ api_key_per_minute: minute }, { api_key_per_minute: minute, org_monthly: unlimited }]) {
    expect(envelopes.LegacyRateLimit.parse({ rate })).toEqual({ rate });
  }
  expect(envelopes.RateLimit.safeParse({ callerPerMinute: minute }).success).toBe(true);
  expect(envelopes.RateLimit.safeParse({ callerPerMinute: minute, orgPerMonth: minute }).success).toBe(true);
  expect(envelopes.RateLimit.safeParse({ orgPerMonth: minute }).success).toBe(false);
});
