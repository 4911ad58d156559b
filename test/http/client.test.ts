import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createHttpClient,
  type HttpClientOptions,
  RetriesExhaustedError,
  type RetryNotice,
} from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/exchange.ts';
import { createPacer } from '../../src/http/pacing.ts';
import { patientRetries, promptRetries } from '../../src/http/retry.ts';
import { createTransport, type Transport } from '../../src/http/transport.ts';
import { TransportError } from '../../src/http/transport-error.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const url = 'https://api.test/v2/rows';

type Reply = { status?: number; body?: string; headers?: Record<string, string>; takesMs?: number } | Error;

/** A client whose transport gives these replies in order, the last one for ever. */
function setUp(replies: Reply[], options: Partial<HttpClientOptions> = {}) {
  const clock = createFakeClock({ isAutomatic: true });
  const startMs = clock.now();
  const requests: (HttpRequest & { atMs: number })[] = [];
  const notices: RetryNotice[] = [];
  const transport: Transport = async (request) => {
    requests.push({ ...request, atMs: clock.now() - startMs });
    const reply = replies[Math.min(requests.length, replies.length) - 1] ?? {};
    if (reply instanceof Error) throw reply;
    const { takesMs = 0 } = reply;
    const { timeoutMs = Number.POSITIVE_INFINITY } = request;
    await clock.sleep(Math.min(takesMs, timeoutMs), request.signal);
    if (takesMs > timeoutMs) throw new TransportError('timeout', 'out of time');
    const { status = 200, body = '{"ok":true}', headers = {} } = reply;
    return { status, headers: (name) => headers[name.toLowerCase()], body: Buffer.from(body) };
  };
  const pacer = createPacer({ clock, monthExhausted: () => new Error('month exhausted') });
  const client = createHttpClient({
    transport,
    pacer,
    clock,
    random: () => 0.5,
    retryPolicy: patientRetries,
    readBudget,
    onRetry: (notice) => notices.push(notice),
    ...options,
  });
  const get = (signal?: AbortSignal) =>
    client.getJson({ url, headers: { authorization: 'key' }, lane: 'rows', signal });
  return { clock, client, pacer, requests, notices, get };
}

function readBudget(headers: HttpResponse['headers']) {
  const read = (name: string) => (headers(name) === undefined ? undefined : Number(headers(name)));
  const [limit, remaining, resetS, month] = ['limit', 'remaining', 'reset', 'month'].map(read);
  return {
    minute: limit === undefined ? undefined : { limit, remaining: remaining ?? 0, resetMs: (resetS ?? 0) * 1000 },
    month: month === undefined ? undefined : { remaining: month, resetMs: 86_400_000 },
  };
}

describe('an answer', () => {
  test('comes with its status, headers, JSON, size and time', async () => {
    const { get, clock, requests } = setUp([{ body: '{"data":[1]}', headers: { 'x-a': 'b' }, takesMs: 250 }]);
    const startMs = clock.now();
    const response = await get();
    expect(response).toMatchObject({ status: 200, json: { data: [1] }, receivedAtMs: startMs + 250 });
    expect(response.headers('X-A')).toBe('b');
    expect(requests).toMatchObject([{ url, headers: { authorization: 'key' } }]);
  });

  test.for<[number, string, unknown]>([
    [400, '{"errors":[]}', { errors: [] }],
    [403, '<html>', undefined],
    [404, '', undefined],
    [204, '', undefined],
    [302, '', undefined],
  ])('of status %d with the body %j is final', async ([status, body, json]) => {
    const { get, requests } = setUp([{ status, body }]);
    expect(await get()).toMatchObject({ status, json });
    expect(requests).toHaveLength(1);
  });
});

describe('retries', () => {
  test.for<[string, Reply]>([
    ['a 500', { status: 500 }],
    ['a 502 in HTML', { status: 502, body: '<html>' }],
    ['a 408', { status: 408 }],
    ['HTML with 200', { body: '<html>Just a moment</html>' }],
    ['cut JSON', { body: '{"data":[' }],
    ['an empty 200', { body: '' }],
    ['a lost connection', new TransportError('reset', 'gone')],
    ['a timeout', new TransportError('timeout', 'silence')],
  ])('after %s', async ([, reply]) => {
    const { get, requests } = setUp([reply, {}]);
    expect(await get()).toMatchObject({ status: 200, json: { ok: true } });
    expect(requests).toHaveLength(2);
  });

  test('after JSON that the caller cannot use', async () => {
    const { get, requests } = setUp([{ body: '"maintenance"' }, {}], {
      isReadable: (json) => typeof json === 'object',
    });
    expect(await get()).toMatchObject({ json: { ok: true } });
    expect(requests).toHaveLength(2);
  });

  test('wait longer each time and end after six attempts, saying what the last one was', async () => {
    const { get, requests, notices } = setUp([{ status: 503, body: '<html>' }]);
    const error: unknown = await get().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RetriesExhaustedError);
    expect(error).toMatchObject({ attempts: 6, lastStatus: 503, lastError: undefined, isUnreadable: false });
    expect(requests.map(({ atMs }) => atMs)).toEqual([0, 500, 2_000, 6_500, 20_000, 50_000]);
    expect(notices[1]).toEqual({ url, attempt: 2, status: 503, error: undefined, isUnreadable: false, delayMs: 1_500 });
  });

  test('end after three minutes, and no attempt may take longer than what is left of them', async () => {
    const { get, requests } = setUp([{ status: 504, takesMs: 59_000 }]);
    await expect(get()).rejects.toMatchObject({ attempts: 3, lastStatus: 504 });
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([180_000, 120_500, 60_000]);
  });

  test('of check and discover end within thirty seconds', async () => {
    const { get, clock } = setUp([{ status: 504, takesMs: 9_000 }], { retryPolicy: promptRetries });
    const startMs = clock.now();
    await expect(get()).rejects.toMatchObject({ attempts: 4, lastError: { kind: 'timeout' } });
    expect(clock.now() - startMs).toBe(30_000);
  });

  test('keep what the network said', async () => {
    const cause = new TransportError('tls', 'self-signed certificate');
    const { get, requests } = setUp([cause]);
    await expect(get()).rejects.toMatchObject({ attempts: 3, lastStatus: undefined, lastError: cause, cause });
    expect(requests).toHaveLength(3);
  });

  test('say when the last answer was whole but unreadable', async () => {
    const { get } = setUp([{ body: '<html>' }]);
    await expect(get()).rejects.toMatchObject({ lastStatus: 200, isUnreadable: true });
  });

  test('do not hide a defect', async () => {
    const { get, requests, pacer } = setUp([new TypeError('a bug')]);
    await expect(get()).rejects.toThrow(TypeError);
    expect(requests).toHaveLength(1);
    expect(pacer.snapshot().inFlight).toBe(0);
  });
});

describe('refusals', () => {
  const empty = { limit: '900', remaining: '0', reset: '40' };

  test('wait for the stated reset and cost no attempt', async () => {
    const refused = { status: 429, headers: empty };
    const replies = [
      { status: 500 },
      refused,
      refused,
      { status: 500 },
      { status: 500 },
      { status: 500 },
      { status: 500 },
      {},
    ];
    const { get, requests } = setUp(replies);
    expect(await get()).toMatchObject({ status: 200 });
    const gapsMs = requests.slice(1).map(({ atMs }, index) => atMs - (requests[index]?.atMs ?? 0));
    expect(gapsMs.slice(1, 3)).toEqual([41_000, 41_000]);
    expect(requests).toHaveLength(8);
  });

  test('wait as long as Retry-After says', async () => {
    const { get, requests } = setUp([{ status: 429, headers: { 'retry-after': '17' } }, {}]);
    await get();
    expect(requests[1]?.atMs).toBe(17_000);
  });

  test('end after a quarter of an hour without a single success', async () => {
    const { get, clock } = setUp([{ status: 429, headers: empty }]);
    const startMs = clock.now();
    await expect(get()).rejects.toMatchObject({ lastStatus: 429 });
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(15 * 60_000);
    expect(clock.now() - startMs).toBeLessThan(16 * 60_000);
  });

  test('are counted in a row only', async () => {
    const impatient = { ...patientRetries, maxRefusals: 2, maxRefusedMs: 0 };
    const refused = { status: 429, headers: empty };
    const { get } = setUp([refused, { status: 500 }, refused, {}], { retryPolicy: impatient });
    expect(await get()).toMatchObject({ status: 200 });
    await expect(setUp([refused], { retryPolicy: impatient }).get()).rejects.toMatchObject({ attempts: 2 });
  });

  test('of an exhausted month end at once', async () => {
    const { get, requests } = setUp([{ status: 429, headers: { ...empty, month: '0' } }]);
    await expect(get()).rejects.toThrow('month exhausted');
    expect(requests).toHaveLength(1);
  });
});

describe('abort', () => {
  test.for<[string, Reply]>([
    ['an attempt', { takesMs: 60_000 }],
    ['a delay', { status: 503, headers: { 'retry-after': '60' } }],
    ['a cool-down', { status: 429, headers: { 'retry-after': '60' } }],
  ])('during %s ends the request with the reason', async ([, reply]) => {
    const stop = new AbortController();
    const { get, clock, pacer } = setUp([reply]);
    const startMs = clock.now();
    void clock.sleep(5_000).then(() => stop.abort(new Error('stopped')));
    await expect(get(stop.signal)).rejects.toThrow('stopped');
    expect(clock.now() - startMs).toBe(5_000);
    expect(pacer.snapshot().inFlight).toBe(0);
  });
});

describe('through the real transport', () => {
  const transport = createTransport();

  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([]);
    nock.cleanAll();
  });
  afterAll(async () => {
    await transport.close();
    nock.restore();
  });

  test('an HTML error, a refusal, a lost connection, and then the rows', async () => {
    nock('https://api.test').get('/v2/rows').reply(502, '<html>');
    nock('https://api.test').get('/v2/rows').reply(429, '{}', { 'retry-after': '3' });
    nock('https://api.test')
      .get('/v2/rows')
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    nock('https://api.test', { reqheaders: { authorization: 'key' } })
      .get('/v2/rows')
      .reply(200, '{"data":[{"id":1}]}');
    const { get, notices } = setUp([], { transport });
    expect(await get()).toMatchObject({ json: { data: [{ id: 1 }] } });
    expect(notices.map(({ status, error }) => status ?? error?.kind)).toEqual([502, 429, 'reset']);
  });
});
