import { describe, expect, it } from 'vitest';
import { StaleCursorError } from '../../src/affinity/errors.ts';
import { transcriptFragments } from '../../src/streams/transcript-fragments.ts';
import { created, fakeAffinity, fakeContext, parentsOf, readPartition } from '../support/fake-affinity.ts';

const createdAt = '2026-09-02T11:05:00Z';
const partition = { key: 'transcript 310', parentId: 310, parent: { createdAt } };
const fragments = [[{ content: 'a' }, { content: 'b' }], [], [{ content: 'c' }], [{ content: 'd' }]];
const affinity = fakeAffinity({
  v2: { '/v2/transcripts/310/fragments': fragments },
  objects: { '/v2/transcripts/311': { id: 311 } },
});

describe('the transcripts whose fragments are read', () => {
  it('are those of the time that is needed, by ascending id and each once, with the date for the rows', async () => {
    const listed = fakeAffinity({
      v2: {
        '/v2/transcripts': [
          [
            { id: 3, createdAt: '2026-09-03T00:00:00Z' },
            { id: 1, createdAt },
          ],
          [
            { id: 3, createdAt: '2026-09-03T00:00:00Z' },
            { id: 2, createdAt: null },
          ],
        ],
      },
    });
    const need = { ...created('2026-09-01T00:00:00Z', '2026-09-04T00:00:00Z') };
    const found = await parentsOf(transcriptFragments, fakeContext(listed), need);
    expect(found).toEqual([
      { key: 'transcript 1', parentId: 1, parent: { createdAt }, changedMs: Date.parse(createdAt) },
      { key: 'transcript 2', parentId: 2, parent: { createdAt: null } },
      {
        key: 'transcript 3',
        parentId: 3,
        parent: { createdAt: '2026-09-03T00:00:00Z' },
        changedMs: Date.parse('2026-09-03T00:00:00Z'),
      },
    ]);
    expect(listed.asked[0]?.query).toEqual({
      filter: 'createdAt>=2026-09-01T00:00:00Z & createdAt<2026-09-04T00:00:00Z',
    });
  });
});

describe('transcript_fragments', () => {
  it('are counted from 0 over all pages', async () => {
    const { rows } = await readPartition(transcriptFragments, fakeContext(affinity), partition);
    expect(rows).toEqual(
      ['a', 'b', 'c', 'd'].map((content, index) => ({
        transcriptId: 310,
        index,
        transcriptCreatedAt: createdAt,
        content,
      })),
    );
  });

  it('keep counting where they are resumed', async () => {
    const whole = await readPartition(transcriptFragments, fakeContext(affinity), partition);
    expect(whole.checkpoints).toHaveLength(3);
    for (const { cursor, rowsBefore } of whole.checkpoints) {
      const rest = await readPartition(transcriptFragments, fakeContext(affinity), partition, cursor);
      expect(rest.rows).toEqual(whole.rows.slice(rowsBefore));
    }
  });

  it('know a page that comes twice, with an interruption in between', async () => {
    const twice = [fragments[0], fragments[0], fragments[2]].map((rows) => rows ?? []);
    const pages = fakeAffinity({ v2: { '/v2/transcripts/310/fragments': twice } });
    const whole = await readPartition(transcriptFragments, fakeContext(pages), partition);
    const [first] = whole.checkpoints;
    const rest = await readPartition(transcriptFragments, fakeContext(pages), partition, first?.cursor);
    expect(rest.rows.map(({ index, content }) => [index, content])).toEqual([[2, 'c']]);
  });

  it.each(['garbage', 'null', '[]', ''])('begin again where the state is damaged (%j)', async (cursor) => {
    const rest = readPartition(transcriptFragments, fakeContext(affinity), partition, cursor);
    await expect(rest).rejects.toThrow(StaleCursorError);
  });

  it('of a transcript deleted meanwhile are none; where only the fragments are missing, it fails', async () => {
    const context = fakeContext(affinity);
    const gone = { key: 'transcript 312', parentId: 312 };
    expect((await readPartition(transcriptFragments, context, gone)).rows).toEqual([]);
    expect(context.warnings).toHaveLength(1);
    const present = { key: 'transcript 311', parentId: 311 };
    await expect(readPartition(transcriptFragments, context, present)).rejects.toThrow('status 404');
  });
});
