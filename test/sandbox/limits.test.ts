import { describe, expect, test } from 'vitest';
import { get, start } from './support.ts';

const path = '/v2/lists?limit=1';

function pools(headers: Headers) {
  const number = (name: string) => (headers.has(name) ? Number(headers.get(name)) : null);
  return {
    limit: number('x-ratelimit-limit-user'),
    remaining: number('x-ratelimit-limit-user-remaining'),
    reset: number('x-ratelimit-limit-user-reset'),
    month: number('x-ratelimit-limit-org-remaining'),
  };
}

describe('the pool of a minute', () => {
  test('is told on every answer, and empties into 429 until the window turns', async () => {
    const sandbox = await start({ minuteLimit: 3, windowSeconds: 20 });
    expect(pools((await get(sandbox, path)).headers)).toEqual({ limit: 3, remaining: 2, reset: 20, month: null });
    expect(pools((await get(sandbox, '/v2/nowhere')).headers)).toMatchObject({ remaining: 1 });
    sandbox.advance(5000);
    expect(pools((await get(sandbox, '/lists')).headers)).toMatchObject({ remaining: 0, reset: 15 });
    const refused = await get(sandbox, path);
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ code: 'rate-limit' }] } });
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(pools(refused.headers)).toMatchObject({ remaining: 0, reset: 15 });
    sandbox.advance(15_000);
    expect((await get(sandbox, path)).status).toBe(200);
  });

  test('tells how long to wait where that is switched on', async () => {
    const sandbox = await start({ minuteLimit: 0, windowSeconds: 20, hasRetryAfter: true });
    sandbox.advance(7000);
    expect((await get(sandbox, path)).headers.get('retry-after')).toBe('13');
  });

  test('is shared with a competitor', async () => {
    const sandbox = await start({ minuteLimit: 100, competitor: 10 });
    sandbox.advance(4000);
    expect(pools((await get(sandbox, path)).headers)).toMatchObject({ remaining: 59 });
    sandbox.advance(6000);
    expect((await get(sandbox, path)).status).toBe(429);
  });

  test('can be changed and used up while running', async () => {
    const sandbox = await start({ minuteLimit: 100 });
    sandbox.spend({ minute: 90 });
    expect(pools((await get(sandbox, path)).headers)).toMatchObject({ remaining: 9 });
    sandbox.configure({ minuteLimit: 50 });
    expect((await get(sandbox, path)).status).toBe(429);
  });

  test('gives a wrong key neither limits nor a call', async () => {
    const sandbox = await start({ minuteLimit: 2 });
    const refused = await get(sandbox, path, { headers: { authorization: 'Bearer wrong' } });
    expect(pools(refused.headers).limit).toBeNull();
    expect(pools((await get(sandbox, path)).headers)).toMatchObject({ remaining: 1 });
  });
});

describe('the pool of a month', () => {
  test('ends in 429, takes nothing for V1 whoami and rate-limit, and fills when the month turns', async () => {
    const sandbox = await start({ monthLimit: 100, monthRemaining: 2 });
    expect(pools((await get(sandbox, '/rate-limit')).headers)).toMatchObject({ month: 2 });
    expect(pools((await get(sandbox, '/auth/whoami')).headers)).toMatchObject({ month: 2 });
    expect(pools((await get(sandbox, '/v2/auth/whoami')).headers)).toMatchObject({ month: 1 });
    expect(pools((await get(sandbox, path)).headers)).toMatchObject({ month: 0 });
    expect((await get(sandbox, path)).status).toBe(429);
    const told = await get(sandbox, '/rate-limit');
    expect(told).toMatchObject({
      status: 200,
      body: { rate: { org_monthly: { limit: 100, remaining: 0, used: 100 } } },
    });
    sandbox.advance(17 * 86_400_000);
    expect(pools((await get(sandbox, path)).headers)).toMatchObject({ month: 99 });
  });

  test('counts to the end of the calendar month', async () => {
    const sandbox = await start({ monthLimit: 100, now: '2026-10-31T23:59:00Z' });
    expect((await get(sandbox, path)).headers.get('x-ratelimit-limit-org-reset')).toBe('60');
  });

  test('is not told where there is none', async () => {
    const sandbox = await start({ monthLimit: null });
    expect((await get(sandbox, '/v2/rate-limit')).body).not.toHaveProperty('orgPerMonth');
    expect((await get(sandbox, '/rate-limit')).body).toMatchObject({ rate: { org_monthly: { limit: 'unlimited' } } });
  });
});

test('more requests at a time than allowed get 429 although calls remain', async () => {
  const sandbox = await start({ concurrency: 2, latencyMs: 40 });
  const answers = await Promise.all([1, 2, 3, 4].map(() => get(sandbox, path)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
  for (const { status, headers } of answers) if (status === 429) expect(pools(headers).remaining).toBeGreaterThan(0);
  expect((await get(sandbox, path)).status).toBe(200);
});

test('a request that asks for fields takes its own time, also by cursor', async () => {
  const sandbox = await start({ latencyMs: 0, fieldsLatencyMs: 60 });
  const first = await get(sandbox, '/v2/companies?limit=1&fieldTypes=global');
  await get(sandbox, (first.body as { pagination: { nextUrl: string } }).pagination.nextUrl);
  await get(sandbox, '/v2/companies?limit=1');
  const metadata = await get(sandbox, '/v2/companies/fields?limit=1');
  await get(sandbox, (metadata.body as { pagination: { nextUrl: string } }).pagination.nextUrl);
  const [withFields, byCursor, without, , aboutFields] = sandbox.requests.map(({ durationMs }) => durationMs);
  expect(withFields).toBeGreaterThan(50);
  expect(byCursor).toBeGreaterThan(50);
  expect(without).toBeLessThan(50);
  expect(aboutFields).toBeLessThan(50);
});

test('the Date header follows the clock', async () => {
  const sandbox = await start({ now: '2026-10-15T12:00:00Z' });
  sandbox.advance(3_600_000);
  expect((await get(sandbox, path)).headers.get('date')).toBe('Thu, 15 Oct 2026 13:00:00 GMT');
});
