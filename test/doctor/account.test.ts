import { describe, expect, it } from 'vitest';
import { openAccountForTest } from '../support/affinity-account.ts';
import { reportOn, saidOf } from './run-doctor.ts';

/** Without a hundred companies one of the guesses cannot be told. */
const WHOLE = { scale: 1 };
const MOST_CALLS = 25;

const documented = {
  'version-echo': 'confirmed: 2026-09-17',
  'minute-headers': 'confirmed: 1000000 a minute',
  'month-headers': 'confirmed: a quota of 100000 in both',
  'retry-after': 'undecided: no refusal was met, and none is provoked',
  deprecations: 'confirmed: no such header on any answer',
  'null-in-filters': 'confirmed: 6 of 20 notes never edited, none for a date to come',
  'either-date': 'confirmed: 6 of 20 notes never edited',
  'whole-seconds': 'confirmed: status 400 (validation, parameter filter)',
  'mixed-filter': 'confirmed: status 200, 50 rows',
  'empty-page': 'confirmed: `data` is an empty array',
  'next-link': 'confirmed: the same host, a cursor',
  'cursor-age': 'confirmed: after 15 s: 20 rows',
  'unknown-cursor': 'confirmed: status 400 (validation, parameter cursor)',
  'default-limits': 'confirmed: notes: 20 of 150; reminders: at least 50; files: at least 60; teams: at least 3',
  'hundred-ids': 'confirmed: 100 of 100 rows came',
  'field-choice': 'confirmed: fields of both',
  'values-endpoint': 'confirmed: 100 of 240 values (person-multi), and a next page',
  'cut-values': expect.stringMatching(/^confirmed: 0 of \d+ fields without `totalCount`, the longest with 100$/),
  // The sandbox deviates on purpose.
  'value-types': 'refuted: unknown: geo-polygon',
  'text-values': expect.stringMatching(/^confirmed: \d+ items, \d+ with a link$/),
  formulas: expect.stringMatching(/^confirmed: \d+ values$/),
  'metadata-lag': 'refuted: 2 of 62 fields missing: affinity-data-late-arrival, 1 custom field',
  'board-entries': 'confirmed: a board: status 400 (bad-request)',
  'notes-order': 'confirmed: id ascending, createdAt ascending',
  'merges-order': 'confirmed: startedAt descending, 6 rows',
  'own-relationships': 'confirmed: 35 of 35: 35 as person1, 0 as person2, 0 of others',
  'team-members': 'confirmed: status 200, as documented',
  'v1-form': 'confirmed: an object',
  'v1-replies': 'confirmed: 251 of 401 rows',
  'v1-notes-order': 'confirmed: id descending',
  'v1-token': 'confirmed: JSON with `offset`',
  'file-size': 'confirmed: a number',
};

describe('the report on an account', () => {
  it('confirms what the API does as documented, with few calls that only read', async () => {
    const account = await openAccountForTest(WHOLE);
    const report = await reportOn(account);
    expect(saidOf(report)).toEqual(documented);
    expect(account.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(report.calls).toBe(account.requests.length);
    expect(report.calls).toBeLessThanOrEqual(MOST_CALLS);
  });

  it('says nothing for certain of a young account, and says why', async () => {
    const account = await openAccountForTest();
    const report = await reportOn(account);
    expect(saidOf(report)['hundred-ids']).toBe('undecided: 50 of 50 rows came, and there are no more to ask for');
    expect(report.calls).toBeLessThanOrEqual(MOST_CALLS);
  });

  it('names what a key without permissions cannot tell, and tells the rest', async () => {
    const deny = [
      'Export All Organizations directory',
      'Export All People directory',
      'Export data from Lists',
      'Manage duplicates',
    ];
    const said = saidOf(await reportOn(await openAccountForTest({ ...WHOLE, deny })));
    const refusal = 'undecided: status 403 (authorization, no permission)';
    const { 'board-entries': board, ...rest } = said;
    expect(board).toBe('undecided: a board: status 403 (authorization, no permission)');
    const denied = Object.keys(rest).filter((id) => rest[id] === refusal);
    expect(denied).toEqual([
      ...['hundred-ids', 'field-choice', 'values-endpoint', 'cut-values', 'value-types', 'text-values', 'formulas'],
      ...['metadata-lag', 'merges-order'],
    ]);
    for (const id of denied) delete rest[id];
    expect(documented).toMatchObject(rest);
  });

  it.each([
    ['503-html', '/v2/company-merges', ['merges-order'], 'undecided: status 503 (5 attempts)'],
    ['500-json', '/members', ['team-members'], 'undecided: status 500 (5 attempts)'],
    ['reset-before-answer', '/relationships', ['own-relationships'], 'undecided: no answer: reset (5 attempts)'],
    ['html-200', '/rate-limit', ['month-headers'], 'undecided: status 200, unreadable (5 attempts)'],
    ['broken-json', '/entity-files', ['v1-token', 'file-size'], 'undecided: status 200, unreadable (5 attempts)'],
  ] as const)('survives %s at %s, which spoils no other finding', async (kind, match, spoilt, said) => {
    const account = await openAccountForTest({ ...WHOLE, faults: [{ kind, match }] });
    const report = saidOf(await reportOn(account));
    expect(report).toEqual({ ...documented, ...Object.fromEntries(spoilt.map((id) => [id, said])) });
  });

  it.each([
    ['rate-limit-retry-after', 'confirmed: on 1 of 1 refusal'],
    ['rate-limit', 'refuted: on 0 of 1 refusal'],
  ] as const)('sees the headers of a refusal that is got over (%s)', async (kind, said) => {
    const account = await openAccountForTest({ ...WHOLE, faults: [{ kind, match: '/v2/teams', times: 1 }] });
    const report = saidOf(await reportOn(account));
    expect(report).toEqual({ ...documented, 'retry-after': said });
  });

  it('knows an account without a monthly quota', async () => {
    const account = await openAccountForTest({ ...WHOLE, monthLimit: null });
    expect(saidOf(await reportOn(account))['month-headers']).toBe('confirmed: unlimited, and no such headers');
  });

  it('stops asking when the month is used up, and says so of all that is left', async () => {
    const account = await openAccountForTest({ ...WHOLE, monthRemaining: 10 });
    const report = await reportOn(account);
    expect(report.calls).toBeLessThan(15);
    const said = Object.values(saidOf(report)).filter((finding) => /^undecided: .*calls/.test(finding));
    expect(said.length).toBeGreaterThan(5);
  });
});
