import { describe, expect, it } from 'vitest';
import type { Affinity } from '../../src/affinity/client.ts';
import { noteReplies } from '../../src/streams/note-replies.ts';
import type { TimeSlice } from '../../src/streams/time.ts';
import { created, fakeAffinity, fakeContext, parentsOf, readPartition, since } from '../support/fake-affinity.ts';

const notesWithCounts = [
  [
    { id: 30, repliesCount: 2 },
    { id: 10, repliesCount: 0 },
  ],
  [{ id: 20, repliesCount: 1 }, { id: 40 }],
];

function reply(id: number, parentId: number | null, createdAt: string, updatedAt: string | null = null) {
  return { id, parent_id: parentId, created_at: createdAt, updated_at: updatedAt };
}

async function parents(need: TimeSlice, startDate?: string, changedSinceMs?: number) {
  const affinity = fakeAffinity({
    v2: { '/v2/notes': notesWithCounts },
    v1: {
      '/notes': [
        [
          reply(1, null, '2026-10-05T00:00:00Z'),
          reply(2, 70, '2026-10-04T17:00:00.000-07:00'),
          reply(3, 60, '2026-09-01T00:00:00Z'),
        ],
        [
          reply(4, 50, '2026-01-01T00:00:00Z', '2026-10-06T00:00:00Z'),
          reply(5, 70, '2026-10-03T00:00:00Z', '2026-10-07T00:00:00Z'),
        ],
      ],
    },
  });
  const context = fakeContext(affinity, startDate === undefined ? {} : { startDate });
  return { affinity, found: await parentsOf(noteReplies, context, need, changedSinceMs) };
}

describe('the notes whose replies are read', () => {
  it('are, the first time, those with replies by ascending id; one without a count may have some', async () => {
    const { affinity, found } = await parents(created(null));
    expect(found.map(({ parentId }) => parentId)).toEqual([20, 30, 40]);
    expect(found.map(({ key }) => key)).toEqual(['note 20', 'note 30', 'note 40']);
    expect(affinity.asked).toEqual([{ path: '/v2/notes', query: { includes: ['repliesCount'] }, cursor: undefined }]);
  });

  it('are all of those from a start date on too, since it says nothing about the age of a note', async () => {
    const { affinity, found } = await parents(created('2026-05-01T00:00:00Z'), '2026-05-01');
    expect(found.map(({ parentId }) => parentId)).toEqual([20, 30, 40]);
    expect(affinity.asked[0]?.query).not.toHaveProperty('filter');
  });

  it('say, when the first time goes on after an interruption, which of them have changed meanwhile', async () => {
    const { affinity, found } = await parents(created(null), undefined, Date.parse('2026-10-06T12:00:00Z'));
    expect(affinity.paths).toEqual(['/v2/notes', '/notes', '/notes']);
    expect(found.map(({ parentId, changedMs }) => [parentId, changedMs])).toEqual([
      [20, undefined],
      [30, undefined],
      [40, undefined],
      [70, Date.parse('2026-10-07T00:00:00Z')],
    ]);
    expect(found.map(({ need }) => need)).toEqual(found.map(() => created(null)));
  });

  it('are read on after an interruption also where V1 may not be asked what has changed', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/notes': notesWithCounts } });
    const context = fakeContext(affinity);
    const found = await parentsOf(noteReplies, context, created(null), 0);
    expect(found.map(({ parentId }) => parentId)).toEqual([20, 30, 40]);
    expect(context.warnings).toEqual(['replies written since the interruption are left to the next sync: status 404']);
  });

  it('are later those with a reply that came or changed, as V1 tells, however old the note', async () => {
    const { affinity, found } = await parents(since('2026-10-04T00:00:00Z'));
    expect(affinity.paths).toEqual(['/notes', '/notes']);
    expect(found.map(({ parentId }) => parentId)).toEqual([50, 70]);
    expect(found.map(({ changedMs }) => changedMs)).toEqual([
      Date.parse('2026-10-06T00:00:00Z'),
      Date.parse('2026-10-07T00:00:00Z'),
    ]);
  });

  it('are asked by V1 again once a start date lies behind what is covered', async () => {
    const { affinity } = await parents(since('2026-10-04T00:00:00Z'), '2026-05-01');
    expect(affinity.paths).toEqual(['/notes', '/notes']);
  });

  it('are found although a deleted note moves the only new reply to a page that has been read', async () => {
    const rows = [reply(1, null, '2026-10-01T00:00:00Z'), reply(2, 70, '2026-10-05T00:00:00Z')];
    const affinity = fakeAffinity({});
    let scans = 0;
    const v1: Affinity['v1'] = {
      ...affinity.v1,
      async *readPages({ read }) {
        const take = (page: typeof rows) => page.map((row) => read(row, () => undefined));
        scans += 1;
        yield { rows: take(rows.slice(0, 1)), hasNext: true, token: undefined };
        // Deleted by a user meanwhile: the reply is the first row now, and nothing is left of the second page.
        if (scans === 1) rows.shift();
        yield { rows: take(rows.slice(1)), hasNext: false, token: 'offset 1' };
      },
    };
    const found = await parentsOf(noteReplies, fakeContext({ ...affinity, v1 }), since('2026-10-04T00:00:00Z'));
    expect(found.map(({ parentId }) => parentId)).toEqual([70]);
    expect(scans).toBe(2);
  });

  it('cost one scan where all notes are on one page', async () => {
    const affinity = fakeAffinity({ v1: { '/notes': [[reply(2, 70, '2026-10-05T00:00:00Z')]] } });
    const found = await parentsOf(noteReplies, fakeContext(affinity), since('2026-10-04T00:00:00Z'));
    expect(found.map(({ parentId }) => parentId)).toEqual([70]);
    expect(affinity.paths).toEqual(['/notes']);
  });
});

describe('note_replies', () => {
  const replies = [
    { id: 1, createdAt: '2026-09-01T00:00:00Z', updatedAt: null },
    { id: 2, createdAt: '2026-09-01T00:00:00Z', updatedAt: '2026-10-05T00:00:00Z' },
    { id: 3, createdAt: '2026-10-05T00:00:00Z', updatedAt: null },
  ];
  const affinity = fakeAffinity({
    v2: { '/v2/notes/20/replies': [replies.slice(0, 2), replies.slice(2)] },
    objects: { '/v2/notes/21': { id: 21 } },
  });

  it('have the id of their note', async () => {
    const partition = { key: 'note 20', parentId: 20, need: created(null) };
    const { rows } = await readPartition(noteReplies, fakeContext(affinity), partition);
    expect(rows).toEqual(replies.map((row) => ({ noteId: 20, ...row })));
  });

  it('go out only as far as they are needed, also when resumed', async () => {
    const partition = { key: 'note 20', parentId: 20, need: since('2026-10-01T00:00:00Z') };
    const whole = await readPartition(noteReplies, fakeContext(affinity), partition);
    expect(whole.rows.map(({ id }) => id)).toEqual([2, 3]);
    const cursor = whole.checkpoints[0]?.cursor;
    const rest = await readPartition(noteReplies, fakeContext(affinity), partition, cursor);
    expect(rest.rows.map(({ id }) => id)).toEqual([3]);
  });

  it('of a note deleted meanwhile are none, with a warning; where only the replies are missing, it fails', async () => {
    const context = fakeContext(affinity);
    expect((await readPartition(noteReplies, context, { key: 'note 22', parentId: 22 })).rows).toEqual([]);
    expect(context.warnings).toHaveLength(1);
    await expect(readPartition(noteReplies, context, { key: 'note 21', parentId: 21 })).rejects.toThrow('status 404');
  });
});
