import { List, SavedView } from '../affinity/models/lists.ts';
import { readCollection } from './collection.ts';
import { defineStream, type Partition, page, type ReadContext } from './stream.ts';

export const lists = defineStream({
  name: 'lists',
  endpoint: 'GET /v2/lists',
  cost: '1 per 100 lists',
  description: 'Every list the API key sees.',
  row: List,
  primaryKey: ['id'],
  async *readPartition({ lookups }) {
    yield page((await lookups.listRows()).map((row) => ({ ...row })));
  },
});

export const savedViews = defineStream({
  name: 'saved_views',
  endpoint: 'GET /v2/lists/{id}/saved-views',
  cost: '1 per list',
  description: 'The saved views of every list.',
  row: SavedView,
  primaryKey: ['listId', 'id'],
  partitions: eachList,
  readPartition: (context, { parentId: listId }, cursor) =>
    readCollection(context, { path: `/v2/lists/${listId}/saved-views`, cursor, toRow: (row) => ({ listId, ...row }) }),
});

/** One partition for each list, by ascending id. */
export async function eachList({ lookups }: ReadContext): Promise<Partition[]> {
  return (await lookups.lists()).map(({ id }) => ({ key: `list ${id}`, parentId: id }));
}
