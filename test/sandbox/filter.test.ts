import { describe, expect, test } from 'vitest';
import { readPath } from '../../sandbox/data/collection.ts';
import { compileFilter } from '../../sandbox/filter/compile.ts';
import type { FilterRules } from '../../sandbox/filter/rules.ts';
import { get, start, walk } from './support.ts';

const rules: FilterRules = {
  id: { type: 'integer', operators: ['='] },
  name: { type: 'text', operators: ['=', '=^', '=$', '=~'] },
  'owner.id': { type: 'integer', operators: ['=', '!='] },
  status: { type: 'choice', operators: ['='], values: ['active', 'done'] },
  score: { type: 'number', operators: ['>', '>=', '<', '<='] },
  at: { type: 'datetime', operators: ['>', '>=', '<', '<='] },
};

const row = {
  id: 7,
  name: 'hello (big) world',
  owner: { id: 3 },
  status: 'active',
  score: 0.5,
  at: '2026-01-02T03:04:05Z',
  empty: null,
};

function passes(filter: string, given: object = row): boolean {
  return compileFilter(filter, rules)((property) => readPath(given, property));
}

describe('a filter', () => {
  test.for([
    ['id=7', true],
    ['id = 7', true],
    ['id=8', false],
    ['name="hello (big) world"', true],
    ['name=hello', false],
    ['name=^hello', true],
    ['name=^ hello', true],
    ['name=$world', true],
    ['name=~big', true],
    ['name=~BIG', true],
    ['name=~\\(big\\)', true],
    ['name=~"(big)"', true],
    ['name=""', false],
    ['owner.id=3', true],
    ['owner.id!=3', false],
    ['owner.id!=4', true],
    ['owner.id=*', true],
    ['owner.id != *', false],
    ['status=active', true],
    ['score>0.4 & score<0.6', true],
    ['score>=0.5', true],
    ['score>0.5', false],
    ['at>=2026-01-02T03:04:05Z', true],
    ['at>2026-01-02T03:04:05Z', false],
    ['at>=2026-01-02T03:04:05Z & at<2026-01-02T03:04:06Z', true],
    ['id=8 | id=7', true],
    ['id=7 | id=8 & id=9', true],
    ['(id=7 | id=8) & id=9', false],
    ['!id=7', false],
    ['!(id=8 & id=9)', true],
    ['!!id=7', true],
    ['!( name=^ he)', false],
  ] as const)('%s gives %s', ([filter, expected]) => {
    expect(passes(filter)).toBe(expected);
  });

  test.for([
    ['at>=2026-01-01T00:00:00Z', false],
    ['at<2026-01-01T00:00:00Z', false],
    ['at!=*', true],
    ['at=*', false],
    ['at!=* | at>=2026-01-01T00:00:00Z', true],
    ['score<1', false],
    ['owner.id=3', false],
    ['owner.id!=3', true],
  ] as const)('given null, %s gives %s', ([filter, expected]) => {
    expect(passes(filter, { at: null, score: null, owner: null })).toBe(expected);
  });

  test.for([
    '',
    'id',
    'id=',
    '=7',
    'id=7 &',
    '& id=7',
    '(id=7',
    'id=7)',
    'id=7 id=8',
    'id=seven',
    'id>7',
    'unknown=7',
    'name!=x',
    'status=other',
    'status=^act',
    'name="open',
    'name=a\\',
    'name=a/b',
    'name=[a,b]',
    'name=~[a]',
    'name=[]',
    'name=[a',
    'score>high',
    'at>=2026-01-02',
    'at>=2026-01-02T03:04:05.123Z',
    'at>=2026-01-02T03:04:05+00:00',
    'at>=2026-13-45T03:04:05Z',
    'at=2026-01-02T03:04:05Z',
  ])('%j is refused', (filter) => {
    expect(() => passes(filter)).toThrow(expect.objectContaining({ status: 400, code: 'validation', param: 'filter' }));
  });
});

describe('filters of endpoints', () => {
  test('created or updated since a time brings exactly the rows of which that is true', async () => {
    const sandbox = await start();
    const since = '2026-08-01T00:00:00Z';
    const filter = encodeURIComponent(`createdAt>=${since} | updatedAt>=${since}`);
    for (const [path, stream] of [
      ['emails', 'emails'],
      ['meetings', 'meetings'],
      ['calls', 'calls'],
      ['chat-messages', 'chat_messages'],
      ['notes', 'notes_v2'],
      ['reminders', 'reminders'],
    ] as const) {
      const got = await walk(sandbox, `/v2/${path}?limit=100&filter=${filter}`);
      const expected = sandbox
        .rows(stream)
        .filter((each) => String(each['createdAt']) >= since || String(each['updatedAt'] ?? '') >= since);
      expect(got.length, path).toBeGreaterThan(0);
      expect(got.map(({ id }) => id).sort(), path).toEqual(expected.map(({ id }) => id).sort());
    }
  });

  test('windows of time that touch bring every row once', async () => {
    const sandbox = await start();
    const edges = ['2000-01-01', '2024-05-01', '2025-05-01', '2026-05-01', '2100-01-01'].map(
      (date) => `${date}T00:00:00Z`,
    );
    for (const [path, stream, property] of [
      ['emails', 'emails', 'createdAt'],
      ['files', 'files', 'createdAt'],
      ['transcripts', 'transcripts', 'createdAt'],
      ['field-value-changes', 'field_value_changes', 'changedAt'],
    ] as const) {
      const ids: unknown[] = [];
      for (const [index, edge] of edges.slice(1).entries()) {
        const filter = encodeURIComponent(`${property}>=${edges[index]} & ${property}<${edge}`);
        ids.push(...(await walk(sandbox, `/v2/${path}?limit=100&filter=${filter}`)).map(({ id }) => id));
      }
      expect(ids.length).toBe(new Set(ids).size);
      expect(ids.sort()).toEqual(
        sandbox
          .rows(stream)
          .map(({ id }) => id)
          .sort(),
      );
    }
  });

  test.for([
    ['/v2/companies?filter=name%3Dx', 'filter'],
    ['/v2/files?filter=updatedAt%3E%3D2026-01-01T00:00:00Z', 'filter'],
    ['/v2/emails?filter=subject%3Dx', 'filter'],
    ['/v2/emails?filter=createdAt%3E%3D2026-01-01T00:00:00.500Z', 'filter'],
    ['/v2/emails?filter=id%3D1&filter=id%3D2', 'filter'],
    ['/v2/lists/3301/list-entries?filter=id%3D1', 'filter'],
  ] as const)('%s is refused', async ([path, param]) => {
    const sandbox = await start();
    expect(await get(sandbox, path)).toMatchObject({ status: 400, body: { errors: [{ code: 'validation', param }] } });
  });

  test('reads what rows show: the status of reminders, the creator of notes, the field of changes', async () => {
    const sandbox = await start();
    const overdue = await walk(sandbox, '/v2/reminders?filter=status%3Doverdue');
    expect(overdue.length).toBe(sandbox.rows('reminders').filter(({ status }) => status === 'overdue').length);
    const creator = sandbox.account.users.idAt(2);
    const notes = await walk(sandbox, `/v2/notes?limit=100&filter=creator.id%3D${creator}`);
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) expect(note).toMatchObject({ creator: { id: creator } });
    const changes = await walk(sandbox, '/v2/field-value-changes?filter=field.id%3Dfield-800301%26actionType%3Dadd');
    expect(changes.length).toBeGreaterThan(0);
    for (const change of changes) expect(change).toMatchObject({ field: { id: 'field-800301' }, actionType: 'add' });
  });
});
