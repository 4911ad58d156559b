import { describe, expect, it } from 'vitest';
import { companyMerges, personMerges } from '../../src/streams/merges.ts';
import type { Row } from '../../src/streams/stream.ts';
import type { TimeSlice } from '../../src/streams/time.ts';
import { created, fakeAffinity, fakeContext, readPartition } from '../support/fake-affinity.ts';

const PATH = '/v2/company-merges';

function merge(id: number, startedAt: string, status = 'success'): Row {
  return { id, status, startedAt, completedAt: status === 'in-progress' ? null : startedAt };
}

async function read(pages: readonly Row[][], slice: TimeSlice, cursor?: string) {
  const affinity = fakeAffinity({ v2: { [PATH]: pages } });
  const partition = { key: 'part', slice };
  return await readPartition(companyMerges, fakeContext(affinity), partition, cursor);
}

const pages = [
  [merge(9, '2026-09-09T00:00:00Z'), merge(8, '2026-09-08T00:00:00Z', 'in-progress')],
  [merge(7, '2026-09-07T00:00:00Z', 'in-progress'), merge(6, '2026-09-06T00:00:00Z')],
  [merge(5, '2026-09-05T00:00:00Z'), merge(4, '2026-09-04T00:00:00Z')],
  [merge(3, '2026-09-03T00:00:00Z', 'in-progress')],
];

describe('merges', () => {
  it('are read to the last page when nothing is known yet', async () => {
    const { rows, checkpoints } = await read(pages, created(null));
    expect(rows.map(({ id }) => id)).toEqual([9, 8, 7, 6, 5, 4, 3]);
    expect(checkpoints).toHaveLength(3);
  });

  it('stop after the first page that lies whole below the bound', async () => {
    const { items, rows } = await read(pages, created('2026-09-06T12:00:00Z'));
    expect(rows.map(({ id }) => id)).toEqual([9, 8, 7]);
    expect(items.filter(({ type }) => type === 'page')).toHaveLength(3);
  });

  it('do not stop at a single older row, nor at an empty page', async () => {
    const untidy = [
      [merge(9, '2026-09-01T00:00:00Z'), merge(8, '2026-09-08T00:00:00Z')],
      [],
      [merge(7, '2026-09-07T00:00:00Z')],
    ];
    const { rows } = await read(untidy, created('2026-09-06T00:00:00Z'));
    expect(rows.map(({ id }) => id)).toEqual([8, 7]);
  });

  it('reach down to the lowest of several ranges', async () => {
    const slice = { ...created('2026-09-08T00:00:00Z'), changed: null };
    const both = {
      ...slice,
      created: [...created('2026-09-03T00:00:00Z', '2026-09-05T00:00:00Z').created, ...slice.created],
    };
    const { rows } = await read(pages, both);
    expect(rows.map(({ id }) => id)).toEqual([9, 8, 4, 3]);
  });

  it('name the oldest unfinished one of a page before the checkpoint that passes it', async () => {
    const { items } = await read(pages, created('2026-09-06T00:00:00Z'));
    expect(
      items.map((item) => (item.type === 'reread-from' ? new Date(item.timeMs).toISOString() : item.type)),
    ).toEqual([
      'page',
      '2026-09-08T00:00:00.000Z',
      'checkpoint',
      'page',
      '2026-09-07T00:00:00.000Z',
      'checkpoint',
      'page',
    ]);
  });

  it('name the oldest where a page has several unfinished ones', async () => {
    const several = [[pages[0]?.[1] ?? {}, pages[3]?.[0] ?? {}, pages[1]?.[0] ?? {}]];
    const { items } = await read(several, created(null));
    expect(items[1]).toEqual({ type: 'reread-from', timeMs: Date.parse('2026-09-03T00:00:00Z') });
  });

  it('count as finished with an end, whatever their status is called', async () => {
    const odd = [
      [
        { ...merge(1, '2026-09-01T00:00:00Z'), status: 'cancelled' },
        { ...merge(2, '2026-09-01T00:00:00Z', 'failed'), completedAt: null },
      ],
    ];
    const { items } = await read(odd, created(null));
    expect(items.map(({ type }) => type)).toEqual(['page']);
  });

  it('go on from each checkpoint with the rest', async () => {
    const slice = created('2026-09-05T00:00:00Z');
    const whole = await read(pages, slice);
    expect(whole.checkpoints).toHaveLength(3);
    for (const { cursor, rowsBefore } of whole.checkpoints) {
      expect((await read(pages, slice, cursor)).rows).toEqual(whole.rows.slice(rowsBefore));
    }
  });

  it('of persons come from their own endpoint', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/person-merges': [[merge(1, '2026-09-01T00:00:00Z')]] } });
    const { rows } = await readPartition(personMerges, fakeContext(affinity), { key: 'part', slice: created(null) });
    expect(rows).toHaveLength(1);
  });
});
