import { isObject } from '../affinity/answers.ts';
import { rowJsonSchema } from '../affinity/models/json-schema.ts';
import { ListEntry, ListEntryColumns } from '../affinity/models/lists.ts';
import type { Query } from '../affinity/v2.ts';
import type { ListReference } from '../list-reference.ts';
import { asTheyCame, draftRowsWithFields, payloadFields, type RowWriter } from './completion.ts';
import { type ColumnSource, createColumnWriter, discoverColumns } from './field-columns.ts';
import { eachList, readOfList } from './lists.ts';
import { permissions } from './permissions.ts';
import { checkpoint, defineStream, type ReadContext, type ReadItem, type Row, type Stream } from './stream.ts';

/** All field data of an entry; without these the API sends none. */
const ALL_FIELDS: Query = { fieldTypes: ['enriched', 'global', 'list', 'relationship-intelligence'] };

const fieldsOf = (row: Row) => payloadFields(row['entity']);

export const listEntries = defineStream({
  name: 'list_entries',
  endpoint: 'GET /v2/lists/{id}/list-entries',
  cost: '1 per 100 entries, at least 1 per list',
  description: 'The entries of every list, their field values in entity.fields.',
  row: ListEntry,
  primaryKey: ['id'],
  permission: permissions.exportLists,
  partitions: eachList,
  readPartition: (context, partition, cursor) => {
    const path = `/v2/lists/${partition.parentId}/list-entries`;
    const items = readEntries(context, {
      path,
      query: ALL_FIELDS,
      cursor,
      writer: asTheyCame(context, () => 'entity'),
    });
    return readOfList(context, partition, items);
  },
});

export type ListOrView = Exclude<ListReference, { kind: 'all' }>;

/** The stream of one list or sheet view, with a column for each field. */
export function listEntriesStream(reference: ListOrView): Stream {
  const { listId } = reference;
  const isView = reference.kind === 'view';
  const source: ColumnSource = {
    base: rowJsonSchema(ListEntryColumns),
    path: isView
      ? `/v2/lists/${listId}/saved-views/${reference.viewId}/list-entries`
      : `/v2/lists/${listId}/list-entries`,
    // A view returns its own columns and takes no such parameter.
    ...(isView ? { onlySampled: true } : { query: ALL_FIELDS }),
    metadata: ({ lookups }) => lookups.listFields(listId),
    fieldsOf,
    toBase: toColumnBase,
  };
  return defineStream({
    name: streamName(reference),
    endpoint: isView ? 'GET /v2/lists/{id}/saved-views/{viewId}/list-entries' : 'GET /v2/lists/{id}/list-entries',
    cost: '1 per 100 entries, and 1 per 100 values of each field that has more than 100',
    description: isView
      ? `The entries of the view ${reference.viewId} of list ${listId}, with a column for each field it shows.`
      : `The entries of list ${listId}, with a column for each field.`,
    row: ListEntryColumns,
    primaryKey: ['id'],
    permission: permissions.exportLists,
    discoverSchema: (context) => discoverColumns(context, source),
    async *readPartition(context, _partition, cursor) {
      const { path, query = {} } = source;
      yield* readEntries(context, {
        path,
        query,
        cursor,
        writer: await createColumnWriter(context, source),
      });
    },
  });
}

export function streamName(reference: ListOrView): string {
  return reference.kind === 'view'
    ? `list_${reference.listId}_view_${reference.viewId}_entries`
    : `list_${reference.listId}_entries`;
}

/** The list or view that a stream's name stands for, or undefined for any other name. */
export function listOrViewOf(name: string): ListOrView | undefined {
  // One name for each stream: statuses and states carry the one that the id gives, and platforms stop at any other.
  const [, list, view] = /^list_([1-9]\d*)(?:_view_([1-9]\d*))?_entries$/.exec(name) ?? [];
  const listId = Number(list);
  if (!Number.isSafeInteger(listId)) return undefined;
  if (view === undefined) return { kind: 'list', listId };
  const viewId = Number(view);
  return Number.isSafeInteger(viewId) ? { kind: 'view', listId, viewId } : undefined;
}

function toColumnBase({ entity, ...own }: Row): Row {
  if (!isObject(entity)) return { ...own, entityId: null, entity: null };
  const { fields: _fields, ...entityWithoutFields } = entity;
  return { ...own, entityId: entity['id'], entity: entityWithoutFields };
}

interface EntriesRequest {
  readonly path: string;
  readonly query: Query;
  readonly cursor: string | undefined;
  readonly writer: RowWriter;
}

async function* readEntries(context: ReadContext, request: EntriesRequest): AsyncGenerator<ReadItem, void, undefined> {
  const { path, query, cursor, writer } = request;
  const fieldsPath = ({ listId, id }: Row): string => `/v2/lists/${listId}/list-entries/${id}/fields`;
  const drafting = draftRowsWithFields(context, { fieldsOf, fieldsPath, writer });
  for await (const { rows, next } of context.affinity.v2.readPages(drafting, path, query, cursor)) {
    yield await drafting.toPage(rows);
    if (next !== null) yield checkpoint(next);
  }
}
