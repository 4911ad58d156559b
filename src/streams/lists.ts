import { ApiError } from '../affinity/errors.ts';
import { List, SavedView } from '../affinity/models/lists.ts';
import { readCollection } from './collection.ts';
import { unlessDeleted } from './parents.ts';
import { defineStream, type Partition, page, type ReadContext, type ReadItem } from './stream.ts';

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
  readPartition: (context, partition, cursor) => {
    const listId = partition.parentId;
    const path = `/v2/lists/${listId}/saved-views`;
    const items = readCollection(context, { path, cursor, toRow: (row) => ({ listId, ...row }) });
    return readOfList(context, partition, items);
  },
});

/** One partition for each list, by ascending id. */
export async function eachList({ lookups }: ReadContext): Promise<Partition[]> {
  return (await lookups.lists()).map(({ id }) => ({ key: `list ${id}`, parentId: id }));
}

/**
 * Reads the rows of one list in a stream of all lists: none, with a WARN that names it, if it was deleted since they were
 * listed. What goes wrong otherwise names the list, too.
 */
export async function* readOfList(
  context: ReadContext,
  { key: name, parentId }: Partition,
  items: AsyncGenerator<ReadItem, void, undefined>,
): AsyncGenerator<ReadItem, void, undefined> {
  try {
    yield* unlessDeleted(context, { kind: 'list', path: `/v2/lists/${parentId}`, name }, items);
  } catch (error) {
    throw error instanceof ApiError ? error.within(name) : error;
  }
}
