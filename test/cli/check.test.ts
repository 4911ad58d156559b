import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { API_KEY, configOf, openAccountForTest } from '../support/affinity-account.ts';
import { type Output, type RunOptions, run } from '../support/airbyte-run.ts';
import { createFakeClock } from '../support/fake-clock.ts';

async function check(config: unknown, options: RunOptions = {}): Promise<Output> {
  return await run(['check', '--config', 'c'], { ...options, files: { c: config } });
}

/** The one message of a check: its status and what it says. */
function answerOf({ exitCode, messages }: Output): readonly [status: string, message: string] {
  expect(exitCode).toBe(0);
  expect(messages.map(({ type }) => type)).toEqual(['CONNECTION_STATUS']);
  const { status = '', message = '' } = messages[0]?.connectionStatus ?? {};
  return [status, message];
}

describe('a check that succeeds', () => {
  it('names the user, the tenant and the calls that are left, and asks at most a dozen things', async () => {
    const account = await openAccountForTest({ monthRemaining: 45_678 });
    const [status, message] = answerOf(
      await check(configOf(account, { list_references: ['3300', '3301/920', 'all'] })),
    );
    const user = account.account.users.rowAt(0);
    expect(status).toBe('SUCCEEDED');
    expect(message).toMatch(
      new RegExp(
        `^Connected as ${user.firstName} ${user.lastName} \\(.+@.+\\) to ${account.account.tenant.name}\\. 45,\\d{3} API calls are left this month\\.$`,
      ),
    );
    expect(account.requests.length).toBeLessThanOrEqual(12);
  });

  it('tells by the server’s clock when a month that is used up is over', async () => {
    const account = await openAccountForTest({ now: '2026-10-15T12:00:00Z', clock: 'manual', monthRemaining: 0 });
    for (const startMs of [Date.UTC(2020, 1, 3), Date.UTC(2031, 6, 9)]) {
      const clock = createFakeClock({ startMs, isAutomatic: true });
      const [status, message] = answerOf(await check(configOf(account), { clock }));
      expect(status).toBe('FAILED');
      expect(message).toBe("The account's monthly API calls are used up; they are reset on 2026-11-01 00:00 UTC.");
    }
  });

  it('says that there is no monthly limit where there is none', async () => {
    const account = await openAccountForTest({ monthLimit: null });
    expect(answerOf(await check(configOf(account)))[1]).toContain('The account has no monthly limit of API calls.');
  });

  it('names every stream that the key may not read, with the permission it lacks', async () => {
    const account = await openAccountForTest({
      deny: ['Export All Organizations directory', 'Export data from Lists', 'Manage duplicates'],
    });
    const [status, message] = answerOf(await check(configOf(account, { list_references: ['3300'] })));
    expect(status).toBe('SUCCEEDED');
    expect(message).toContain('Not readable without the permission "Export All Organizations directory": companies.');
    expect(message).toMatch(
      /Not readable without the permission "Export data from Lists": opportunities, list_entries, list_3300_entries\./,
    );
    expect(message).toMatch(
      /Not readable without the permission "Manage duplicates[^"]*": company_merges, person_merges\./,
    );
    expect(message).not.toContain('Export All People directory');
  });

  it('says which reference is gone when another one is there', async () => {
    const account = await openAccountForTest();
    const [status, message] = answerOf(
      await check(configOf(account, { list_references: ['3300', '999', '3301/7', '998/5'] })),
    );
    expect(status).toBe('SUCCEEDED');
    expect(message).toContain(
      'These list references do not exist any more, or this key cannot see them, and are left out: 999, 3301/7, 998/5.',
    );
  });

  it('finds no fault with "all" in an account without lists', async () => {
    const account = await openAccountForTest();
    for (const { id } of account.rows('lists')) account.change({ kind: 'delete-list', listId: Number(id) });
    expect(answerOf(await check(configOf(account, { list_references: ['all'] })))[0]).toBe('SUCCEEDED');
  });
});

describe('a check that fails', () => {
  it.each<[name: string, settings: Record<string, unknown>, message: RegExp]>([
    ['a wrong key', { api_key: 'a-wrong-key' }, /^Affinity refused the API key \(401\)/],
    [
      'no existing reference',
      { list_references: ['998', '999/5'] },
      /^None of the list references exists, or this key cannot see them: 998, 999\/5\.$/,
    ],
    [
      'a view that is a board',
      { list_references: ['3300/912'] },
      /^The view 912 of list 3300 is a board, and only the entries of sheets can be read\./,
    ],
    [
      'a reference of another product',
      { list_references: ['https://app.hubspot.com/lists/7'] },
      /^The list reference "https:\/\/app\.hubspot\.com\/lists\/7" is not understood/,
    ],
    ['a host that is not Affinity’s', { api_base_url: 'https://evil.example' }, /^The setting "api_base_url" is wrong/],
  ])('says so of %s', async (_name, settings, said) => {
    const account = await openAccountForTest();
    const [status, message] = answerOf(await check(configOf(account, settings)));
    expect(status).toBe('FAILED');
    expect(message).toMatch(said);
    expect(message).not.toContain('a-wrong-key');
  });

  it('says so of a plan without V2', async () => {
    const account = await openAccountForTest({ hasV2: false });
    const [status, message] = answerOf(await check(configOf(account)));
    expect(status).toBe('FAILED');
    expect(message).toMatch(
      /^The API key is valid for the legacy API \(V1\) only: the plan .* does not include the API V2/,
    );
  });

  it.each([[['503-html'], 503] as const, [['500-json'], 500] as const])(
    'says so of a service that answers %j',
    async ([kind], status) => {
      const account = await openAccountForTest({ faults: [{ kind }] });
      const clock = createFakeClock({ isAutomatic: true });
      const answer = answerOf(await check(configOf(account), { clock }));
      expect(answer[0]).toBe('FAILED');
      expect(answer[1]).toContain(`No usable answer for the owner of the API key: ${new URL(account.url).host}`);
      expect(answer[1]).toContain(String(status));
      expect(clock.monotonic()).toBeLessThanOrEqual(30_000);
    },
  );

  it('gives up on a host that nobody can reach within half a minute', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const clock = createFakeClock({ isAutomatic: true });
    const [status, message] = answerOf(
      await check({ api_key: API_KEY, api_base_url: `http://127.0.0.1:${port}` }, { clock }),
    );
    expect(status).toBe('FAILED');
    expect(message).toContain(`127.0.0.1:${port} refuses connections`);
    expect(clock.monotonic()).toBeGreaterThan(0);
    expect(clock.monotonic()).toBeLessThanOrEqual(30_000);
  });

  it('survives a fault that passes', async () => {
    const account = await openAccountForTest({
      faults: [
        { kind: '503-html', times: 2 },
        { kind: 'reset-in-body', times: 1 },
      ],
    });
    const clock = createFakeClock({ isAutomatic: true });
    expect(answerOf(await check(configOf(account), { clock }))[0]).toBe('SUCCEEDED');
  });
});

describe('an API that repeats the key in its errors', () => {
  it.each([403, 404, 422, 500])('does not get it printed (%i)', async (status) => {
    const basic = btoa(`:${API_KEY}`);
    const echo = `the key ${API_KEY} (${encodeURIComponent(API_KEY)}, ${btoa(API_KEY)}, Basic ${basic}) is no good`;
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', location: `/${API_KEY}` });
      response.end(JSON.stringify({ errors: [{ code: 'x', message: echo, param: API_KEY }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const config = { api_key: API_KEY, api_base_url: `http://127.0.0.1:${port}`, list_references: ['all'] };
    const files = {
      c: config,
      k: { streams: ['companies', 'notes', 'list_1_entries'].map((name) => ({ stream: { name } })) },
    };
    for (const argv of [
      ['check', '--config', 'c'],
      ['discover', '--config', 'c'],
      ['read', '--config', 'c', '--catalog', 'k'],
    ]) {
      const clock = createFakeClock({ isAutomatic: true });
      const { text, messages } = await run([...argv, '--debug'], { files, clock });
      expect(messages.length).toBeGreaterThan(0);
      for (const form of [API_KEY, basic, btoa(API_KEY), encodeURIComponent(API_KEY)]) expect(text).not.toContain(form);
      if (status !== 500) expect(text).toContain('****');
    }
  });

  it('does not get the protocol broken by a key that is one of its words', async () => {
    const account = await openAccountForTest();
    for (const apiKey of ['a', 'type', 'trace', 'ERROR', 'status']) {
      expect(answerOf(await check(configOf({ ...account, apiKey })))[0]).toBe('FAILED');
    }
  });
});
