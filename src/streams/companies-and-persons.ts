import { Company, CompanyBase } from '../affinity/models/companies.ts';
import { rowJsonSchema } from '../affinity/models/json-schema.ts';
import { Person, PersonBase } from '../affinity/models/persons.ts';
import { asTheyCame, type Drafting, draftRowsWithFields, payloadFields, type RowWriter } from './completion.ts';
import { type ColumnSource, createColumnWriter, discoverColumns } from './field-columns.ts';
import { isReadIdsFirst, readIdsFirst } from './ids-first.ts';
import { permissions } from './permissions.ts';
import { checkpoint, defineStream, type ReadContext, type ReadItem } from './stream.ts';

/** Without these the API leaves all field data out. Lists have a fourth type. */
const FIELDS = { fieldTypes: ['enriched', 'global', 'relationship-intelligence'] };

const companySource: ColumnSource = {
  base: rowJsonSchema(CompanyBase),
  path: '/v2/companies',
  query: FIELDS,
  metadata: ({ lookups }) => lookups.companyFields(),
  fieldsOf: payloadFields,
  toBase: (row) => row,
};

const personSource: ColumnSource = {
  base: rowJsonSchema(PersonBase),
  path: '/v2/persons',
  query: FIELDS,
  metadata: ({ lookups }) => lookups.personFields(),
  fieldsOf: payloadFields,
  toBase: (row) => row,
};

export const companies = defineStream({
  name: 'companies',
  endpoint: 'GET /v2/companies',
  cost: '1 per 100 companies (2 on plans without a monthly quota), and 1 per 100 values of each field that has more than 100',
  description: 'Every company with its enriched, global and relationship fields.',
  row: Company,
  primaryKey: ['id'],
  permission: permissions.exportCompanies,
  discoverSchema: async (context) =>
    context.config.fieldLayout === 'columns' ? discoverColumns(context, companySource) : rowJsonSchema(Company),
  readPartition: (context, _partition, cursor) => readWithFields(context, companySource, cursor),
});

export const persons = defineStream({
  name: 'persons',
  endpoint: 'GET /v2/persons',
  cost: '1 per 100 persons (2 on plans without a monthly quota), and 1 per 100 values of each field that has more than 100',
  description: 'Every person, colleagues included, with enriched, global and relationship fields.',
  row: Person,
  primaryKey: ['id'],
  permission: permissions.exportPersons,
  discoverSchema: async (context) =>
    context.config.fieldLayout === 'columns' ? discoverColumns(context, personSource) : rowJsonSchema(Person),
  readPartition: (context, _partition, cursor) => readWithFields(context, personSource, cursor),
});

async function* readWithFields(
  context: ReadContext,
  source: ColumnSource,
  cursor: string | undefined,
): AsyncGenerator<ReadItem, void, undefined> {
  const { path } = source;
  if (isReadIdsFirst(context, cursor)) {
    yield* readIdsFirst(context, { path, query: FIELDS, cursor, drafting: createDrafting(context, source) });
    return;
  }
  const drafting = await createDrafting(context, source);
  for await (const { rows, next } of context.affinity.v2.readPages(drafting, path, FIELDS, cursor)) {
    yield await drafting.toPage(rows);
    if (next !== null) yield checkpoint(next);
  }
}

async function createDrafting(context: ReadContext, source: ColumnSource): Promise<Drafting> {
  return draftRowsWithFields(context, {
    fieldsOf: source.fieldsOf,
    fieldsPath: ({ id }) => `${source.path}/${id}/fields`,
    writer: await createWriter(context, source),
  });
}

async function createWriter(context: ReadContext, source: ColumnSource): Promise<RowWriter> {
  return context.config.fieldLayout === 'columns'
    ? await createColumnWriter(context, source)
    : asTheyCame(context, () => 'fields');
}
