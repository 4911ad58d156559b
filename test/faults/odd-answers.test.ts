import { describe, expect, test } from 'vitest';
import { configOf, configure, discoverStreams, nameStreams, read } from '../support/affinity-account.ts';
import type { Output } from '../support/airbyte-run.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { type Answering, openRawAccount, pageText, type RawAccount, type RawAnswer } from '../support/raw-account.ts';
import { discoverCatalog, selectStreams, syncTap } from '../support/singer-run.ts';

const hasty = { clock: createFastClock(200), random: () => 0.01 };

/** Reads opportunities, which are answered like this, and webhooks, which are as ever. */
async function readBeside(answer: Answering): Promise<{ output: Output; account: RawAccount }> {
  const account = await openRawAccount(answer);
  const output = await read(configOf(account), nameStreams(['opportunities', 'webhooks']), hasty);
  return { output, account };
}

const page = (rows: string, headers: Record<string, string> = {}): RawAnswer => ({ body: pageText(rows), headers });
const deep = (open: string, close: string): string => `${open.repeat(10_000)}1${close.repeat(10_000)}`;
const type = (contentType: string) => ({ 'content-type': contentType });

describe('an odd answer that is a page', () => {
  test.each<[string, RawAnswer, unknown]>([
    ['a key twice: the last one counts', page('{"id":1,"id":2,"name":"a"}'), { id: 2, name: 'a' }],
    [
      'keys that mean something to JavaScript',
      page('{"id":1,"constructor":{"prototype":{"odd":1}},"toString":null,"name":"a"}'),
      JSON.parse('{"id":1,"constructor":{"prototype":{"odd":1}},"toString":null,"name":"a"}'),
    ],
    ['numbers beyond all bounds', page('{"id":1,"name":"a","odd":1e400}'), { id: 1, name: 'a', odd: null }],
    ['a number where a whole one belongs', page('{"id":1,"listId":12345678901234567890}'), { id: 1, listId: null }],
    ['half a letter', page('{"id":1,"name":"a\\ud83d"}'), { id: 1, name: 'a\ufffd' }],
    ['a NUL', page('{"id":1,"name":"a\\u0000b"}'), { id: 1, name: 'a\0b' }],
    ['line separators', page('{"id":1,"name":"a\u2028b\u2029c\u0085d"}'), { id: 1, name: 'a\u2028b\u2029c\u0085d' }],
    ['a byte-order mark', { body: `\ufeff${pageText('{"id":1,"name":"Zoë"}')}` }, { id: 1, name: 'Zoë' }],
    ['the name of HTML', page('{"id":1,"name":"Zoë"}', type('text/html')), { id: 1, name: 'Zoë' }],
    ['no content type', page('{"id":1,"name":"Zoë"}', type('')), { id: 1, name: 'Zoë' }],
    [
      'UTF-8 that is called latin1',
      page('{"id":1,"name":"Zoë"}', type('application/json; charset=iso-8859-1')),
      { id: 1, name: 'Zoë' },
    ],
    [
      'latin1',
      {
        body: Buffer.from(pageText('{"id":1,"name":"Zoë"}'), 'latin1'),
        headers: type('application/json; charset=iso-8859-1'),
      },
      { id: 1, name: 'Zoë' },
    ],
    [
      'bytes that are no UTF-8',
      { body: Buffer.from(pageText('{"id":1,"name":"Zo\xeb"}'), 'latin1') },
      { id: 1, name: 'Zo\ufffd' },
    ],
  ])('with %s is read', async (_what, answer, row) => {
    const { output } = await readBeside(() => answer);
    expect(output.errors).toEqual([]);
    expect(output.recordsOf('opportunities')).toEqual([row]);
    expect(output.recordsOf('webhooks')).toHaveLength(1);
    expect(output.exitCode).toBe(0);
  });

  test.each([
    ['lists', deep('[', ']')],
    ['objects', deep('{"a":', '}')],
  ])('with ten thousand %s in each other is read, and goes out as it came', async (_what, value) => {
    const { output } = await readBeside(() => page(`{"id":1,"name":"a","odd":${value}},{"id":2,"name":${value}}`));
    expect(output.errors).toEqual([]);
    expect(output.text.includes(`"odd":${value}`)).toBe(true);
    expect(output.recordsOf('opportunities')[1]).toEqual({ id: 2, name: null });
    expect(output.statuses['webhooks']).toBe('STARTED RUNNING COMPLETE');
  });

  test('with a key named __proto__ changes nothing but that row, whatever is declared', async () => {
    const account = await openRawAccount(() => ({
      body: `{"__proto__":{"data":[]},"data":[{"id":1,"__proto__":{"polluted":1},"name":"a"},{"id":2}],"pagination":{"nextUrl":null,"__proto__":{}}}`,
    }));
    const declared = configure(await discoverStreams(configOf(account)));
    const bare = await read(configOf(account), nameStreams(['opportunities']), hasty);
    const output = await read(configOf(account), declared, hasty);
    expect(output.recordsOf('opportunities')).toEqual([{ id: 1, name: 'a' }, { id: 2 }]);
    expect(bare.text).toContain('{"id":1,"__proto__":{"polluted":1},"name":"a"}');
    expect(bare.recordsOf('opportunities')[1]).toEqual({ id: 2 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('makes valid messages of the other protocol, too', async () => {
    const rows = `{"id":1,"name":"a\\ud83d\\u0000\u2028","listId":1e400},{"id":2,"id":3,"odd":${deep('[', ']')}}`;
    const account = await openRawAccount(() => page(rows));
    const catalog = selectStreams(await discoverCatalog(configOf(account)), ['opportunities']);
    const output = await syncTap(configOf(account), { ...hasty, catalog });
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('opportunities')).toEqual([{ id: 1, name: 'a\ufffd\u2028', listId: null }, { id: 3 }]);
  });
});

describe('an odd word about the month', () => {
  const usedUp = (reset: string | undefined): RawAnswer => ({
    status: 429,
    headers: {
      'x-ratelimit-limit-org': '100000',
      'x-ratelimit-limit-org-remaining': '0',
      ...(reset === undefined ? {} : { 'x-ratelimit-limit-org-reset': reset }),
    },
    body: '{"errors":[{"code":"rate-limit","message":"Monthly limit reached."}]}',
  });

  test.each(['99999999999999', '1e300', '1795413553', 'soon', undefined])(
    'ends the sync in words when it is used up, and its end is %s',
    async (reset) => {
      const { output } = await readBeside(() => usedUp(reset));
      expect(output.exitCode).toBe(1);
      expect(output.statuses['opportunities']).toMatch(/INCOMPLETE$/);
      expect(output.errors.map(({ failure_type, message }) => ({ failure_type, message }))).toContainEqual({
        failure_type: 'config_error',
        message: expect.stringMatching(/used up; they are reset when the month is over/),
      });
      expect(output.errors.filter(({ failure_type }) => failure_type === 'system_error')).toEqual([]);
    },
  );
});

describe('an odd answer that is none', () => {
  const notJson = /answers 200, but not with JSON/;

  test.each<[string, RawAnswer, string, RegExp, number]>([
    ['NaN', page('{"id":1,"name":NaN}'), 'transient_error', notJson, 6],
    ['Infinity', page('{"id":1,"name":-Infinity}'), 'transient_error', notJson, 6],
    ['a raw NUL in a text', page('{"id":1,"name":"a\0b"}'), 'transient_error', notJson, 6],
    ['nothing at all', { body: '' }, 'transient_error', notJson, 6],
    ['HTML that is called JSON', { body: '<html></html>' }, 'transient_error', notJson, 6],
    ['an unknown alphabet', page('{"id":1}', type('application/json; charset=klingon')), 'transient_error', notJson, 6],
    ['an unknown encoding', page('{"id":1}', { 'content-encoding': 'zstd' }), 'transient_error', /not readable/, 6],
    ['text', { body: '"maintenance"' }, 'system_error', /the body is not an object/, 1],
    ['null', { body: 'null' }, 'system_error', /the body is not an object/, 1],
    ['no data', { body: '{"pagination":{"nextUrl":null}}' }, 'system_error', /data is not an array/, 1],
    ['no pagination', { body: '{"data":[{"id":1}]}' }, 'system_error', /pagination is not an object/, 1],
    ['null as pagination', { body: '{"data":[],"pagination":null}' }, 'system_error', /pagination is not/, 1],
    [
      'a page in its prototype',
      { body: '{"__proto__":{"data":[],"pagination":{"nextUrl":null}}}' },
      'system_error',
      /pagination is not an object/,
      1,
    ],
    ['a key beyond 2^53', page('{"id":9007199254740993}'), 'system_error', /no usable key at "id"/, 1],
    ['a key that is no whole number', page('{"id":1.5}'), 'system_error', /no usable key at "id"/, 1],
    ['204', { status: 204 }, 'system_error', /\(204\)/, 1],
    ['404', { status: 404, body: '{}' }, 'config_error', /has no opportunities \(404\)/, 1],
    ['410', { status: 410, body: '{}' }, 'system_error', /\(410\)/, 1],
    ['503 for good', { status: 503, body: '<html>' }, 'transient_error', /kept failing \(status 503\)/, 6],
  ])('%s ends its stream in words, and no other', async (_what, answer, failureType, words, attempts) => {
    const { output, account } = await readBeside(() => answer);
    expect(output.errors).toMatchObject([
      {
        failure_type: failureType,
        stream_descriptor: { name: 'opportunities' },
        message: expect.stringMatching(words),
      },
    ]);
    expect(output.statuses).toEqual({
      opportunities: 'STARTED RUNNING INCOMPLETE',
      webhooks: 'STARTED RUNNING COMPLETE',
    });
    expect(output.exitCode).toBe(1);
    expect(account.asked.filter((path) => path.startsWith('/v2/opportunities'))).toHaveLength(attempts);
    expect(output.text).not.toContain(account.apiKey);
  });

  test('behind a good page costs none of that page’s rows, and the state goes on from there', async () => {
    let isGood = false;
    const answer: Answering = ({ path, headers }) => {
      if (!path.includes('cursor')) return page('');
      return isGood ? page('{"id":2}') : { body: `{"data":[{"id":2}]} ${headers.host}` };
    };
    const account = await openRawAccount((request, response) =>
      request.path.includes('cursor')
        ? answer(request, response)
        : { body: pageText('{"id":1}', `http://${request.headers.host}/v2/opportunities?cursor=2`) },
    );
    const first = await read(configOf(account), nameStreams(['opportunities']), hasty);
    expect(first.recordsOf('opportunities')).toEqual([{ id: 1 }]);
    expect(first.errors).toMatchObject([{ failure_type: 'transient_error' }]);
    isGood = true;
    const second = await read(configOf(account), nameStreams(['opportunities']), { ...hasty, state: first.states });
    expect(second.recordsOf('opportunities')).toEqual([{ id: 2 }]);
    expect(second.exitCode).toBe(0);
  });

  test('a refused version of the API ends all streams with the same sentence', async () => {
    const refusal = '{"errors":[{"code":"validation","message":"no","param":"X-Affinity-Api-Version"}]}';
    const { output } = await readBeside(() => ({ status: 400, body: refusal }));
    const [first, second] = output.errors;
    expect(output.errors).toHaveLength(2);
    expect(first).toMatchObject({
      failure_type: 'system_error',
      message: expect.stringMatching(/refused the API version/),
    });
    expect(second?.message).toBe(first?.message);
  });
});

describe('a redirect', () => {
  const targets: [string, (host: string) => string][] = [
    ['to the same host', (host) => `http://${host}/v2/opportunities?moved=1`],
    ['to itself', (host) => `http://${host}/v2/opportunities?limit=100`],
    ['without a host', () => '/v2/opportunities?moved=1'],
    ['to another host', () => 'http://127.0.0.2:9/login'],
    ['to https', (host) => `https://${host}/v2/opportunities`],
    ['to nowhere', () => ''],
  ];
  const statuses = [301, 302, 303, 307, 308];

  test.each(statuses.flatMap((status) => targets.map(([where, to]) => [status, where, to] as const)))(
    '%d %s is not followed, and says so',
    async (status, _where, to) => {
      const { output, account } = await readBeside(({ headers }) => ({
        status,
        headers: { location: to(headers.host ?? '') },
        body: '<html>Moved</html>',
      }));
      expect(output.errors).toMatchObject([
        { failure_type: 'system_error', message: expect.stringMatching(/redirected .* Redirects are not followed/) },
      ]);
      expect(account.asked.filter((path) => path.startsWith('/v2/opportunities'))).toEqual([
        '/v2/opportunities?limit=100',
      ]);
    },
  );
});

describe('the key', () => {
  test.each([
    ['in plain', (key: string) => key],
    ['as V1 sends it', (key: string) => Buffer.from(`:${key}`).toString('base64')],
    ['in a URL', (key: string) => encodeURIComponent(key)],
  ])('that an error repeats (%s) is masked, in every command', async (_what, form) => {
    let isGood = true;
    const account = await openRawAccount(() =>
      isGood ? page('') : { status: 400, body: JSON.stringify({ errors: [{ message: `bad ${form(key)}` }] }) },
    );
    const key = account.apiKey;
    const catalog = selectStreams(await discoverCatalog(configOf(account)), ['opportunities']);
    isGood = false;
    const output = await read(configOf(account), nameStreams(['opportunities']), hasty);
    expect(output.errors[0]?.message).toContain('bad ****');
    const tapped = await syncTap(configOf(account), { ...hasty, catalog });
    expect(tapped.logs).toContain('bad ****');
    for (const text of [output.text, tapped.text, tapped.logs]) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(form(key));
    }
    expect(account.asked.join(' ')).not.toContain(encodeURIComponent(key));
  });
});
