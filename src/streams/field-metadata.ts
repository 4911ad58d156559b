import { FieldMetadata, ListField } from '../affinity/models/fields.ts';
import { eachList, readOfList } from './lists.ts';
import { defineStream, type Partition, page, type ReadContext, type ReadItem } from './stream.ts';

export const companyFields = defineStream({
  name: 'company_fields',
  endpoint: 'GET /v2/companies/fields',
  cost: '1 per 100 fields',
  description: 'What the fields of companies are: names, types, sources.',
  row: FieldMetadata,
  primaryKey: ['id'],
  async *readPartition({ lookups }) {
    yield page((await lookups.companyFields()).map((row) => ({ ...row })));
  },
});

export const personFields = defineStream({
  name: 'person_fields',
  endpoint: 'GET /v2/persons/fields',
  cost: '1 per 100 fields',
  description: 'What the fields of persons are: names, types, sources.',
  row: FieldMetadata,
  primaryKey: ['id'],
  async *readPartition({ lookups }) {
    yield page((await lookups.personFields()).map((row) => ({ ...row })));
  },
});

export const listFields = defineStream({
  name: 'list_fields',
  endpoint: 'GET /v2/lists/{id}/fields',
  cost: '1 per list',
  description: 'What the fields of each list are, also those of the companies, persons or opportunities on it.',
  row: ListField,
  primaryKey: ['listId', 'id'],
  partitions: eachList,
  readPartition: (context, partition) => readOfList(context, partition, readListFields(context, partition)),
});

async function* readListFields(
  { lookups }: ReadContext,
  { parentId: listId }: Partition,
): AsyncGenerator<ReadItem, void, undefined> {
  if (listId !== undefined) yield page((await lookups.listFields(listId)).map((row) => ({ listId, ...row })));
}
