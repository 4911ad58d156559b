import nock from 'nock';
import { describe, expect, test } from 'vitest';
import type { ApiObject } from '../../src/affinity/answers.ts';
import { ApiError, StaleCursorError } from '../../src/affinity/errors.ts';
import type { RowBytes } from '../../src/affinity/page-reader.ts';
import { MOST_BARREN_PAGES } from '../../src/affinity/page-watch.ts';
import { buildUrl } from '../../src/affinity/v2.ts';
import { HOST, KEY, openAffinity, pageOf, useNock } from '../support/nock-affinity.ts';

useNock();

const FIRST = '/v2/companies?limit=100';
const NEXT = `${HOST}/v2/companies?limit=100&cursor=a%2Fb%3D%3D`;

/** All pages, so many at most, or the error that ended them. */
async function collect(method: 'pages' | 'readPages', cursor?: string, most = Number.POSITIVE_INFINITY) {
  const pages: { rows: unknown[]; next: string | null }[] = [];
  try {
    const { v2 } = openAffinity();
    const all =
      method === 'pages'
        ? v2.pages('/v2/companies', {}, cursor)
        : v2.readPages({ read: (row) => row }, '/v2/companies', {}, cursor);
    for await (const page of all) if (pages.push(page) >= most) break;
    return { pages, error: undefined };
  } catch (error) {
    return { pages, error };
  }
}

describe('a request', () => {
  test('carries the key as a bearer token, the pinned version, and nothing of the legacy API', async () => {
    let headers: Headers | undefined;
    nock(HOST)
      .get('/v2/companies/1')
      .reply((request: Request) => {
        ({ headers } = request);
        return [200, { id: 1 }];
      });
    expect(await openAffinity().v2.get('/v2/companies/1')).toEqual({ id: 1 });
    expect(headers?.get('authorization')).toBe(`Bearer ${KEY}`);
    expect(headers?.get('x-affinity-api-version')).toBe('2026-09-17');
    expect(headers?.get('accept')).toBe('application/json');
  });

  test('repeats array parameters, leaves out what is undefined, and encodes values', () => {
    const query = { fieldTypes: ['a', 'b'], filter: 'createdAt>=2026 | x', none: undefined, limit: 5, is: true };
    expect(buildUrl(HOST, '/v2/x', query)).toBe(
      `${HOST}/v2/x?fieldTypes=a&fieldTypes=b&filter=createdAt%3E%3D2026%20%7C%20x&limit=5&is=true`,
    );
    expect(buildUrl(HOST, '/v2/x', {})).toBe(`${HOST}/v2/x`);
  });

  test('tells the time of the server', async () => {
    nock(HOST).get('/v2/a').reply(200, {}, { date: 'Thu, 01 Jan 2026 00:00:05 GMT' });
    const { connection, v2 } = openAffinity();
    expect(connection.affinity.serverTimeMs()).toBeUndefined();
    await v2.get('/v2/a');
    expect(connection.affinity.serverTimeMs()).toBe(Date.UTC(2026, 0, 1, 0, 0, 5));
  });

  test.each(['Fri, 01 Jan 99999 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', 'soon', ''])(
    'does not take "%s" for the time of the server',
    async (date) => {
      nock(HOST).get('/v2/a').reply(200, {}, { date });
      const { connection, v2 } = openAffinity();
      await v2.get('/v2/a');
      expect(connection.affinity.serverTimeMs()).toBeUndefined();
    },
  );
});

describe.each(['pages', 'readPages'] as const)('%s', (method) => {
  test('ask for 100 rows, follow the next URL exactly, and say where to go on', async () => {
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }], NEXT));
    nock(HOST)
      .get('/v2/companies?limit=100&cursor=a%2Fb%3D%3D')
      .reply(200, pageOf([{ id: 2 }]));
    const { pages } = await collect(method);
    expect(pages).toEqual([
      { rows: [{ id: 1 }], next: NEXT },
      { rows: [{ id: 2 }], next: null },
    ]);
  });

  test('go on from a saved URL', async () => {
    nock(HOST)
      .get('/v2/companies?limit=100&cursor=a%2Fb%3D%3D')
      .reply(200, pageOf([{ id: 2 }]));
    expect((await collect(method, NEXT)).pages).toHaveLength(1);
  });

  test.each([[[]], [null]])('go on behind an empty page that has a next (%j)', async (nothing) => {
    nock(HOST).get(FIRST).reply(200, pageOf(nothing, NEXT));
    nock(HOST)
      .get(/cursor/)
      .reply(200, pageOf([{ id: 2 }]));
    const { pages } = await collect(method);
    expect(pages.map(({ rows }) => rows)).toEqual([[], [{ id: 2 }]]);
  });

  test('that are sent twice in a row come empty the second time', async () => {
    const rows = [{ id: 1 }, { id: 2 }];
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf(rows, `${NEXT}1`));
    nock(HOST)
      .get(/%3D1$/)
      .reply(200, pageOf([], `${NEXT}2`));
    nock(HOST)
      .get(/%3D2$/)
      .reply(200, pageOf(rows, `${NEXT}3`));
    nock(HOST)
      .get(/%3D3$/)
      .reply(200, pageOf([{ id: 3 }]));
    const { pages } = await collect(method);
    expect(pages.flatMap((page) => page.rows)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test('end in a system_error when nothing new comes for hundreds of pages, each with a cursor of its own', async () => {
    let calls = 0;
    nock(HOST)
      .persist()
      .get(/.*/)
      .reply(() => {
        calls += 1;
        return [200, pageOf([], `${HOST}/v2/companies?limit=100&cursor=${calls}`)];
      });
    const { error } = await collect(method);
    expect(error).toMatchObject({ failureType: 'system_error', message: expect.stringContaining('do not end') });
    expect(calls).toBe(501);
  });

  test('that lead in a circle under ever new links end in a system_error, too', async () => {
    let calls = 0;
    nock(HOST)
      .persist()
      .get(/.*/)
      .reply(() => {
        calls += 1;
        return [200, pageOf([{ id: calls % 3 }], `${HOST}/v2/companies?limit=100&cursor=${calls}`)];
      });
    const { error } = await collect(method, undefined, 3 * MOST_BARREN_PAGES);
    expect(error).toMatchObject({ failureType: 'system_error', message: expect.stringContaining('do not end') });
    expect(calls).toBe(3 + MOST_BARREN_PAGES + 1);
  });

  test('that have come before, but not just before, bring their rows again', async () => {
    for (const [index, id] of [1, 2, 1, 3].entries()) {
      nock(HOST)
        .get(index === 0 ? FIRST : `${FIRST}&cursor=${index}`)
        .reply(200, pageOf([{ id }], index === 3 ? null : `${HOST}${FIRST}&cursor=${index + 1}`));
    }
    const { pages } = await collect(method);
    expect(pages.map(({ rows }) => rows)).toEqual([[{ id: 1 }], [{ id: 2 }], [{ id: 1 }], [{ id: 3 }]]);
  });

  test.each([
    ['of the very page', `${HOST}${FIRST}`],
    ['in another spelling', `${HOST}:443/v2/./companies?limit=100`],
  ])('end in a system_error when the next URL is that %s', async (_what, next) => {
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }], next));
    const { pages, error } = await collect(method);
    expect(pages).toEqual([]);
    expect(error).toMatchObject({ failureType: 'system_error', message: expect.stringContaining('circle') });
  });

  test.each([
    'https://attacker.example/v2/companies?cursor=x',
    'http://api.affinity.co/v2/companies?cursor=x',
    'https://api.affinity.co.attacker.example/v2',
    'https://api.affinity.co:8443/v2',
    '//attacker.example/v2',
    'https://user:pass@api.affinity.co/v2/companies?cursor=x',
  ])('never follow %s, to which the key would travel', async (next) => {
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }], next));
    const foreign = nock(/.*/).get(/.*/).reply(200, pageOf([]));
    const { error } = await collect(method);
    expect(error).toMatchObject({ failureType: 'system_error' });
    expect(foreign.isDone()).toBe(false);
    nock.cleanAll();
  });

  test('a relative next URL is one of the same host', async () => {
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }], '/v2/companies?cursor=x'));
    nock(HOST).get('/v2/companies?cursor=x').reply(200, pageOf([]));
    expect((await collect(method)).pages[0]?.next).toBe(`${HOST}/v2/companies?cursor=x`);
  });

  test('are over where the next URL is an empty text', async () => {
    nock(HOST)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }], ''));
    expect(await collect(method)).toEqual({ pages: [{ rows: [{ id: 1 }], next: null }], error: undefined });
  });

  test.each<[string, unknown, string]>([
    ['a list', [], 'the body'],
    ['no pagination', { data: [] }, 'pagination'],
    ['a number as next', { data: [], pagination: { nextUrl: 5 } }, 'pagination.nextUrl'],
    ['no data', { pagination: { nextUrl: null } }, 'data'],
    ['an object as data', { data: {}, pagination: {} }, 'data'],
    ['a row that is no object', { data: [{ id: 1 }, 'secret'], pagination: {} }, 'data[1]'],
  ])('whose envelope is %s end in a system_error that names the path, not the value', async (_what, body, path) => {
    nock(HOST).get(FIRST).reply(200, JSON.stringify(body));
    const { error } = await collect(method);
    expect(error).toMatchObject({ failureType: 'system_error' });
    expect(String(error)).toContain(`${path} is not`);
    expect(String(error)).not.toContain('secret');
  });

  test.each([400, 404, 410, 422])('refused with %i behind a cursor: the cursor is stale', async (status) => {
    nock(HOST)
      .get(/cursor/)
      .reply(status, { errors: [{ code: 'validation', message: 'bad', param: 'cursor' }] });
    expect((await collect(method, NEXT)).error).toBeInstanceOf(StaleCursorError);
  });

  test('refused on the first page are an error of its own', async () => {
    nock(HOST).get(FIRST).reply(404, {});
    expect((await collect(method)).error).toBeInstanceOf(ApiError);
  });

  test('whose key is refused behind a cursor: the key is refused', async () => {
    nock(HOST)
      .get(/cursor/)
      .reply(401, {});
    expect((await collect(method, NEXT)).error).toMatchObject({ status: 401, stopsSync: true });
  });

  test('whose version is refused behind a cursor: the version is refused', async () => {
    nock(HOST)
      .get(/cursor/)
      .reply(400, { errors: [{ code: 'validation', message: 'unknown', param: 'X-Affinity-Api-Version' }] });
    expect((await collect(method, NEXT)).error).toMatchObject({ status: 400, stopsSync: true });
  });

  test('a saved cursor of another host is stale, and nothing is asked', async () => {
    expect((await collect(method, 'https://attacker.example/v2/companies?cursor=x')).error).toBeInstanceOf(
      StaleCursorError,
    );
  });

  test.each<[string, string]>([
    ['HTML', '<!DOCTYPE html><html></html>'],
    ['broken JSON', '{"data":[{"id":1},,]}'],
    ['half a body', '{"data":[{"id":'],
    ['nothing', ''],
  ])('that come as %s with 200 are asked for again', async (_what, body) => {
    nock(HOST)
      .get(FIRST)
      .reply(200, body)
      .get(FIRST)
      .reply(200, pageOf([{ id: 1 }]));
    expect((await collect(method)).pages).toEqual([{ rows: [{ id: 1 }], next: null }]);
  });
});

describe('rows that are read one by one', () => {
  const page = JSON.stringify(pageOf([{ id: 1, name: 'a' }, { id: 2 }], null));

  async function readRows(): Promise<unknown[]> {
    const read = (row: ApiObject, bytes: RowBytes): unknown[] => [row['id'], bytes()?.toString()];
    const pages = await Array.fromAsync(openAffinity().v2.readPages({ read }, '/v2/companies'));
    return pages.flatMap(({ rows }) => rows);
  }

  test.each<[string, string, (string | undefined)[]]>([
    ['as it came', page, ['{"id":1,"name":"a"}', '{"id":2}']],
    ['on one line', page.replace('"id":1,', '\r\n  "id":1,'), ['{    "id":1,"name":"a"}', '{"id":2}']],
    ['with its separators escaped', page.replace('"a"', '"\u2028"'), ['{"id":1,"name":"\\u2028"}', '{"id":2}']],
    ['not at all where half a character may be in it', page.replace('"a"', '"\\uD83d"'), [undefined, '{"id":2}']],
    ['not at all behind a byte-order mark', `\ufeff${page}`, [undefined, undefined]],
  ])('come with their JSON %s', async (_how, body, jsons) => {
    nock(HOST).get(FIRST).reply(200, body);
    expect(await readRows()).toEqual(jsons.map((json, index) => [index + 1, json]));
  });

  test.each<[string, string, Record<string, string>]>([
    ['other alphabets', page.replace('"a"', '"\xe4"'), { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['stray bytes', page.replace('"a"', '"\xff"'), {}],
  ])('come without it from bodies with %s', async (_what, body, headers) => {
    nock(HOST).get(FIRST).reply(200, Buffer.from(body, 'latin1'), headers);
    expect(await readRows()).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test('are read again when their page has to be asked for again, and never of an answer that is an error', async () => {
    const seen: unknown[] = [];
    nock(HOST).get(FIRST).reply(500, page);
    nock(HOST).get(FIRST).reply(200, page.replace('{"id":2}', '{"id":2'));
    nock(HOST).get(FIRST).reply(200, page.replace('{"id":2}', '{"id":2,}'));
    nock(HOST).get(FIRST).reply(200, page);
    const read = (row: ApiObject): unknown => seen.push(row['id']);
    const pages = await Array.fromAsync(openAffinity().v2.readPages({ read }, '/v2/companies'));
    expect(pages).toHaveLength(1);
    expect(seen).toEqual([1, 1, 1, 2]);
  });

  test('of a property that comes twice are those of the last one', async () => {
    nock(HOST)
      .get(FIRST)
      .reply(200, `{"data":[{"id":7}],${page.slice(1)}`);
    expect(await readRows()).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test('end with the error that reading one throws', async () => {
    nock(HOST).get(FIRST).reply(200, page);
    const read = (): never => {
      throw new TypeError('this row');
    };
    await expect(Array.fromAsync(openAffinity().v2.readPages({ read }, '/v2/companies'))).rejects.toThrow('this row');
  });
});

describe('all', () => {
  test('begin again when a cursor is refused on the way, each row once', async () => {
    nock(HOST)
      .get(FIRST)
      .times(2)
      .reply(200, pageOf([{ id: 1 }], NEXT));
    nock(HOST)
      .get(/cursor/)
      .reply(410, {});
    nock(HOST)
      .get(/cursor/)
      .reply(200, pageOf([{ id: 2 }]));
    expect(await openAffinity().v2.all('/v2/companies')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('fail at once when what is refused is the first page', async () => {
    nock(HOST).get(FIRST).reply(404, {});
    await expect(openAffinity().v2.all('/v2/companies')).rejects.toBeInstanceOf(ApiError);
  });
});

describe('values', () => {
  const path = '/v2/companies/1/fields/f/values';

  test('whose cursor is refused are asked for from their first page once more', async () => {
    nock(HOST)
      .get(`${path}?limit=100`)
      .times(2)
      .reply(200, pageOf(['a'], `${HOST}${path}?cursor=1`));
    nock(HOST).get(`${path}?cursor=1`).reply(400, {});
    nock(HOST)
      .get(`${path}?cursor=1`)
      .reply(200, pageOf(['b']));
    expect(await openAffinity().v2.values(path)).toEqual(['a', 'b']);
  });

  test.each([400, 404, 410, 422])('refused again with %i are refused, which is no stale cursor', async (status) => {
    nock(HOST)
      .get(`${path}?limit=100`)
      .times(2)
      .reply(200, pageOf(['a'], `${HOST}${path}?cursor=1`));
    nock(HOST).get(`${path}?cursor=1`).times(2).reply(status, {});
    const error = await openAffinity()
      .v2.values(path)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status });
  });

  /** Answers these pages, each under a cursor of its own. */
  function answer(pages: readonly (readonly unknown[])[]): void {
    for (const [index, values] of pages.entries()) {
      const next = index + 1 < pages.length ? `${HOST}${path}?cursor=${index + 1}` : null;
      nock(HOST)
        .get(index === 0 ? `${path}?limit=100` : `${path}?cursor=${index}`)
        .reply(200, pageOf(values, next));
    }
  }

  test('may be scalars, follow pages, and do not double with a page that is sent twice', async () => {
    answer([['a', 'b', 'a'], ['a', 'b', 'a'], [], ['a', 'c', 'a']]);
    expect(await openAffinity().v2.values(path)).toEqual(['a', 'b', 'a', 'a', 'c', 'a']);
  });

  test.each<[string, unknown[][], number, unknown[]]>([
    ['equal pages that make up the count', [[5, 5], [5, 5], [5]], 5, [5, 5, 5, 5, 5]],
    ['equal pages of which one was sent twice', [[5, 5], [5, 5], [5, 5], [5]], 5, [5, 5, 5, 5, 5]],
    [
      'equal pages although some are gone since they were counted',
      [
        [5, 5],
        [5, 5],
      ],
      9,
      [5, 5, 5, 5],
    ],
    [
      'different pages beyond the count',
      [
        [1, 2],
        [3, 4],
      ],
      3,
      [1, 2, 3, 4],
    ],
    ['a page that was sent twice', [[1, 2], [1, 2], [3]], 3, [1, 2, 3]],
    ['objects that came twice', [[{ id: 1 }], [{ id: 1 }], [{ id: 2 }]], 2, [{ id: 1 }, { id: 2 }]],
    ['objects that are there twice', [[{ id: 1 }], [{ id: 1 }]], 2, [{ id: 1 }, { id: 1 }]],
  ])('whose number is known may be %s', async (_what, pages, total, values) => {
    answer(pages);
    expect(await openAffinity().v2.values(path, total)).toEqual(values);
  });
});
