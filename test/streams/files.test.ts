import { describe, expect, it } from 'vitest';
import { entityFiles } from '../../src/streams/files.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

describe('entity_files', () => {
  it('turns sizes that come as digits into numbers and leaves all else as it is', async () => {
    const rows = [
      { id: 1, size: '245760', person_id: 5 },
      { id: 2, size: 7 },
      { id: 3, size: null },
      { id: 4, size: '1 MB' },
    ];
    const affinity = fakeAffinity({ v1: { '/entity-files': [rows] } });
    const read = await readPartition(entityFiles, fakeContext(affinity), { key: 'all' });
    expect(read.rows).toEqual([{ ...rows[0], size: 245_760 }, ...rows.slice(1)]);
  });

  it('resumes one page early, so that rows which moved up are not skipped', async () => {
    const pages = [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }], [{ id: 4 }]];
    const context = fakeContext(fakeAffinity({ v1: { '/entity-files': pages } }));
    const { checkpoints } = await readPartition(entityFiles, context, { key: 'all' });

    expect(checkpoints).toEqual([
      { cursor: '/entity-files#1', rowsBefore: 2 },
      { cursor: '/entity-files#2', rowsBefore: 3 },
    ]);
    const rest = await readPartition(entityFiles, context, { key: 'all' }, checkpoints[1]?.cursor);
    expect(rest.rows.map(({ id }) => id)).toEqual([3, 4]);
  });
});
