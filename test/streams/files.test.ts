import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { createRowPreparer } from '../../src/source/rows.ts';
import { entityFiles } from '../../src/streams/files.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';
import { fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';
import { HOST, openAffinity, useNock } from '../support/nock-affinity.ts';

useNock();

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

  it('lets out the very bytes of rows in which nothing is to be changed', async () => {
    const [asItCame, changed] = ['{"id":1, "size":2.0}', '{"id":2, "size":"2"}'];
    nock(HOST)
      .get('/entity-files?page_size=500')
      .reply(200, `{"entity_files":[${asItCame},${changed}],"next_page_token":null}`);
    const { v1, v2 } = openAffinity();
    const context = {
      ...fakeContext({ v1, v2 }),
      prepare: createRowPreparer({ stream: entityFiles, properties: undefined, warn: () => {} }),
    };
    const json: string[] = [];
    for await (const item of entityFiles.readPartition(context, { key: 'all' }, undefined)) {
      if (item.type === 'page') json.push(...item.rows.map((row) => (row instanceof PreparedRow ? row.json : '')));
    }
    expect(json).toEqual([asItCame, '{"id":2,"size":2}']);
  });
});
