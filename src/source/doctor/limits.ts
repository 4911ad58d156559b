import { LegacyRateLimit } from '../../affinity/models/envelopes.ts';
import { API_VERSION } from '../../affinity/v2.ts';
import { type Answer, count } from './answers.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { everyList } from './questions.ts';

const MINUTE = ['x-ratelimit-limit-user', 'x-ratelimit-limit-user-remaining', 'x-ratelimit-limit-user-reset'];
const MONTH = ['x-ratelimit-limit-org', 'x-ratelimit-limit-org-remaining', 'x-ratelimit-limit-org-reset'];

export const minuteHeaders: Guess = {
  id: 'minute-headers',
  guess: 'Every answer tells in x-ratelimit-limit-user* what is left of the minute.',
  consequence: 'Keeps to nine tenths of it; without these headers to 13.5 calls a second.',
  async examine(ask) {
    const answer = await ask.v2(...everyList);
    const missing = MINUTE.filter((name) => readNumber(answer, name) === undefined);
    if (missing.length === 0) return confirmed(`${readNumber(answer, MINUTE[0] ?? '')} a minute`);
    const names = ask.witness.headerNames().filter((name) => /limit|quota|retry/.test(name));
    return refuted(`no number in ${missing.join(', ')}; there are: ${names.join(', ') || 'none'}`);
  },
};

export const monthHeaders: Guess = {
  id: 'month-headers',
  guess: 'Answers have x-ratelimit-limit-org* exactly if the account has a monthly quota.',
  consequence:
    'Stops with a clear error when the month or its reserve is used up; without the headers only refusals tell.',
  async examine(ask) {
    const [answer, legacy] = await Promise.all([ask.v2(...everyList), ask.v1('/rate-limit')]);
    const present = MONTH.filter((name) => readNumber(answer, name) !== undefined).length;
    const headers = `${present} of ${MONTH.length} headers`;
    const limit = LegacyRateLimit.safeParse(legacy.json).data?.rate.org_monthly?.limit;
    if (typeof limit === 'number') {
      if (present < MONTH.length) return refuted(`V1 names a quota; ${headers}`);
      const isSame = readNumber(answer, MONTH[0] ?? '') === limit;
      return isSame ? confirmed(`a quota of ${limit} in both`) : refuted('V1 and the headers name different quotas');
    }
    if (limit !== 'unlimited') return undecided(`V1 does not tell; ${headers}`);
    return present === 0 ? confirmed('unlimited, and no such headers') : refuted(`V1 says unlimited; ${headers}`);
  },
};

export const retryAfter: Guess = {
  id: 'retry-after',
  guess: 'A refusal for too many calls (429) tells in Retry-After how long to wait.',
  consequence: 'Waits for Retry-After where it is given, else until the minute is over.',
  isLast: true,
  async examine({ witness: { refusals, refusalsWithDelay } }) {
    if (refusals === 0) return undecided('no refusal was met, and none is provoked');
    const found = `on ${refusalsWithDelay} of ${count(refusals, 'refusal')}`;
    return refusalsWithDelay === refusals ? confirmed(found) : refuted(found);
  },
};

export const versionEcho: Guess = {
  id: 'version-echo',
  guess: 'Answers name the API version they follow, which is the one asked for.',
  consequence: 'Pins its version with every request; a refused version ends the sync with a clear error.',
  async examine(ask) {
    const version = (await ask.v2(...everyList)).headers('x-affinity-api-version');
    if (version === API_VERSION) return confirmed(version);
    if (version === undefined) return refuted('no such header');
    return refuted(/^\d{4}-\d\d-\d\d$/.test(version) ? version : 'another version');
  },
};

export const deprecations: Guess = {
  id: 'deprecations',
  guess: 'Nothing the connector uses is announced as going away.',
  consequence: 'None: a report is how its authors learn of it.',
  isLast: true,
  async examine({ witness }) {
    const announced = witness.headerNames().filter((name) => /^(deprecation|sunset|warning)$/.test(name));
    if (announced.length > 0) return refuted(`there are the headers ${announced.join(', ')}`);
    return confirmed('no such header on any answer');
  },
};

function readNumber({ headers }: Answer, name: string): number | undefined {
  const text = headers(name)?.trim() ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
