import { isObject } from '../affinity/answers.ts';
import { Relationship } from '../affinity/models/relationships.ts';
import { readCollection } from './collection.ts';
import { inOrder, parentPartition, unlessDeleted } from './parents.ts';
import { defineStream, type Row } from './stream.ts';

/**
 * A pair has at least one person of the firm, so asking for everybody with an account, former ones included, brings
 * all pairs.
 */
export const relationships = defineStream({
  name: 'relationships',
  endpoint: 'GET /v2/persons/{id}/relationships',
  cost: '1 per 100 relationships, at least 1 per user',
  description: 'How well the people of your firm know others and each other; each pair once.',
  row: Relationship,
  primaryKey: ['person1Id', 'person2Id'],
  isFanOut: true,
  partitions: async ({ lookups }) => inOrder((await lookups.userRows()).map((user) => parentPartition('person', user))),
  async *readPartition(context, { parentId: personId }, cursor) {
    const userIds = new Set((await context.lookups.userRows()).map(({ id }) => id));
    const path = `/v2/persons/${personId}`;
    const items = readCollection(context, {
      path: `${path}/relationships`,
      cursor,
      toRow: (row) => ({ person1Id: idOf(row['person1']), person2Id: idOf(row['person2']), ...row }),
      isWanted: (row) => comesHere(row, Number(personId), userIds),
    });
    yield* unlessDeleted(context, { kind: 'person', path }, items);
  },
});

/** Two users have their pair both under the one and under the other: it goes out under the lower id. */
function comesHere({ person1, person2 }: Row, personId: number, userIds: ReadonlySet<unknown>): boolean {
  const other = [idOf(person1), idOf(person2)].find((id) => id !== personId);
  return !(typeof other === 'number' && other < personId && userIds.has(other));
}

function idOf(person: unknown): unknown {
  return isObject(person) ? person['id'] : undefined;
}
