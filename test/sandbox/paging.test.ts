import { describe, expect, test } from 'vitest';
import { get, page, type Row, start, walk, walkV1 } from './support.ts';

const fields = 'fieldTypes=enriched&fieldTypes=global&fieldTypes=relationship-intelligence';
const collections: readonly (readonly [string, string])[] = [
  [`/v2/companies?${fields}`, 'companies'],
  [`/v2/persons?${fields}`, 'persons'],
  ['/v2/opportunities?', 'opportunities'],
  ['/v2/lists?', 'lists'],
  [
    '/v2/notes?includes=repliesCount&includes=companiesPreview&includes=personsPreview&includes=opportunitiesPreview',
    'notes_v2',
  ],
  ['/v2/emails?', 'emails'],
  ['/v2/meetings?', 'meetings'],
  ['/v2/calls?', 'calls'],
  ['/v2/chat-messages?', 'chat_messages'],
  ['/v2/field-value-changes?', 'field_value_changes'],
  ['/v2/reminders?', 'reminders'],
  ['/v2/users?', 'users'],
  ['/v2/teams?', 'teams'],
  ['/v2/transcripts?', 'transcripts'],
  ['/v2/files?', 'files'],
  ['/v2/company-merges?', 'company_merges'],
  ['/v2/person-merges?', 'person_merges'],
  ['/v2/webhooks?', 'webhooks'],
  [`/v2/lists/3301/list-entries?${fields}&fieldTypes=list`, 'list_3301_entries'],
  [`/v2/lists/3300/list-entries?${fields}&fieldTypes=list`, 'list_3300_entries'],
  [`/v2/lists/3304/list-entries?${fields}&fieldTypes=list`, 'list_3304_entries'],
  ['/v2/lists/3301/saved-views/921/list-entries?', 'list_3301_view_921_entries'],
];

/** Rows with what a page cuts at 100 made equal to the cut, since only the value endpoints give the rest. */
function cut(row: Row): unknown {
  return JSON.parse(JSON.stringify(row), (key, value: unknown) =>
    key === 'data' && Array.isArray(value) ? value.slice(0, 100) : value,
  );
}

function byId(rows: readonly Row[]): unknown[] {
  return rows.map(cut).sort((a, b) => Number((a as Row)['id']) - Number((b as Row)['id']));
}

type ShownField = { id: string; value: { data: unknown[]; totalCount: number } };

function fieldOf(row: Row | undefined, id: string): ShownField | undefined {
  return (row?.['fields'] as ShownField[] | undefined)?.find((field) => field.id === id);
}

describe('a walk', () => {
  test.for(collections.flatMap(([path, stream]) => [100, 7].map((limit) => ({ path, stream, limit }))))(
    'through $stream with limit $limit brings the truth, each row once',
    async ({ path, stream, limit }) => {
      const sandbox = await start({ scale: 0.5 });
      const rows = await walk(sandbox, `${path}&limit=${limit}`);
      expect(byId(rows)).toEqual(byId(sandbox.rows(stream)));
    },
  );

  test.for([1, 2, 3])('in uneven pages (seed %i) brings the truth, in more pages', async (unevenSeed) => {
    const sandbox = await start({ scale: 5, unevenSeed });
    const rows = await walk(sandbox, '/v2/emails?limit=100');
    expect(byId(rows)).toEqual(byId(sandbox.rows('emails')));
    expect(sandbox.requests.length).toBeGreaterThan(Math.ceil(rows.length / 100));
    expect(await walkV1(sandbox, '/notes?page_size=50', 'notes')).toEqual(sandbox.rows('notes'));
  });

  test.for([500, 7])('through V1 with page_size %i brings the truth', async (size) => {
    const sandbox = await start({ scale: 0.5 });
    expect(await walkV1(sandbox, `/notes?page_size=${size}`, 'notes')).toEqual(sandbox.rows('notes'));
    expect(byId(await walkV1(sandbox, `/entity-files?page_size=${size}`, 'entity_files'))).toEqual(
      byId(sandbox.rows('entity_files')),
    );
  });

  test('through children brings the truth with the ids of their parents', async () => {
    const sandbox = await start();
    const { account } = sandbox;
    const replies: Row[] = [];
    for (const note of sandbox.rows('notes_v2')) {
      if (Number(note['repliesCount']) === 0) continue;
      replies.push(
        ...(await walk(sandbox, `/v2/notes/${note['id']}/replies?limit=100`)).map((row) => ({
          ...row,
          noteId: note['id'],
        })),
      );
    }
    expect(replies).toEqual(sandbox.rows('note_replies'));
    const views: Row[] = [];
    const metadata: Row[] = [];
    for (const index of account.lists.indexes()) {
      const listId = account.lists.idAt(index);
      views.push(...(await walk(sandbox, `/v2/lists/${listId}/saved-views`)).map((row) => ({ ...row, listId })));
      metadata.push(...(await walk(sandbox, `/v2/lists/${listId}/fields`)).map((row) => ({ ...row, listId })));
    }
    expect(views).toEqual(sandbox.rows('saved_views'));
    const unique = new Map(metadata.map((row) => [`${row['listId']}/${row['id']}`, row]));
    expect([...unique.values()]).toEqual(sandbox.rows('list_fields'));
    const fragments: Row[] = [];
    for (const { id, createdAt } of sandbox.rows('transcripts')) {
      const rows = await walk(sandbox, `/v2/transcripts/${id}/fragments?limit=100`);
      fragments.push(
        ...rows.map((row, index) => ({ ...row, transcriptId: id, index, transcriptCreatedAt: createdAt })),
      );
    }
    expect(fragments).toEqual(sandbox.rows('transcript_fragments'));
  });

  test('through the relationships of every internal person brings each pair of the truth', async () => {
    const sandbox = await start();
    const pairs = new Map<string, Row>();
    for (const { id } of sandbox.rows('users')) {
      const rows = await walk(sandbox, `/v2/persons/${id}/relationships?limit=100`);
      const scores = rows.map((row) => Number(row['interactionScore']));
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const row of rows) {
        const ids = [row['person1'], row['person2']].map((person) => (person as Row)['id']);
        pairs.set(ids.join('/'), { ...row, person1Id: ids[0], person2Id: ids[1] });
      }
    }
    const key = (row: Row) => `${row['person1Id']}/${row['person2Id']}`;
    const sorted = (rows: Iterable<Row>) => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(pairs.values())).toEqual(sorted(sandbox.rows('relationships')));
  });

  test('of the values of a cut field brings all of them', async () => {
    const sandbox = await start();
    const { account } = sandbox;
    for (const [path, index, fieldId] of [
      ['companies', 7, 'field-700104'],
      ['companies', 8, 'field-700101'],
      ['companies', 9, 'dealroom-offices'],
      ['companies', 10, 'persons'],
      ['companies', 11, 'affinity-data-industry'],
      ['companies', 12, 'field-700107'],
      ['persons', 20, 'field-710102'],
    ] as const) {
      const id = account[path].idAt(index);
      const row = sandbox.rows(path).find((each) => each['id'] === id);
      const whole = fieldOf(row, fieldId);
      const values = await walk(sandbox, `/v2/${path}/${id}/fields/${fieldId}/values?limit=60`);
      expect(values.length).toBeGreaterThan(100);
      expect(values).toEqual(whole?.value.data);
      expect(whole?.value.totalCount).toBe(values.length);
      const { data } = await page(sandbox, `/v2/${path}?ids=${id}&${fields}`);
      const shown = fieldOf(data?.[0], fieldId);
      expect(shown?.value).toMatchObject({ data: values.slice(0, 100), totalCount: values.length });
    }
  });
});

describe('a cursor', () => {
  const path = '/v2/emails?limit=7';

  test('alone carries the whole question', async () => {
    const sandbox = await start();
    const { pagination } = await page(sandbox, `${path}&filter=createdAt%3E%3D2026-01-01T00:00:00Z`);
    const cursor = new URL(pagination.nextUrl ?? '').searchParams.get('cursor');
    const alone = await page(sandbox, `/v2/emails?cursor=${cursor}`);
    const whole = await page(sandbox, pagination.nextUrl ?? '');
    expect(alone.data).toEqual(whole.data?.concat(alone.data?.slice(7) ?? []));
  });

  test.for([['/v2/emails?cursor=nonsense'], ['/v2/emails?cursor=YWZ0ZXI6Ojo0'], ['/v2/emails?cursor=']] as const)(
    '%s is refused',
    async ([url]) => {
      const sandbox = await start();
      expect(await get(sandbox, url)).toMatchObject({ status: 400, body: { errors: [{ param: 'cursor' }] } });
    },
  );

  test('of another path or another question is refused', async () => {
    const sandbox = await start();
    const { pagination } = await page(sandbox, path);
    const cursor = new URL(pagination.nextUrl ?? '').searchParams.get('cursor');
    expect((await get(sandbox, `/v2/meetings?cursor=${cursor}`)).status).toBe(400);
    expect((await get(sandbox, `/v2/emails?cursor=${cursor}&filter=id%3D1`)).status).toBe(400);
    expect((await get(sandbox, `/v2/emails?cursor=${cursor}&limit=3`)).status).toBe(200);
  });

  test('expires by age and on demand', async () => {
    const sandbox = await start({ cursorTtlMs: 1000 });
    const { pagination } = await page(sandbox, path);
    expect((await get(sandbox, pagination.nextUrl ?? '')).status).toBe(200);
    sandbox.advance(1001);
    expect((await get(sandbox, pagination.nextUrl ?? '')).status).toBe(400);
    const again = await page(sandbox, path);
    sandbox.expireCursors();
    expect((await get(sandbox, again.pagination.nextUrl ?? '')).status).toBe(400);
  });

  test('leads back one page, and URLs name the host that was asked', async () => {
    const sandbox = await start();
    const first = await page(sandbox, path);
    const second = await page(sandbox, first.pagination.nextUrl ?? '');
    expect(first.pagination.prevUrl).toBeNull();
    expect((await page(sandbox, second.pagination.prevUrl ?? '')).data).toEqual(first.data);
    const other = await page(sandbox, `${sandbox.url.replace('127.0.0.1', 'localhost')}${path}`);
    expect(other.pagination.nextUrl).toMatch(/^http:\/\/localhost:\d+\/v2\/emails\?limit=7&cursor=/);
  });
});

describe('a V1 token', () => {
  test('refuses a changed question', async () => {
    const sandbox = await start();
    const first = await get(sandbox, '/notes?page_size=3');
    const token = (first.body as Row)['next_page_token'];
    expect((await get(sandbox, `/notes?page_size=3&page_token=${token}`)).status).toBe(200);
    for (const url of [
      `/notes?page_size=4&page_token=${token}`,
      `/entity-files?page_size=3&page_token=${token}`,
      '/notes?page_token=x',
    ]) {
      expect(await get(sandbox, url)).toMatchObject({ status: 422, body: ['Invalid page_token variable'] });
    }
  });

  test('leads to an empty last page when the rows fill the page', async () => {
    const sandbox = await start();
    const first = await get(sandbox, '/entity-files?page_size=60');
    const token = (first.body as Row)['next_page_token'];
    expect(token).not.toBeNull();
    expect((await get(sandbox, `/entity-files?page_size=60&page_token=${token}`)).body).toEqual({
      entity_files: [],
      next_page_token: null,
    });
  });
});
