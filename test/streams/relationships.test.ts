import { describe, expect, it } from 'vitest';
import { relationships } from '../../src/streams/relationships.ts';
import { fakeAffinity, fakeContext, parentsOf, readPartition } from '../support/fake-affinity.ts';

function pair(first: number, second: number) {
  return { person1: { id: first }, person2: { id: second }, interactionScore: 0.5 };
}

const users = [
  { id: 3, status: 'active' },
  { id: 1, status: 'active' },
  { id: 7, status: 'deactivated' },
];

/** Each of the three knows the others and somebody outside; `sided` puts whoever was asked for first. */
function account(sided: boolean) {
  const of = (own: number, others: readonly number[]) =>
    others.map((other) => (sided || own < other ? pair(own, other) : pair(other, own)));
  return fakeAffinity({
    v2: {
      '/v2/users': [users],
      '/v2/persons/1/relationships': [of(1, [3, 7]), of(1, [50])],
      '/v2/persons/3/relationships': [of(3, [50, 1]), of(3, [7])],
      '/v2/persons/7/relationships': [of(7, [2, 1, 3])],
    },
    objects: { '/v2/persons/8': { id: 8 } },
  });
}

async function readAll(sided: boolean) {
  const affinity = account(sided);
  const context = fakeContext(affinity);
  const parents = await parentsOf(relationships, context);
  const reads = await Promise.all(parents.map((parent) => readPartition(relationships, context, parent)));
  return { affinity, parents, rows: reads.flatMap(({ rows }) => rows) };
}

describe('relationships', () => {
  it('are asked for of every user, former ones too, by ascending id', async () => {
    const { parents, affinity } = await readAll(false);
    expect(parents.map(({ parentId }) => parentId)).toEqual([1, 3, 7]);
    expect(affinity.paths.filter((path) => path === '/v2/users')).toHaveLength(1);
  });

  it.each([false, true])('come once for each pair, with their ids (asked person first: %s)', async (sided) => {
    const { rows } = await readAll(sided);
    const pairs = rows.map((row) => [row['person1Id'], row['person2Id']].toSorted().join('-'));
    expect(pairs.toSorted()).toEqual(['1-3', '1-50', '1-7', '2-7', '3-50', '3-7']);
    for (const row of rows) {
      expect(row).toMatchObject({ person1: { id: row['person1Id'] }, person2: { id: row['person2Id'] } });
    }
  });

  it('go on from a checkpoint with the rest', async () => {
    const context = fakeContext(account(false));
    const partition = { key: 'person 3', parentId: 3 };
    const whole = await readPartition(relationships, context, partition);
    const [first] = whole.checkpoints;
    const rest = await readPartition(relationships, context, partition, first?.cursor);
    expect(first?.rowsBefore).toBe(1);
    expect(rest.rows).toEqual(whole.rows.slice(1));
  });

  it('of a user whose person is gone are none; where only the relationships are missing, it fails', async () => {
    const context = fakeContext(account(false));
    expect((await readPartition(relationships, context, { key: 'person 9', parentId: 9 })).rows).toEqual([]);
    expect(context.warnings).toEqual(['at least one person was deleted after Affinity had listed it; it has no rows.']);
    const present = { key: 'person 8', parentId: 8 };
    await expect(readPartition(relationships, context, present)).rejects.toThrow('status 404');
  });

  it('refuse a user without an id', async () => {
    const context = fakeContext(fakeAffinity({ v2: { '/v2/users': [[{ id: null }]] } }));
    await expect(parentsOf(relationships, context)).rejects.toThrow('id is not a whole number');
  });
});
