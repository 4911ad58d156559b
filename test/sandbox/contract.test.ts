import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { v1Contract, v1Error } from '../../sandbox/contract/v1.ts';
import { v2Contract, v2Error } from '../../sandbox/contract/v2.ts';
import { routes } from '../../sandbox/routes/index.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { examplesOf } from './examples.ts';
import { get, start, type V2Page } from './support.ts';

const contract = { ...v1Contract, ...v2Contract };
const mostPages = 4;

async function check(sandbox: Sandbox, path: string, url: string): Promise<void> {
  const schema = contract[path];
  if (schema === undefined) throw new Error(`no contract for ${path}`);
  let next: string | null = url;
  for (let number = 0; next !== null && number < mostPages; number += 1) {
    const got = await get(sandbox, next);
    // Fields of some types have no pages of values.
    if (got.status === 400 && path.includes('{fieldId}')) return expect(v2Error.safeParse(got.body).success).toBe(true);
    expect(got.status, next).toBe(200);
    const result = schema.safeParse(got.body);
    if (!result.success) throw new Error(`${next}: ${z.prettifyError(result.error).slice(0, 2000)}`);
    next = path.startsWith('/v2/') ? ((got.body as Partial<V2Page>).pagination?.nextUrl ?? null) : null;
  }
}

describe('contract', () => {
  test('has every route of the table, and no other', () => {
    expect(Object.keys(contract).sort()).toEqual(routes.map(({ path }) => path).sort());
  });

  test.for([
    { scale: 1, seed: 1 },
    { scale: 0.2, seed: 7 },
    { scale: 3, seed: 42 },
  ])('every answer keeps it at scale $scale with seed $seed', async ({ scale, seed }) => {
    const sandbox = await start({ scale, seed });
    for (const { path, params } of routes)
      for (const url of examplesOf(sandbox, path, Object.keys(params))) await check(sandbox, path, url);
  });

  test.for([
    ['/v2/companies?nope=1', 400],
    ['/v2/companies/1', 404],
    ['/v2/companies/5000101', 422],
    ['/v2/nowhere', 404],
    ['/notes?page_size=501', 422],
    ['/notes/1', 404],
    ['/nowhere', 404],
  ] as const)('the error of %s has status %i and a body of the contract', async ([path, status]) => {
    const sandbox = await start();
    const got = await get(
      sandbox,
      path === '/v2/companies/5000101' ? `/v2/companies/${sandbox.account.merges.company.rowAt(0).duplicateId}` : path,
    );
    expect(got.status).toBe(status);
    const schema = path.startsWith('/v2/') ? v2Error : v1Error;
    expect(schema.safeParse(got.body).success).toBe(true);
  });
});
