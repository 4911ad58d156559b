import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import type { Transport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import { discover } from '../../src/source/discover.ts';
import { API_KEY, configOf, openAccountForTest, type Settings } from '../support/affinity-account.ts';
import { type Output, run } from '../support/airbyte-run.ts';
import { createFakeClock } from '../support/fake-clock.ts';

async function discovered(config: Settings): Promise<Output & { readonly names: readonly string[] }> {
  const clock = createFakeClock({ isAutomatic: true });
  const output = await run(['discover', '--config', 'c'], { files: { c: config }, clock });
  const catalogs = output.messages.filter(({ type }) => type === 'CATALOG');
  expect(catalogs).toHaveLength(output.exitCode === 0 ? 1 : 0);
  return { ...output, names: (catalogs[0]?.catalog?.streams ?? []).map(({ name }) => name) };
}

describe('what discover leaves out', () => {
  it.each(['columns', 'array'])(
    'is every stream that the key may not read, with a warning (%s)',
    async (field_layout) => {
      const deny = ['Export All Organizations directory', 'Export All People directory', 'Export data from Lists'];
      const account = await openAccountForTest({ deny });
      const { exitCode, names, warnings } = await discovered(
        configOf(account, { field_layout, list_references: ['3300', '3301/920'] }),
      );
      const missing: Record<string, string> = {
        companies: 'Export All Organizations directory',
        persons: 'Export All People directory',
        opportunities: 'Export data from Lists',
        list_entries: 'Export data from Lists',
        list_3300_entries: 'Export data from Lists',
        list_3301_view_920_entries: 'Export data from Lists',
      };
      expect(exitCode).toBe(0);
      for (const [stream, permission] of Object.entries(missing)) {
        expect(names).not.toContain(stream);
        expect(warnings).toContain(
          `The stream "${stream}" is left out: the role of this API key's user lacks the permission "${permission}" (403). An Affinity admin can grant it.`,
        );
      }
      expect(warnings).toHaveLength(Object.keys(missing).length);
      expect(names).toEqual(expect.arrayContaining(['lists', 'saved_views', 'notes', 'company_fields']));
    },
  );

  it('is a list or a view that is gone, with a warning', async () => {
    const account = await openAccountForTest();
    const { exitCode, names, warnings } = await discovered(
      configOf(account, { list_references: ['3300', '999', '3300/7', '998/7'] }),
    );
    expect(exitCode).toBe(0);
    expect(names.filter((name) => /^list_\d/.test(name))).toEqual(['list_3300_entries']);
    expect(warnings).toHaveLength(3);
    for (const stream of ['list_999_entries', 'list_3300_view_7_entries', 'list_998_view_7_entries']) {
      expect(warnings.filter((message) => message.startsWith(`The stream "${stream}" is left out: `))).toHaveLength(1);
    }
  });
});

describe('a discover whose page cursors are refused', () => {
  it('begins again, with a warning for each, and prints the same catalog', async () => {
    const account = await openAccountForTest();
    const config = configOf(account, { list_references: ['all'] });
    const undisturbed = await discovered(config);
    for (const path of ['companies/fields', 'companies', 'lists']) {
      account.addFault({ kind: 'empty-page', match: `/v2/${path}\\?(?!.*cursor=).*limit=100`, nth: 1 });
      account.addFault({ kind: '400-json', match: `/v2/${path}\\?.*cursor=`, nth: 1 });
    }
    const { exitCode, messages, warnings } = await discovered(config);
    expect(exitCode).toBe(0);
    expect(warnings).toHaveLength(3);
    expect(messages.at(-1)).toEqual(undisturbed.messages.at(-1));
  });

  it('each time fails with words that are true', async () => {
    const account = await openAccountForTest();
    account.addFault({ kind: 'empty-page', match: '/v2/companies/fields\\?(?!.*cursor=)' });
    account.addFault({ kind: '400-json', match: '/v2/companies/fields\\?.*cursor=' });
    const { exitCode, errors } = await discovered(configOf(account));
    expect(exitCode).toBe(1);
    expect(errors).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringMatching(/keeps refusing the page cursors it has given: the list of company fields/),
      },
    ]);
  });
});

describe('a discover that fails', () => {
  it.each<[name: string, match: string, failure: string]>([
    ['the first page of the companies', '/v2/companies\\?', 'transient_error'],
    ['the lists', '/v2/lists\\?', 'transient_error'],
    ['the fields of a list', '/v2/lists/3302/fields', 'transient_error'],
    ['one entry of a list', '/v2/lists/3303/list-entries', 'transient_error'],
  ])('for want of %s prints no catalog, which would be a poorer one', async (_name, match, failure) => {
    const account = await openAccountForTest({ faults: [{ kind: '503-html', match }] });
    const { exitCode, errors, messages } = await discovered(configOf(account, { list_references: ['all'] }));
    expect(exitCode).toBe(1);
    expect(errors.map(({ failure_type }) => failure_type)).toEqual([failure]);
    expect(messages.at(-1)?.trace?.type).toBe('ERROR');
  });

  it.each<[name: string, settings: Settings, said: RegExp]>([
    ['a wrong key', { api_key: 'a-wrong-key' }, /^Affinity refused the API key/],
    ['a view that is no sheet', { list_references: ['3300/912'] }, /^The view 912 of list 3300 is a board/],
    ['a setting', { field_layout: 'rows' }, /^The setting "field_layout" is wrong/],
  ])('because of %s says so', async (_name, settings, said) => {
    const account = await openAccountForTest();
    const { exitCode, errors } = await discovered(configOf(account, settings));
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.failure_type).toBe('config_error');
    expect(errors[0]?.message).toMatch(said);
  });

  it('asks for nothing more', async () => {
    const clock = createFakeClock({ isAutomatic: true });
    let calls = 0;
    const transport = delayed(clock, 200, (path) => {
      calls += 1;
      if (path === '/v2/lists/1/saved-views/2') return { id: 2, type: 'board' };
      const nextUrl = `https://api.affinity.co/v2/persons?cursor=${calls}`;
      return path === '/v2/persons' ? { data: [], pagination: { prevUrl: null, nextUrl } } : page([]);
    });
    const config = parseConfig({ api_key: API_KEY, list_references: ['1/2'] });
    const connection = connect(config, { clock, random: () => 0.5, transport }, { patience: 'prompt' });
    await expect(discover({ config, connection, warn: () => {} })).rejects.toThrow('is a board');
    const before = calls;
    for (let turns = 0; turns < 100; turns += 1) await turn();
    expect(calls).toBeLessThanOrEqual(before + 4);
  });
});

describe('the calls of discover', () => {
  it('are few: two for each list, two for each entity with fields, and one for each permission', async () => {
    const account = await openAccountForTest();
    await discovered(configOf(account, { list_references: ['all'] }));
    const lists = account.rows('lists').length;
    // An empty first page makes it look at the next.
    expect(account.requests.length).toBeLessThanOrEqual(2 * lists + 4 + 6);
    const asked = account.requests.map(({ path, query }) => `${path}?${query}`);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('are made side by side: fifty lists at 200 ms a call take less than ten seconds', async () => {
    const clock = createFakeClock({ isAutomatic: true });
    let calls = 0;
    const transport = delayed(clock, 200, (path) => {
      calls += 1;
      if (path === '/v2/lists')
        return page(Array.from({ length: 50 }, (_, index) => ({ id: index + 1, type: 'company', name: 'x' })));
      return page([]);
    });
    const config = parseConfig({ api_key: API_KEY, list_references: ['all'] });
    const connection = connect(config, { clock, random: () => 0.5, transport }, { patience: 'prompt' });
    const streams = await discover({ config, connection, warn: () => {} });
    expect(streams.filter(({ stream }) => /^list_\d/.test(stream.name))).toHaveLength(50);
    expect(calls).toBeGreaterThan(100);
    expect(calls).toBeLessThan(115);
    expect(clock.monotonic()).toBeLessThan(10_000);
  });
});

const page = (data: unknown[]): unknown => ({ data, pagination: { prevUrl: null, nextUrl: null } });

/** A network that takes its time by the clock that tests run. */
function delayed(
  clock: ReturnType<typeof createFakeClock>,
  latencyMs: number,
  answer: (path: string) => unknown,
): Transport {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-ratelimit-limit-user': '900',
    'x-ratelimit-limit-user-remaining': '800',
    'x-ratelimit-limit-user-reset': '60',
  };
  const send = async ({ url }: { url: string }) => {
    await clock.sleep(latencyMs);
    const body = Buffer.from(JSON.stringify(answer(new URL(url).pathname)));
    return { status: 200, headers: (name: string) => headers[name.toLowerCase()], body };
  };
  return Object.assign(send, { close: () => Promise.resolve() });
}
