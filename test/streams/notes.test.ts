import { describe, expect, it } from 'vitest';
import { notes } from '../../src/streams/notes.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

const first = { id: 1, companiesPreview: { data: [{ id: 10 }], totalCount: 1 } };
const busy = {
  id: 2,
  companiesPreview: { data: [{ id: 20 }, { id: 21 }], totalCount: 4 },
  personsPreview: { data: [{ id: 30 }], totalCount: 3 },
  opportunitiesPreview: { data: [{ id: 40 }], totalCount: 2 },
};
const attached = {
  '/v2/notes/2/attached-companies': [[{ id: 20 }, { id: 21 }, { id: 22 }], [{ id: 23 }]],
  '/v2/notes/2/attached-persons': [[{ id: 30 }, { id: 31 }, { id: 32 }]],
  '/v2/notes/2/attached-opportunities': [[{ id: 40 }, { id: 41 }]],
};

describe('notes_v2', () => {
  it('asks for all four includes', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/notes': [[]] } });
    await readPartition(notes, fakeContext(affinity), { key: 'part' });
    expect(affinity.asked[0]?.query['includes']).toEqual([
      'companiesPreview',
      'personsPreview',
      'opportunitiesPreview',
      'repliesCount',
    ]);
  });

  it('completes the previews that were cut, over all pages, and asks for no others', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/notes': [[first, busy]], ...attached } });
    const context = fakeContext(affinity);
    const { rows } = await readPartition(notes, context, { key: 'part' });

    expect(rows[0]).toEqual(first);
    expect(rows[1]).toEqual({
      id: 2,
      companiesPreview: { data: [{ id: 20 }, { id: 21 }, { id: 22 }, { id: 23 }], totalCount: 4 },
      personsPreview: { data: [{ id: 30 }, { id: 31 }, { id: 32 }], totalCount: 3 },
      opportunitiesPreview: { data: [{ id: 40 }, { id: 41 }], totalCount: 2 },
    });
    expect(affinity.paths.toSorted()).toEqual(['/v2/notes', ...Object.keys(attached)].toSorted());
    expect(context.warnings).toEqual([]);
  });

  it('completes a preview that only counts', async () => {
    const counted = { ...busy, personsPreview: { totalCount: 3 } };
    const affinity = fakeAffinity({ v2: { '/v2/notes': [[counted]], ...attached } });
    const { rows } = await readPartition(notes, fakeContext(affinity), { key: 'part' });
    expect(rows[0]?.['personsPreview']).toEqual({ data: [{ id: 30 }, { id: 31 }, { id: 32 }], totalCount: 3 });
  });

  it('completes no preview that does not go out', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/notes': [[busy]], ...attached } });
    const properties = { id: { type: 'integer' }, personsPreview: {}, opportunitiesPreview: {} };
    const context = { ...fakeContext(affinity), properties, deselected: new Set(['opportunitiesPreview']) };
    await readPartition(notes, context, { key: 'part' });
    expect(affinity.paths).toEqual(['/v2/notes', '/v2/notes/2/attached-persons']);
  });

  it('keeps a note that was deleted meanwhile as it came, and says that it is not whole', async () => {
    const { '/v2/notes/2/attached-persons': _gone, ...others } = attached;
    const context = fakeContext(fakeAffinity({ v2: { '/v2/notes': [[busy]], ...others } }));
    const { rows } = await readPartition(notes, context, { key: 'part' });
    expect(rows[0]).toMatchObject({ personsPreview: { data: [{ id: 30 }], totalCount: 3 } });
    expect(context.warnings).toEqual([
      '1 list(s) of what notes are attached to could not be completed beyond the first 100.',
    ]);
  });

  it.each([400, 403, 405, 410, 422])(
    'keeps a note as it came when the rest of it is refused with %i',
    async (status) => {
      const affinity = fakeAffinity({
        v2: { '/v2/notes': [[busy]], ...attached, '/v2/notes/2/attached-persons': status },
      });
      const context = fakeContext(affinity);
      const { rows } = await readPartition(notes, context, { key: 'part' });
      expect(rows[0]).toMatchObject({ companiesPreview: { totalCount: 4 }, personsPreview: { data: [{ id: 30 }] } });
      expect(context.warnings).toHaveLength(1);
    },
  );

  it.each([302, 500])('fails when what comes in place of the rest is a %i', async (status) => {
    const affinity = fakeAffinity({
      v2: { '/v2/notes': [[busy]], ...attached, '/v2/notes/2/attached-persons': status },
    });
    await expect(readPartition(notes, fakeContext(affinity), { key: 'part' })).rejects.toThrow(`status ${status}`);
  });
});
