import { expect, test } from 'vitest';
import { readBudget } from '../../src/affinity/rate-limit.ts';

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
  ['a minute without its limit', { ...user, 'x-ratelimit-limit-user': 'unlimited' }, {}],
  ['words', { ...org, 'x-ratelimit-limit-org-remaining': 'unlimited' }, {}],
  ['negative numbers', { ...org, 'x-ratelimit-limit-org-remaining': '-1' }, {}],
  ['an empty reset', { ...user, 'x-ratelimit-limit-user-reset': ' ' }, {}],
])('headers with %s', (_what, headers, expected) => {
  expect(readBudget((name) => headers[name])).toEqual(expected);
});
