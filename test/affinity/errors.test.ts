import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { answerError } from '../../src/affinity/errors.ts';
import { HOST, KEY, openAffinity, useNock } from '../support/nock-affinity.ts';

useNock();

const asked = { what: 'companies', permission: 'Export data from Lists' };
const refusal = (code: string, message: string, param?: string) => ({ errors: [{ code, message, param }] });

describe('an answer that is no success', () => {
  test.each<[number, unknown, string, RegExp, boolean]>([
    [401, refusal('authentication', 'Bad key'), 'config_error', /refused the API key \(401\): Bad key\. Check/, true],
    [
      403,
      refusal('authorization', 'No'),
      'config_error',
      /may not read companies \(403\): No\. .*"Export data from Lists"/,
      false,
    ],
    [404, refusal('not-found', 'Gone'), 'config_error', /no companies \(404\): Gone/, false],
    [
      400,
      refusal('validation', 'Old', 'X-Affinity-Api-Version'),
      'system_error',
      /refused the API version.*newer release/,
      true,
    ],
    [
      400,
      refusal('validation', 'Bad filter', 'filter'),
      'system_error',
      /rejected the request.*\(400\): Bad filter/,
      false,
    ],
    [422, ['Not yet supported'], 'system_error', /\(422\): Not yet supported/, false],
    [429, {}, 'transient_error', /rate limit/, false],
    [500, undefined, 'transient_error', /could not answer/, false],
    [599, '<html>', 'transient_error', /could not answer/, false],
    [302, undefined, 'system_error', /Redirects are not followed/, false],
    [418, {}, 'system_error', /\(418\)\./, false],
    [204, undefined, 'system_error', /\(204\)/, false],
  ])('%i %j is a %s', (status, json, failureType, message, stopsSync) => {
    const error = answerError(status, json, asked);
    expect(error).toMatchObject({ status, failureType, stopsSync });
    expect(error.message).toMatch(message);
  });

  test('403 without a known permission says what an admin can do', () => {
    expect(answerError(403, {}, { what: 'files' }).message).toMatch(/may not read files \(403\)\. Its user's role/);
  });

  test.each<[unknown, string]>([
    [{ errors: [{ message: 'A' }] }, 'A'],
    [{ errors: ['B'] }, 'B'],
    [{ message: 'C' }, 'C'],
    [{ detail: 'D' }, 'D'],
    [{ error: { message: 'E' } }, 'E'],
    [{ error: 'F' }, 'F'],
    [['G'], 'G'],
    [[{ message: 'H' }], 'H'],
  ])('finds the words in %j', (json, words) => {
    expect(answerError(404, json, asked).message).toContain(`(404): ${words}:`);
  });

  test.each([[undefined], [null], ['<html>'], [5], [{}], [{ errors: [] }], [{ errors: [null] }], [[]]])(
    'does without words in %j',
    (json) => {
      expect(answerError(404, json, asked).message).toMatch(/companies \(404\): it was deleted/);
    },
  );

  test('cuts words that are too long', () => {
    expect(answerError(404, { message: 'x'.repeat(5000) }, asked).message.length).toBeLessThan(500);
  });
});

describe('over the network', () => {
  const get = (patience?: 'patient') =>
    openAffinity({}, patience)
      .v2.get('/v2/companies/1')
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  test.each<[number, string, string]>([
    [401, '{"errors":[{"code":"authentication","message":"no"}]}', 'config_error'],
    [403, '<html>Forbidden</html>', 'config_error'],
    [404, '', 'config_error'],
  ])('%i is asked once', async (status, body, failureType) => {
    nock(HOST).get('/v2/companies/1').reply(status, body);
    expect(await get()).toMatchObject({ status, failureType });
  });

  test('a redirect is not followed', async () => {
    nock(HOST).get('/v2/companies/1').reply(302, '', { location: 'https://attacker.example/login' });
    expect(await get()).toMatchObject({ status: 302, failureType: 'system_error' });
  });

  test.each<[string, number, string]>([
    ['a 500 as HTML', 500, '<html></html>'],
    ['a 503', 503, ''],
    ['HTML with 200', 200, '<html></html>'],
  ])('%s that stays is a transient_error after six attempts, without the key', async (_what, status, body) => {
    nock(HOST).get('/v2/companies/1').times(6).reply(status, body);
    const error = await get('patient');
    expect(error).toMatchObject({ failureType: 'transient_error' });
    expect(String(error)).toContain('companies');
    expect(String(error)).not.toContain(KEY);
  });

  test('a host that cannot be reached is a transient_error that names it', async () => {
    nock(HOST)
      .get('/v2/companies/1')
      .times(5)
      .replyWithError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    expect(await get()).toMatchObject({
      failureType: 'transient_error',
      message: expect.stringContaining(new URL(HOST).host),
    });
  });

  test('a 429 waits as long as it says, and costs no attempt', async () => {
    const scope = nock(HOST).get('/v2/companies/1').times(8).reply(429, {}, { 'retry-after': '1' });
    scope.get('/v2/companies/1').reply(200, { id: 1 });
    expect(await get()).toBeUndefined();
  });

  test.each([
    [0, '0', /used up; they are reset on \d{4}-\d\d-\d\d \d\d:\d\d UTC/],
    [100, '99', /Only 99 .*"monthly_call_reserve" keeps 100; they are reset on/],
  ])(
    'a month with a reserve of %i and %s calls left stops everything before the next call',
    async (reserve, left, message) => {
      nock(HOST).get('/v2/companies/1').reply(
        200,
        { id: 1 },
        {
          'x-ratelimit-limit-org': '100000',
          'x-ratelimit-limit-org-remaining': left,
          'x-ratelimit-limit-org-reset': '86400',
        },
      );
      const { v2, connection } = openAffinity({ monthly_call_reserve: reserve });
      await v2.get('/v2/companies/1');
      expect(connection.pace().monthRemaining).toBe(Number(left));
      await expect(v2.get('/v2/companies/2')).rejects.toMatchObject({
        failureType: 'config_error',
        stopsSync: true,
        message: expect.stringMatching(message),
      });
    },
  );
});
