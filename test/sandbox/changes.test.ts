import { describe, expect, test } from 'vitest';
import type { Change, ChangeableStream } from '../../sandbox/changes/change.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { get, type Row, start, walk, walkV1 } from './support.ts';

const later = 60_000;

function idsOf(sandbox: Sandbox, stream: string): unknown[] {
  return sandbox.rows(stream).map(({ id }) => id);
}

async function changed(change: Change) {
  const sandbox = await start();
  sandbox.advance(later);
  const effects = sandbox.change(change);
  return { sandbox, effects, ids: effects[0]?.ids ?? [] };
}

const timed: readonly (readonly [ChangeableStream, string])[] = [
  ['notes_v2', 'notes'],
  ['emails', 'emails'],
  ['meetings', 'meetings'],
  ['calls', 'calls'],
  ['chat_messages', 'chat-messages'],
  ['reminders', 'reminders'],
];

describe('changes that dates tell', () => {
  test.for(timed)('%s: inserted and updated rows, and no others, are new since then', async ([stream, path]) => {
    const sandbox = await start();
    const since = new Date(sandbox.advance(later)).toISOString().replace('.000', '');
    const inserted = sandbox.change({ kind: 'insert', stream, count: 2 })[0]?.ids ?? [];
    const updated = sandbox.change({ kind: 'update', stream, count: 3 })[0]?.ids ?? [];
    const filter = encodeURIComponent(`createdAt>=${since} | updatedAt>=${since}`);
    const rows = await walk(sandbox, `/v2/${path}?limit=100&filter=${filter}`);
    expect(rows.map(({ id }) => id).sort()).toEqual([...inserted, ...updated].sort());
  });

  test.for([
    ['files', 'files', 'createdAt'],
    ['transcripts', 'transcripts', 'createdAt'],
    ['field_value_changes', 'field-value-changes', 'changedAt'],
  ] as const)('%s: inserted rows are new since then', async ([stream, path, property]) => {
    const sandbox = await start();
    const since = new Date(sandbox.advance(later)).toISOString().replace('.000', '');
    const [effect] = sandbox.change({ kind: 'insert', stream, count: 2 });
    const rows = await walk(sandbox, `/v2/${path}?limit=100&filter=${encodeURIComponent(`${property}>=${since}`)}`);
    expect(rows.map(({ id }) => id).sort()).toEqual(effect?.ids.toSorted());
  });

  test('backfilled mail was sent long ago and created now', async () => {
    const { sandbox, ids } = await changed({ kind: 'backfill-mail', count: 2 });
    const rows = sandbox.rows('emails').filter(({ id }) => ids.includes(Number(id)));
    for (const row of rows)
      expect(row).toMatchObject({ createdAt: '2026-10-15T12:01:00Z', sentAt: expect.stringMatching(/^2022/) });
    expect(rows.length).toBe(2);
  });

  test('a reply moves no date of the note above it', async () => {
    const sandbox = await start();
    const noteId = sandbox.account.notes.roots.idAt(0);
    const note = async () => (await get(sandbox, `/v2/notes/${noteId}`)).body;
    const before = await note();
    sandbox.advance(later);
    const effects = sandbox.change({ kind: 'reply', noteId });
    expect(effects.map(({ stream }) => stream)).toEqual(['note_replies', 'notes']);
    expect(await note()).toEqual(before);
    const replies = await walk(sandbox, `/v2/notes/${noteId}/replies`);
    expect(replies.at(-1)).toMatchObject({ id: effects[0]?.ids[0], createdAt: '2026-10-15T12:01:00Z' });
    const legacy = (await walkV1(sandbox, '/notes?page_size=500', 'notes')).find(({ id }) => id === effects[0]?.ids[0]);
    expect(legacy).toMatchObject({ parent_id: noteId });
  });

  test('time makes a reminder overdue and moves no date of it', async () => {
    const sandbox = await start();
    const before = sandbox.rows('reminders');
    const [effect] = sandbox.change({ kind: 'reminder-falls-due' });
    const different = sandbox
      .rows('reminders')
      .filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]));
    expect(different.map(({ id }) => id)).toEqual(effect?.ids);
    for (const row of different) expect(row['status']).toBe('overdue');
    expect(different).toMatchObject([{ updatedAt: before.find(({ id }) => id === effect?.ids[0])?.['updatedAt'] }]);
  });
});

describe('rows come and go', () => {
  test.for([
    ...timed.map(([stream]) => stream),
    'companies',
    'persons',
    'opportunities',
    'note_replies',
    'field_value_changes',
    'transcripts',
    'files',
    'webhooks',
    'teams',
    'list_entries',
  ] as const)('in %s', async (stream) => {
    const sandbox = await start();
    const before = idsOf(sandbox, stream);
    const gone = sandbox.change({ kind: 'delete', stream, count: 2 })[0]?.ids ?? [];
    const come = sandbox.change({ kind: 'insert', stream })[0]?.ids ?? [];
    expect(gone.length).toBe(2);
    expect(idsOf(sandbox, stream).sort()).toEqual(
      [...before.filter((id) => !gone.includes(Number(id))), ...come].sort(),
    );
  });

  test('what is deleted is not found, and walks under way miss it', async () => {
    const { sandbox, ids } = await changed({ kind: 'delete', stream: 'companies' });
    expect((await get(sandbox, `/v2/companies/${ids[0]}`)).status).toBe(404);
    expect((await walk(sandbox, `/v2/companies?ids=${ids[0]}`)).length).toBe(0);
  });

  test('a company leaves the lists it was on', async () => {
    const sandbox = await start();
    const [entry] = sandbox.rows('list_3301_entries');
    const company = Number((entry?.['entity'] as Row | undefined)?.['id']);
    sandbox.change({ kind: 'delete', stream: 'companies', ids: [company] });
    const rows = await walk(sandbox, '/v2/lists/3301/list-entries');
    expect(rows.length).toBe(98);
    expect(rows.length).toBe(sandbox.counts()['list_3301_entries']);
  });

  test('what never changes cannot be updated, and unknown rows are refused', async () => {
    const sandbox = await start();
    expect(() => sandbox.change({ kind: 'update', stream: 'field_value_changes' })).toThrow(RangeError);
    expect(() => sandbox.change({ kind: 'delete', stream: 'emails', ids: [1] })).toThrow(RangeError);
  });
});

describe('merges', () => {
  test.for(['company', 'person'] as const)('of a %s: one record vanishes into the other', async (of) => {
    const { sandbox, effects } = await changed({ kind: 'merge', of });
    const path = of === 'company' ? 'companies' : 'persons';
    expect(effects).toMatchObject([
      { stream: path, action: 'deleted' },
      { stream: `${of}_merges`, action: 'inserted' },
    ]);
    expect((await get(sandbox, `/v2/${path}/${effects[0]?.ids[0]}`)).status).toBe(422);
    const [newest] = await walk(sandbox, `/v2/${of}-merges`);
    expect(newest).toMatchObject({ id: effects[1]?.ids[0], status: 'success', startedAt: '2026-10-15T12:01:00Z' });
  });

  test('that are under way leave both records until they end', async () => {
    const { sandbox, effects } = await changed({ kind: 'merge', of: 'company', isUnfinished: true });
    const id = Number(effects[0]?.ids[0]);
    const merge = (await get(sandbox, `/v2/company-merges/${id}`)).body as Row;
    expect(merge).toMatchObject({ status: 'in-progress', completedAt: null });
    const duplicate = `/v2/companies/${merge['duplicateCompanyId']}`;
    expect((await get(sandbox, duplicate)).status).toBe(200);
    sandbox.advance(later);
    sandbox.change({ kind: 'finish-merge', of: 'company', id });
    expect((await get(sandbox, duplicate)).status).toBe(422);
    expect((await get(sandbox, `/v2/company-merges/${id}`)).body).toMatchObject({
      status: 'success',
      completedAt: '2026-10-15T12:02:00Z',
    });
  });
});

describe('fields', () => {
  const idsIn = async (sandbox: Sandbox, path: string) =>
    (await walk(sandbox, path)).map(({ id, name }) => `${id} ${name}`);

  test('are added, renamed and deleted in metadata and rows at once', async () => {
    const sandbox = await start();
    const [added] = sandbox.change({ kind: 'add-field', owner: 'company', name: 'Status' });
    const id = String(added?.ids[0]);
    expect(await idsIn(sandbox, '/v2/companies/fields')).toContain(`${id} Status`);
    sandbox.change({ kind: 'rename-field', owner: 'company', fieldId: id, name: 'Phase' });
    expect(await idsIn(sandbox, '/v2/companies/fields')).toContain(`${id} Phase`);
    const [row] = await walk(sandbox, `/v2/companies?ids=5000000&fieldIds=${id}`);
    expect(row).toMatchObject({ fields: [{ id, name: 'Phase' }] });
    sandbox.change({ kind: 'delete-field', owner: 'company', fieldId: id });
    expect(await idsIn(sandbox, '/v2/companies/fields')).not.toContain(`${id} Phase`);
  });

  test('of a list may be dropdowns with options', async () => {
    const sandbox = await start();
    const [added] = sandbox.change({ kind: 'add-field', owner: 3301, name: 'Choice', valueType: 'dropdown-multi' });
    expect(
      (await walk(sandbox, `/v2/lists/3301/fields/${added?.ids[0]}/dropdown-options`)).map(({ text }) => text),
    ).toEqual(['One', 'Two']);
  });

  test('take a value by hand', async () => {
    const sandbox = await start();
    sandbox.change({
      kind: 'set-value',
      owner: 'company',
      id: 5000003,
      fieldId: 'field-700105',
      value: Array.from({ length: 150 }, (_, index) => index),
    });
    const [row] = await walk(sandbox, '/v2/companies?ids=5000003&fieldIds=field-700105');
    const field = (row?.['fields'] as { value: { data: number[]; totalCount: number } }[] | undefined)?.[0];
    expect([field?.value.data.length, field?.value.totalCount]).toEqual([100, 150]);
  });
});

test('a list takes its entries along, and of opportunities the records', async () => {
  const { sandbox } = await changed({ kind: 'delete-list', listId: 3300 });
  expect((await get(sandbox, '/v2/lists/3300/list-entries')).status).toBe(404);
  expect(sandbox.counts()).toMatchObject({ lists: 5, opportunities: 0 });
  expect(sandbox.streams()).not.toContain('list_3300_entries');
});

test('a view that is deleted is not found', async () => {
  const { sandbox } = await changed({ kind: 'delete-view', listId: 3301, viewId: 921 });
  expect((await get(sandbox, '/v2/lists/3301/saved-views/921/list-entries')).status).toBe(404);
  expect((await walk(sandbox, '/v2/lists/3301/saved-views')).map(({ id }) => id)).toEqual([920, 922, 923, 924]);
});
