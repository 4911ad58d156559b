import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { StaleCursorError } from '../../src/affinity/errors.ts';
import { MOST_BARREN_PAGES } from '../../src/affinity/page-watch.ts';
import { HOST, KEY, openAffinity, useNock } from '../support/nock-affinity.ts';

useNock();

async function collect(cursor?: string, most = Number.POSITIVE_INFINITY) {
  const pages: { rows: unknown[]; hasNext: boolean; token: string | undefined }[] = [];
  try {
    for await (const page of openAffinity().v1.readPages({ read: (row) => row }, '/notes', 'notes', cursor)) {
      if (pages.push(page) >= most) break;
    }
    return { pages, error: undefined };
  } catch (error) {
    return { pages, error };
  }
}

test('the key travels as a password without a user, and no version', async () => {
  let headers: Headers | undefined;
  nock(HOST)
    .get('/auth/whoami')
    .reply((request: Request) => {
      ({ headers } = request);
      return [200, {}];
    });
  await openAffinity().v1.get('/auth/whoami');
  expect(headers?.get('authorization')).toBe(`Basic ${btoa(`:${KEY}`)}`);
  expect(headers?.has('x-affinity-api-version')).toBe(false);
});

describe('pages of the legacy API', () => {
  test('ask for 500 rows, follow tokens, and tell the token each was asked for with', async () => {
    nock(HOST)
      .get('/notes?page_size=500')
      .reply(200, { notes: [{ id: 1 }], next_page_token: 'a=/b' });
    nock(HOST)
      .get('/notes?page_size=500&page_token=a%3D%2Fb')
      .reply(200, { notes: [{ id: 2 }], next_page_token: 'c' });
    nock(HOST).get('/notes?page_size=500&page_token=c').reply(200, { notes: [], next_page_token: null });
    expect((await collect()).pages).toEqual([
      { rows: [{ id: 1 }], hasNext: true, token: undefined },
      { rows: [{ id: 2 }], hasNext: true, token: 'a=/b' },
      { rows: [], hasNext: false, token: 'c' },
    ]);
  });

  test('that are sent twice in a row come empty the second time', async () => {
    const notes = [{ id: 1 }, { id: 2 }];
    nock(HOST).get('/notes?page_size=500').reply(200, { notes, next_page_token: 'a' });
    nock(HOST)
      .get(/page_token=a/)
      .reply(200, { notes: null, next_page_token: 'b' });
    nock(HOST)
      .get(/page_token=b/)
      .reply(200, { notes, next_page_token: 'c' });
    nock(HOST)
      .get(/page_token=c/)
      .reply(200, { notes: [{ id: 3 }] });
    expect((await collect()).pages.flatMap(({ rows }) => rows)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test.each<[string, unknown, unknown[]]>([
    ['a bare list', [{ id: 1 }], [{ id: 1 }]],
    ['a null list', { notes: null, next_page_token: null }, []],
    ['no token', { notes: [{ id: 1 }] }, [{ id: 1 }]],
    ['an empty token', { notes: [{ id: 1 }], next_page_token: '' }, [{ id: 1 }]],
  ])('may be %s', async (_what, body, rows) => {
    nock(HOST).get('/notes?page_size=500').reply(200, JSON.stringify(body));
    expect((await collect()).pages).toEqual([{ rows, hasNext: false, token: undefined }]);
  });

  test.each([
    ['lead back to themselves', ['a', 'a']],
    ['lead in a circle', ['a', 'b', 'a']],
  ])('that %s end in a system_error', async (_what, tokens) => {
    let token = '';
    for (const next of tokens) {
      nock(HOST).get(`/notes?page_size=500${token}`).reply(200, { notes: [], next_page_token: next });
      token = `&page_token=${next}`;
    }
    expect((await collect()).error).toMatchObject({ failureType: 'system_error' });
  });

  test('that lead in a circle under ever new tokens end in a system_error', async () => {
    let calls = 0;
    nock(HOST)
      .persist()
      .get(/.*/)
      .reply(() => {
        calls += 1;
        return [200, { notes: [{ id: calls % 2 }], next_page_token: `${calls}` }];
      });
    const { error } = await collect(undefined, 3 * MOST_BARREN_PAGES);
    expect(error).toMatchObject({ failureType: 'system_error', message: expect.stringContaining('do not end') });
    expect(calls).toBe(2 + MOST_BARREN_PAGES + 1);
  });

  test.each<[string, unknown, string]>([
    ['text', 'secret', 'the body'],
    ['without rows', { next_page_token: null }, 'notes'],
    ['with a number as token', { notes: [], next_page_token: 5 }, 'next_page_token'],
    ['with a row that is no object', { notes: [5] }, 'notes[0]'],
  ])('%s end in a system_error that names the path', async (_what, body, path) => {
    nock(HOST).get('/notes?page_size=500').reply(200, JSON.stringify(body));
    const { error } = await collect();
    expect(error).toMatchObject({ failureType: 'system_error', message: expect.stringContaining(`${path} is not`) });
    expect(String(error)).not.toContain('secret');
  });

  test('a token that is no longer taken is stale', async () => {
    nock(HOST)
      .get(/page_token=old/)
      .reply(422, ['Invalid page_token variable']);
    expect((await collect('old')).error).toBeInstanceOf(StaleCursorError);
  });
});
