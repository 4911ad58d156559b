import { describe, expect, test } from 'vitest';
import { get, page, start, walk } from './support.ts';

const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } });

describe('the key', () => {
  test.for([
    ['/v2/auth/whoami', { headers: { authorization: 'Bearer wrong' } }, 401],
    ['/v2/auth/whoami', { headers: { authorization: '' } }, 401],
    ['/v2/auth/whoami', basic(':sandbox-key'), 401],
    ['/v2/auth/whoami', {}, 200],
    ['/auth/whoami', {}, 200],
    ['/auth/whoami', basic(':sandbox-key'), 200],
    ['/auth/whoami', basic('user:sandbox-key'), 401],
    ['/auth/whoami', basic(':wrong'), 401],
  ] as const)('%s with %j gives %i', async ([path, init, status]) => {
    const sandbox = await start();
    expect((await get(sandbox, path, init)).status).toBe(status);
  });

  test('of a plan without V2 works on V1 alone', async () => {
    const sandbox = await start({ hasV2: false });
    expect((await get(sandbox, '/v2/lists')).status).toBe(401);
    expect((await get(sandbox, '/lists')).status).toBe(200);
  });
});

describe('permissions', () => {
  test.for([
    ['Export All Organizations directory', '/v2/companies', '/v2/companies/5000000'],
    ['Export All People directory', '/v2/persons', '/v2/persons/90001'],
    ['Export data from Lists', '/v2/opportunities', '/v2/opportunities/7200000'],
    ['Export data from Lists', '/v2/lists/3301/list-entries', '/v2/lists/3301/list-entries/420000000'],
    ['Export data from Lists', '/v2/lists/3301/saved-views/920/list-entries', '/v2/lists/3301/saved-views'],
    ['Manage duplicates', '/v2/company-merges', '/v2/companies'],
    ['Manage duplicates', '/v2/person-merges/12', '/v2/persons'],
  ] as const)('without "%s" %s is refused and %s is not', async ([permission, refused, allowed]) => {
    const sandbox = await start({ deny: [permission] });
    const got = await get(sandbox, refused);
    expect(got).toMatchObject({
      status: 403,
      body: { errors: [{ code: 'authorization', message: expect.stringContaining(permission) }] },
    });
    expect((await get(sandbox, allowed)).status).toBe(200);
  });

  test('without those to manage users and teams, rows tell less', async () => {
    const sandbox = await start({ deny: ['Manage Users', 'Manage Teams'] });
    for (const row of await walk(sandbox, '/v2/users'))
      expect(Object.keys(row)).not.toEqual(expect.arrayContaining(['role']));
    for (const row of await walk(sandbox, '/v2/teams')) expect(row).not.toHaveProperty('privacyType');
    expect(await walk(sandbox, '/v2/users')).toEqual(sandbox.rows('users'));
  });
});

describe('versions', () => {
  test.for([
    [{}, '2026-09-17'],
    [{ 'x-affinity-api-version': 'current' }, '2026-09-17'],
    [{ 'x-affinity-api-version': '2026-07-15' }, '2026-07-15'],
  ] as const)('%j is answered with %s', async ([headers, version]) => {
    const sandbox = await start();
    expect((await get(sandbox, '/v2/lists', { headers })).headers.get('x-affinity-api-version')).toBe(version);
  });

  test('without a header the default of the key answers, and it knows less', async () => {
    const sandbox = await start();
    const headers = { authorization: `Bearer ${sandbox.apiKey}` };
    const ask = async (path: string) =>
      (await fetch(`${sandbox.url}${path}`, { headers })).json() as Promise<{ data: Record<string, unknown>[] }>;
    expect((await ask('/v2/opportunities?limit=1')).data[0]).toEqual(
      expect.not.objectContaining({ isRedacted: expect.anything() }),
    );
    expect((await ask('/v2/companies/fields?limit=1')).data[0]).not.toHaveProperty('isRequired');
    const types = (await ask('/v2/companies?limit=100&fieldTypes=global')).data.flatMap(({ fields }) =>
      (fields as { value: { type: string } }[]).map(({ value }) => value.type),
    );
    expect(types).not.toContain('list-multi');
    expect((await fetch(`${sandbox.url}/v2/files`, { headers })).status).toBe(404);
  });

  test('one that does not exist is refused', async () => {
    const sandbox = await start();
    const got = await get(sandbox, '/v2/lists', { headers: { 'x-affinity-api-version': '2025-01-01' } });
    expect(got).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'validation', param: 'X-Affinity-Api-Version' }] },
    });
  });
});

describe('requests that make no sense', () => {
  test.for([
    ['/v2/companies?limit=0', 400, 'limit'],
    ['/v2/companies?limit=101', 400, 'limit'],
    ['/v2/companies?limit=x', 400, 'limit'],
    ['/v2/companies?limit=1&limit=2', 400, 'limit'],
    ['/v2/companies?ids=1,2', 400, 'ids'],
    ['/v2/companies?fieldTypes=list', 400, 'fieldTypes'],
    ['/v2/companies?fieldTypes=global,enriched', 400, 'fieldTypes'],
    ['/v2/companies?totalCount=true', 400, 'totalCount'],
    ['/v2/companies/abc', 400, 'companyId'],
    ['/v2/companies/0', 400, 'companyId'],
    ['/v2/notes/2147483648', 400, 'noteId'],
    ['/v2/companies/5000000/fields?ids=persons&types=global', 400, 'types'],
    ['/v2/companies/fields/Field_1/dropdown-options', 400, 'fieldId'],
    ['/v2/tasks/company-merges/nope', 400, 'taskId'],
    ['/v2/notes?totalCount=yes', 400, 'totalCount'],
    ['/v2/field-value-changes?orderBy=id', 400, 'orderBy'],
  ] as const)('%s gives %i naming %s', async ([path, status, param]) => {
    const sandbox = await start();
    expect(await get(sandbox, path)).toMatchObject({ status, body: { errors: [{ code: 'validation', param }] } });
  });

  test.for([
    ['/v2/companies/fields/field-700102/dropdown-options', 400],
    ['/v2/companies/fields/field-1/dropdown-options', 404],
    ['/v2/lists/3301/saved-views/922/list-entries', 400],
    ['/v2/lists/3301/saved-views/999/list-entries', 404],
    ['/v2/lists/1/list-entries', 404],
    ['/v2/companies/5000000/fields/field-700102/values', 400],
    ['/v2/companies/5000001', 404],
    ['/v2/notes/1', 404],
    ['/v2', 404],
  ] as const)('%s gives %i', async ([path, status]) => {
    const sandbox = await start();
    expect((await get(sandbox, path)).status).toBe(status);
  });

  test('other methods are refused where the path exists', async () => {
    const sandbox = await start();
    expect((await get(sandbox, '/v2/companies', { method: 'POST' })).status).toBe(405);
    expect((await get(sandbox, '/v2/nothing', { method: 'DELETE' })).status).toBe(404);
  });
});

describe('what is asked for', () => {
  test('without fieldIds and fieldTypes there is no field data; either brings what it names', async () => {
    const sandbox = await start();
    const first = async (path: string) => (await page(sandbox, path)).data?.[0];
    expect(await first('/v2/companies?limit=1')).not.toHaveProperty('fields');
    expect(await first('/v2/persons?limit=1')).toMatchObject({ fields: [] });
    expect(await first('/v2/companies?limit=1&fieldIds=field-700102&fieldIds=persons')).toMatchObject({
      fields: [{ id: 'persons' }, { id: 'field-700102' }],
    });
    const row = await first('/v2/companies?limit=1&fieldTypes=relationship-intelligence&fieldIds=persons');
    const types = new Set((row?.['fields'] as { type: string }[] | undefined)?.map(({ type }) => type));
    expect([...types].sort()).toEqual(['enriched', 'relationship-intelligence']);
  });

  test('totalCount tells the number of all rows, and limit 0 asks for nothing else', async () => {
    const sandbox = await start();
    const got = await page(sandbox, '/v2/notes?limit=0&totalCount=true');
    expect(got).toEqual({
      data: [],
      pagination: { prevUrl: null, nextUrl: null, totalCount: sandbox.counts()['notes_v2'] },
    });
  });

  test('orderBy turns the order around', async () => {
    const sandbox = await start();
    const up = (await walk(sandbox, '/v2/field-value-changes?limit=100')).map(({ id }) => id);
    expect((await walk(sandbox, '/v2/field-value-changes?limit=100&orderBy=-changedAt')).map(({ id }) => id)).toEqual(
      up.toReversed(),
    );
    const names = (await walk(sandbox, '/v2/teams?orderBy=-name')).map(({ name }) => String(name));
    expect(names).toEqual(names.toSorted().reverse());
  });
});
