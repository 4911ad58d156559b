import { describe, expect, test } from 'vitest';
import { isMonthUnlimited, readBudget } from '../../src/affinity/rate-limit.ts';

const user = {
  'x-ratelimit-limit-user': '900',
  'x-ratelimit-limit-user-remaining': '899',
  'x-ratelimit-limit-user-reset': '58',
};
const org = {
  'x-ratelimit-limit-org': '100000',
  'x-ratelimit-limit-org-remaining': '5',
  'x-ratelimit-limit-org-reset': '86400',
};
const minute = { limit: 900, remaining: 899, resetMs: 58_000 };
const month = { limit: 100_000, remaining: 5, resetMs: 86_400_000 };

test.each<[string, Record<string, string>, object]>([
  ['both pools', { ...user, ...org }, { minute, month }],
  ['no monthly quota', user, { minute }],
  ['none', {}, {}],
  [
    'a month without its limit',
    { ...org, 'x-ratelimit-limit-org': '' },
    { month: { remaining: 5, resetMs: 86_400_000 } },
  ],
  [
    'a month without its end',
    { ...org, 'x-ratelimit-limit-org-reset': 'soon' },
    { month: { limit: 100_000, remaining: 5 } },
  ],
  [
    'a month without a limit, of which nothing is left',
    { ...org, 'x-ratelimit-limit-org': 'unlimited', 'x-ratelimit-limit-org-remaining': '0' },
    {},
  ],
  ['a minute without its limit', { ...user, 'x-ratelimit-limit-user': 'unlimited' }, {}],
  ['words', { ...org, 'x-ratelimit-limit-org-remaining': 'unlimited' }, {}],
  ['negative numbers', { ...org, 'x-ratelimit-limit-org-remaining': '-1' }, {}],
  ['an empty reset', { ...user, 'x-ratelimit-limit-user-reset': ' ' }, {}],
])('headers with %s', (_what, headers, expected) => {
  expect(readBudget((name) => headers[name])).toEqual(expected);
});

describe('the month, as V1 tells it', () => {
  const month = (org_monthly: unknown) => ({ rate: { org_monthly, api_key_per_minute: { limit: 900, remaining: 1 } } });

  test.each([
    ['unlimited in every respect', month({ limit: 'unlimited', remaining: 'unlimited', reset: 1, used: 7 }), true],
    ['unlimited, with what was used', month({ limit: 'unlimited', remaining: 0, reset: null }), true],
    ['a number of calls', month({ limit: 100_000, remaining: 90_000, reset: 1, used: 10_000 }), false],
    ['not a word', month(undefined), false],
    ['null', month(null), false],
    ['another word', month({ limit: 'n/a', remaining: 'n/a' }), false],
    ['no limits at all', {}, false],
    ['no answer', undefined, false],
  ])('is %s', (_words, answer, expected) => {
    expect(isMonthUnlimited(answer)).toBe(expected);
  });
});
