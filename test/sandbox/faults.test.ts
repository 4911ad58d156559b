import { describe, expect, test } from 'vitest';
import { type FaultKind, faultKinds } from '../../sandbox/faults/rule.ts';
import { get, page, start, type V2Page, walk } from './support.ts';

const path = '/v2/emails?limit=10';

async function once(kind: FaultKind, url = path) {
  const sandbox = await start();
  sandbox.setFaults([{ kind, nth: 1, delayMs: 30, retryAfterSeconds: 2 }]);
  return { sandbox, ask: () => get(sandbox, url) };
}

describe('an answer with a fault', () => {
  test.for([
    ['500-html', 500, 'text/html'],
    ['502-html', 502, 'text/html'],
    ['503-html', 503, 'text/html'],
    ['504-html', 504, 'text/html'],
    ['500-json', 500, 'application/json'],
    ['400-json', 400, 'application/json'],
    ['403-json', 403, 'application/json'],
    ['404-json', 404, 'application/json'],
    ['405-json', 405, 'application/json'],
    ['410-json', 410, 'application/json'],
    ['422-json', 422, 'application/json'],
    ['html-200', 200, 'text/html'],
    ['broken-json', 200, 'application/json'],
    ['short-json', 200, 'application/json'],
    ['wrong-content-type', 200, 'text/plain'],
    ['redirect', 302, 'application/json'],
    ['stall', 200, 'application/json'],
  ] as const)('%s has status %i and type %s, and the next one is whole', async ([kind, status, type]) => {
    const { ask } = await once(kind);
    const got = await ask();
    expect(got.status).toBe(status);
    expect(got.headers.get('content-type')).toContain(type);
    const isReadable = kind === 'wrong-content-type' || kind === 'stall' || /^\d+-json$/.test(kind);
    expect(typeof got.body).toBe(isReadable ? 'object' : 'string');
    expect((await ask()).body).toMatchObject({ data: expect.any(Array) });
  });

  test.for(['reset-before-answer', 'reset-in-body', 'cut-content-length', 'cut-chunked'] as const)(
    '%s breaks the connection',
    async (kind) => {
      const { ask } = await once(kind);
      await expect(ask()).rejects.toThrow();
      expect((await ask()).status).toBe(200);
    },
  );

  test('hang never answers, and closing the sandbox ends it', async () => {
    const { sandbox, ask } = await once('hang');
    const pending = expect(ask()).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sandbox.requests).toMatchObject([{ status: 0, fault: 'hang' }]);
    await sandbox.close();
    await pending;
  });

  test('redirect leads to another host', async () => {
    const { ask } = await once('redirect');
    expect((await ask()).headers.get('location')).toMatch(/^https:\/\/login\.attacker\.example/);
  });
});

describe('a 429 on purpose', () => {
  test.for([
    ['rate-limit', '0', null],
    ['rate-limit-retry-after', '0', '2'],
    ['rate-limit-bare', null, null],
    ['rate-limit-concurrency', '1000000', null],
  ] as const)('%s tells %s calls remaining and to wait %s', async ([kind, remaining, wait]) => {
    const { ask } = await once(kind);
    const { status, headers } = await ask();
    expect([status, headers.get('x-ratelimit-limit-user-remaining'), headers.get('retry-after')]).toEqual([
      429,
      remaining,
      wait,
    ]);
    expect((await ask()).headers.get('x-ratelimit-limit-user-remaining')).toBe('999999');
  });
});

describe('a bent page', () => {
  test.for(['empty-page', 'null-data'] as const)('%s holds the rows back and leads to them', async (kind) => {
    const { sandbox, ask } = await once(kind);
    const got = (await ask()).body as V2Page;
    expect(got.data).toEqual(kind === 'null-data' ? null : []);
    expect(await walk(sandbox, got.pagination.nextUrl ?? '')).toEqual(sandbox.rows('emails'));
  });

  test.for(['empty-page', 'null-data', 'duplicate-page'] as const)('%s leads to a new URL each time', async (kind) => {
    const sandbox = await start();
    sandbox.setFaults([{ kind, match: 'GET /v2/emails', times: 3 }]);
    const urls: string[] = [];
    for (let url: string | null = '/v2/emails?limit=100'; url !== null && urls.length < 4; ) {
      urls.push(url);
      url = (await page(sandbox, url)).pagination.nextUrl;
    }
    expect(new Set(urls).size).toBe(4);
  });

  test('duplicate-page brings the same rows twice under two URLs', async () => {
    const { sandbox, ask } = await once('duplicate-page');
    const got = (await ask()).body as V2Page;
    const again = await page(sandbox, got.pagination.nextUrl ?? '');
    expect(again.data).toEqual(got.data);
    expect(again.pagination.nextUrl).not.toBe(got.pagination.nextUrl);
  });

  test('repeated-next-url leads to where one is, foreign-next-url to somebody else', async () => {
    const repeated = await once('repeated-next-url');
    expect(((await repeated.ask()).body as V2Page).pagination.nextUrl).toBe(`${repeated.sandbox.url}${path}`);
    const foreign = await once('foreign-next-url');
    expect(((await foreign.ask()).body as V2Page).pagination.nextUrl).toMatch(/^https:\/\/api\.attacker\.example\//);
  });

  test('works on V1 too', async () => {
    const { sandbox, ask } = await once('null-data', '/notes?page_size=5');
    const got = (await ask()).body as { notes: null; next_page_token: string };
    expect(got.notes).toBeNull();
    expect((await get(sandbox, `/notes?page_size=5&page_token=${got.next_page_token}`)).body).toMatchObject({
      notes: expect.any(Array),
    });
  });
});

describe('rules', () => {
  test('strike the nth matching request, and as often as they say', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ kind: '502-html', match: '^GET /v2/emails', nth: 2, times: 2 }]);
    const statuses: number[] = [];
    for (const url of [path, '/v2/lists', path, path, path]) statuses.push((await get(sandbox, url)).status);
    expect(statuses).toEqual([200, 200, 502, 502, 200]);
    expect(sandbox.counters()).toMatchObject({ total: 5, byStatus: { 200: 3, 502: 2 }, faults: { '502-html': 2 } });
  });

  test('by chance meet the same requests every time', async () => {
    const run = async () => {
      const sandbox = await start({ faults: [{ kind: '503-html', probability: 0.4 }] });
      const statuses: number[] = [];
      for (let number = 0; number < 30; number += 1) statuses.push((await get(sandbox, '/v2/lists?limit=1')).status);
      return statuses;
    };
    const statuses = await run();
    expect(statuses).toEqual(await run());
    expect(statuses).toContain(503);
    expect(statuses).toContain(200);
  });

  test('cleared leave everything as it was', async () => {
    const sandbox = await start({ faults: 1 });
    sandbox.clearFaults();
    expect((await get(sandbox, path)).status).toBe(200);
  });

  test('are all known by name', () => {
    expect(new Set(faultKinds).size).toBe(faultKinds.length);
  });
});
