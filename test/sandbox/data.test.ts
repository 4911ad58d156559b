import { describe, expect, test } from 'vitest';
import { makeAccount } from '../../sandbox/data/account.ts';
import { everyField, Renderer } from '../../sandbox/data/render.ts';
import { makeWorld } from '../../sandbox/data/world.ts';
import { streamNames, truth } from '../../sandbox/truth.ts';
import { get, type Row, start, walk } from './support.ts';

const startMs = Date.parse('2026-10-15T12:00:00Z');
const viewer = { nowMs: startMs, deny: [] };

function allRows(seed: number, scale: number): string[] {
  const account = makeAccount({ seed, scale, startMs });
  return streamNames(account).flatMap((stream) => [...(truth(account, stream, viewer) ?? [])]);
}

describe('the account', () => {
  test('is the same for the same seed, byte for byte, and another for another', () => {
    const rows = allRows(5, 1);
    expect(rows).toEqual(allRows(5, 1));
    expect(rows).not.toEqual(allRows(6, 1));
  });

  test('counts every stream as many rows as it has, also after changes', async () => {
    const sandbox = await start({ scale: 0.3 });
    const check = () => {
      const made = Object.fromEntries(sandbox.streams().map((stream) => [stream, sandbox.rows(stream).length]));
      expect(sandbox.counts()).toEqual(made);
    };
    check();
    sandbox.change(
      { kind: 'delete', stream: 'companies', count: 5 },
      { kind: 'merge', of: 'person' },
      { kind: 'reply' },
    );
    check();
  });

  test('has about 3,000 rows at scale 1, and big collections grow with it', async () => {
    const sandbox = await start();
    const counts = sandbox.counts();
    const total = Object.entries(counts).reduce(
      (sum, [stream, count]) => (stream.startsWith('list_3') ? sum : sum + count),
      0,
    );
    expect(total).toBeGreaterThan(2500);
    expect(total).toBeLessThan(5000);
    expect(counts).toMatchObject({
      companies: 250,
      persons: 400,
      opportunities: 60,
      list_entries: 300,
      notes_v2: 150,
      emails: 300,
    });
    const bigger = await start({ scale: 4 });
    expect(bigger.counts()).toMatchObject({ companies: 1000, persons: 1600, opportunities: 240, emails: 1200 });
  });

  test('has as many lists as it is told to, and all other rows as without', async () => {
    const { list_entries: _few, ...few } = (await start({ scale: 2, lists: 1 })).counts();
    const sandbox = await start({ scale: 2, lists: 300 });
    const counts = sandbox.counts();
    expect(few).toMatchObject({ lists: 1 });
    expect(counts).toMatchObject({ lists: 300, companies: few['companies'], emails: few['emails'] });
    const entries = sandbox.rows('list_entries');
    expect(new Set(entries.map(({ id }) => id)).size).toBe(counts['list_entries']);
    expect(await walk(sandbox, '/v2/lists?limit=100')).toEqual(sandbox.rows('lists'));
  });

  test('starts at once at scale 1000 and keeps nothing of the rows it made', () => {
    const startedAt = performance.now();
    const account = makeAccount({ seed: 1, scale: 1000, startMs });
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(account.companies.count).toBe(250_000);
    const renderer = new Renderer(account, everyField);
    const make = (from: number) => {
      for (let index = from; index < from + 2000; index += 1) renderer.company(index);
    };
    make(0);
    const before = process.memoryUsage().heapUsed;
    for (let from = 100_000; from < 106_000; from += 2000) make(from);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150_000_000);
    for (const index of [0, 123_456, 249_998]) {
      const row: Row = JSON.parse(renderer.company(index));
      expect(account.companies.find(Number(row['id']))).toBe(index);
    }
    expect(JSON.parse(renderer.entry(1, 90_000))).toMatchObject({ type: 'company', listId: 3301 });
  });

  test('has created times that go up and never lie in the future', () => {
    const world = makeWorld({ seed: 1, scale: 1, startMs });
    const createdMs = world.createdMs('emails', 300);
    const times = Array.from({ length: 300 }, (_, index) => createdMs(index));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(startMs);
  });
});

describe('special rows', () => {
  const rows = allRows(1, 1);
  const text = rows.join('\n');

  test.for([
    'text',
    'filterable-text',
    'filterable-text-multi',
    'number',
    'number-multi',
    'datetime',
    'location',
    'location-multi',
    'dropdown',
    'dropdown-multi',
    'ranked-dropdown',
    'person',
    'person-multi',
    'company',
    'company-multi',
    'formula-number',
    'interaction',
    'list-multi',
    'note',
    'reminder',
    'hidden',
    'geo-polygon',
  ])('a value of type %s occurs, with data where the type has any', (type) => {
    expect(text).toContain(`"value":{"type":"${type}","data":`);
    if (type !== 'hidden') expect(text).toMatch(new RegExp(`"value":\\{"type":"${type}","data":[^n]`));
  });

  test.for([
    ['a null multi value', '"type":"person-multi","data":null'],
    ['a linked text', '{"link":"https://linkedin.com/in/ola","text":"ola"}'],
    ['a hidden field', '"type":"hidden","enrichmentSource":null,"value":'],
    ['an e-mail as a value', '"data":{"type":"email"'],
    ['a meeting as a value', '"data":{"type":"meeting"'],
    ['a call as a value', '"data":{"type":"call"'],
    ['a chat message as a value', '"data":{"type":"chat-message"'],
    ['an unknown source', '"enrichmentSource":"pitchlens"'],
    ['a status option', '"type":"status-dropdown"'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a next line', '\u0085'],
    ['an emoji', '\u{1f680}'],
    ['a control character', '\\u0001'],
    ['a bad host', 'not a host name'],
    ['a calendar as a person', 'group.calendar.google.com'],
    ['the highest id', '"id":9007199254740991'],
    ['a hidden opportunity', '"name":"[Hidden]"'],
    ['a deleted reference', '"referenceType":"deleted-entity"'],
    ['a hidden subject', '"subject":"********"'],
    ['a long list of attendees', '"totalCount":180'],
    ['a notetaker reply', '"type":"ai-notetaker-reply"'],
    ['a notetaker without transcript', '"transcriptId":null'],
    ['an unfinished merge', '"status":"in-progress"'],
    ['a failed merge', '"status":"failed"'],
    ['an overdue reminder', '"status":"overdue"'],
    ['a recurring reminder', '"type":"recurring"'],
    ['a view of an unknown type', '"type":"timeline"'],
    ['an unknown number of V1', '"type":4,'],
    ['a V1 time with an offset', '-07:00"'],
    ['a V1 time in UTC', '.000Z"'],
  ] as const)('%s occurs', ([, part]) => {
    expect(text.includes(part)).toBe(true);
  });

  test('fields with names of every kind occur, and metadata differs from rows', async () => {
    const sandbox = await start();
    const fields = sandbox.rows('company_fields');
    const names = fields.map(({ name }) => String(name));
    expect(names.filter((name) => name === 'Status').length).toBe(2);
    expect(names).toEqual(
      expect.arrayContaining(['status', 'Name', 'Id', 'Domain', '!!!', '2024 Revenue (USD)', '投資ステータス']),
    );
    expect(Math.max(...names.map((name) => name.length))).toBe(300);
    const [row] = sandbox.rows('companies');
    const known = new Set(fields.map(({ id }) => id));
    const unknown = (row?.['fields'] as { id: string }[] | undefined)?.filter(({ id }) => !known.has(id)) ?? [];
    expect(unknown.map(({ id }) => id)).toEqual(['affinity-data-late-arrival']);
    const { body } = await get(sandbox, '/v2/companies/fields');
    const listed = (body as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(listed.length).toBe(new Set(listed).size + 1);
  });

  test('a record is on a list twice, meetings lie ahead, mail is older than its arrival', async () => {
    const sandbox = await start();
    const entities = sandbox.rows('list_3301_entries').map(({ entity }) => (entity as Row)['id']);
    expect(entities.length).toBe(new Set(entities).size + 1);
    expect(sandbox.rows('meetings').some(({ startTime }) => String(startTime) > '2026-10-15T12')).toBe(true);
    expect(
      sandbox
        .rows('emails')
        .some(({ sentAt, createdAt }) => String(sentAt).slice(0, 4) < String(createdAt).slice(0, 4)),
    ).toBe(true);
  });
});
