import { describe, expect, test } from 'vitest';
import { configOf, configure, discoverStreams, nameStreams, read } from '../support/affinity-account.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { serveLocally } from '../support/local-server.ts';
import { discoverCatalog, selectStreams, syncTap } from '../support/singer-run.ts';

interface LargeAccount {
  readonly lists: number;
  readonly fields: number;
  /** Names of the first fields of every list; the others are numbered. */
  readonly names?: readonly string[];
}

const PAGE = 100;

/** An account with many lists, of one entry each, which has a value in every one of many fields. */
async function openLargeAccount({ lists, fields, names = [] }: LargeAccount): Promise<{ url: string; apiKey: string }> {
  const field = (index: number) => ({ id: `field-${index + 1}`, name: names[index] ?? `Field ${index}`, type: 'list' });
  const collections: [RegExp, number, (index: number, id: number) => object][] = [
    [/^\/v2\/lists$/, lists, (index) => ({ id: index + 1, name: `List ${index}`, type: 'company', isPublic: true })],
    [
      /^\/v2\/lists\/(\d+)\/fields$/,
      fields,
      (index) => ({ ...field(index), valueType: 'text', enrichmentSource: null, description: null, isRequired: false }),
    ],
    [
      /^\/v2\/lists\/(\d+)\/list-entries$/,
      1,
      (_index, id) => ({
        id: 1_000_000 + id,
        type: 'company',
        listId: id,
        createdAt: '2026-01-01T00:00:00Z',
        creatorId: 1,
        entity: {
          id,
          name: 'A company',
          domain: null,
          domains: [],
          isGlobal: false,
          fields: Array.from({ length: fields }, (_, at) => ({
            ...field(at),
            enrichmentSource: null,
            value: { type: 'text', data: `value ${at}` },
          })),
        },
      }),
    ],
  ];
  const origin = await serveLocally((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    response.setHeader('content-type', 'application/json');
    for (const [path, count, rowOf] of collections) {
      const found = path.exec(url.pathname);
      if (found === null) continue;
      const first = Number(url.searchParams.get('cursor') ?? 0);
      const size = Math.min(PAGE, count - first);
      const data = Array.from({ length: size }, (_, index) => rowOf(first + index, Number(found[1])));
      url.searchParams.set('cursor', String(first + size));
      response.end(JSON.stringify({ data, pagination: { nextUrl: first + size < count ? url.href : null } }));
      return;
    }
    const isV2 = url.pathname.startsWith('/v2/');
    response.writeHead(isV2 ? 200 : 404).end(isV2 ? '{"data":[],"pagination":{"nextUrl":null}}' : '{}');
  });
  return { url: origin, apiKey: 'a-key-of-ours' };
}

/** Without a pool in the headers the pace is even; nobody waits for it here. */
const patience = { timeout: 120_000 };

describe('an account', () => {
  test('of a thousand lists is read with all of their entries', patience, async () => {
    const account = await openLargeAccount({ lists: 1_000, fields: 1 });
    const output = await read(configOf(account), nameStreams(['lists', 'list_entries']), fast());
    expect(output.errors).toEqual([]);
    expect(output.recordsOf('lists')).toHaveLength(1_000);
    const ids = output.recordsOf('list_entries').map(({ listId }) => Number(listId));
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(output.exitCode).toBe(0);
  });

  test('with five thousand fields in a list has a column for each of them', patience, async () => {
    const account = await openLargeAccount({ lists: 1, fields: 5_000 });
    const config = configOf(account, { list_references: ['1'] });
    const streams = (await discoverStreams(config, fast())).filter(({ name }) => name === 'list_1_entries');
    const columns = Object.entries(streams[0]?.json_schema.properties ?? {}).filter(
      ([, schema]) => 'x-affinity-field-id' in schema,
    );
    expect(columns).toHaveLength(5_000);
    const output = await read(config, configure(streams), fast());
    expect(output.errors).toEqual([]);
    const [row = {}] = output.recordsOf('list_1_entries');
    expect(columns.filter(([name]) => typeof row[name] !== 'string')).toEqual([]);
  });

  test('whose fields have names of 10 kB gets columns of at most 60 letters, all different', patience, async () => {
    const long = 'Ünïcode и кириллица 😀 '.repeat(500);
    const names = [
      long,
      long,
      `${long}!`,
      'x'.repeat(10_240),
      '_'.repeat(10_240),
      ' '.repeat(10_240),
      '😀'.repeat(2_560),
    ];
    const account = await openLargeAccount({ lists: 1, fields: names.length, names });
    const config = configOf(account, { list_references: ['1'] });
    const streams = (await discoverStreams(config, fast())).filter(({ name }) => name === 'list_1_entries');
    const columns = Object.entries(streams[0]?.json_schema.properties ?? {})
      .filter(([, schema]) => 'x-affinity-field-id' in schema)
      .map(([name]) => name);
    expect(new Set(columns).size).toBe(names.length);
    for (const name of columns) expect(name).toMatch(/^[a-z_][a-z0-9_]{0,59}$/);
    const output = await read(config, configure(streams), fast());
    expect(output.errors).toEqual([]);
    const [row = {}] = output.recordsOf('list_1_entries');
    expect(columns.map((name) => row[name]).toSorted()).toEqual(names.map((_, index) => `value ${index}`));
  });

  test('with fields named like parts of JavaScript has them as columns, filled and empty', patience, async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'id', 'valueOf'];
    const account = await openLargeAccount({ lists: 1, fields: names.length, names });
    const config = configOf(account, { list_references: ['1'] });
    const catalog = selectStreams(await discoverCatalog(config), ['list_1_entries']);
    const output = await syncTap(config, { ...fast(), catalog });
    const [row = {}] = output.recordsOf('list_1_entries');
    expect(Object.values(row).filter((value) => /^value \d$/.test(String(value)))).toHaveLength(names.length);
    expect(output.logs).not.toContain('WARN');
    // A column of a field that the account no longer has: empty, and nothing that every object inherits.
    const smaller = await openLargeAccount({ lists: 1, fields: 1, names: ['Other'] });
    const later = await syncTap(configOf(smaller, { list_references: ['1'] }), { ...fast(), catalog });
    expect(later.exitCode).toBe(0);
    expect(later.logs).not.toMatch(/not of its declared type/);
  });
});

function fast() {
  return { clock: createFastClock(50), random: () => 0.1 };
}
