import { on, setBody, setHeader, unchanged, type WrongCase } from '../bends.ts';

const LIMIT = 'x-ratelimit-limit-user';
const month = (window: unknown) => on(/^\/rate-limit$/, setBody(['rate', 'org_monthly'], window));
const witness = (refusals: number, refusalsWithDelay: number, ...names: string[]) => ({
  witness: { refusals, refusalsWithDelay, headerNames: () => names },
});

export const limitCases: readonly WrongCase[] = [
  ['version-echo', 'no header', setHeader('x-affinity-api-version'), 'refuted: no such header'],
  ['version-echo', 'older', setHeader('x-affinity-api-version', '2024-01-01'), 'refuted: 2024-01-01'],
  ['version-echo', 'no version', setHeader('x-affinity-api-version', 'Mira'), 'refuted: another version'],
  ['minute-headers', 'no limit', setHeader(LIMIT), new RegExp(`^refuted: no number in ${LIMIT}; there are: x-rate`)],
  [
    'minute-headers',
    'a word',
    setHeader(`${LIMIT}-reset`, 'soon'),
    new RegExp(`^refuted: no number in ${LIMIT}-reset; `),
  ],
  ['month-headers', 'one missing', setHeader('x-ratelimit-limit-org'), 'refuted: V1 names a quota; 2 of 3 headers'],
  [
    'month-headers',
    'another quota',
    setHeader('x-ratelimit-limit-org', '40000'),
    'refuted: V1 and the headers name different quotas',
  ],
  [
    'month-headers',
    'no quota, yet headers',
    month({ limit: 'unlimited', remaining: 'unlimited' }),
    'refuted: V1 says unlimited; 3 of 3 headers',
  ],
  ['month-headers', 'V1 is silent', month(undefined), 'undecided: V1 does not tell; 3 of 3 headers'],
  ['retry-after', 'refusals without it', unchanged, 'refuted: on 1 of 3 refusals', witness(3, 1)],
  ['retry-after', 'a refusal with it', unchanged, 'confirmed: on 1 of 1 refusal', witness(1, 1)],
  ['deprecations', 'an end', unchanged, 'refuted: there are the headers sunset', witness(0, 0, 'date', 'sunset')],
];
