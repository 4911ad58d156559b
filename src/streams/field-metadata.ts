import type { ApiObject } from '../affinity/answers.ts';
import { DropdownOption, FieldMetadata, ListField } from '../affinity/models/fields.ts';
import { eachList } from './lists.ts';
import {
  checkpoint,
  defineStream,
  type Partition,
  page,
  parseCursor,
  type ReadContext,
  type ReadItem,
} from './stream.ts';

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
  async *readPartition({ lookups }, { parentId: listId }) {
    if (listId !== undefined) yield page((await lookups.listFields(listId)).map((row) => ({ listId, ...row })));
  },
});

/** Global fields belong to no list; they come before the lists, whose ids are positive. */
const COMPANY_FIELDS: Partition = { key: 'company fields', parentId: -2 };
const PERSON_FIELDS: Partition = { key: 'person fields', parentId: -1 };

export const dropdownOptions = defineStream({
  name: 'dropdown_options',
  endpoint: 'GET /v2/…/fields/{fieldId}/dropdown-options',
  cost: '1 per dropdown field',
  description: 'The options of every dropdown field; global fields come once, not again for each list that shows them.',
  row: DropdownOption,
  primaryKey: ['fieldId', 'id'],
  isFanOut: true,
  partitions: async (context) => [COMPANY_FIELDS, PERSON_FIELDS, ...(await eachList(context))],
  async *readPartition(context, partition, cursor) {
    const { fields, path, added } = await dropdownsOf(context, partition);
    const resumed = readFieldCursor(cursor);
    const first = Math.max(0, fields.indexOf(resumed?.fieldId ?? ''));
    for (const [index, fieldId] of fields.slice(first).entries()) {
      const url = index === 0 && fieldId === resumed?.fieldId ? resumed.url : undefined;
      yield* readOptions(context, {
        path: `${path}/${encodeURIComponent(fieldId)}/dropdown-options`,
        fieldId,
        added,
        url,
      });
      const following = fields[first + index + 1];
      if (following !== undefined) yield checkpoint(JSON.stringify({ fieldId: following }));
    }
  },
});

interface Dropdowns {
  readonly fields: readonly string[];
  readonly path: string;
  readonly added: { readonly entityType: string | null; readonly listId: number | null };
}

async function dropdownsOf({ lookups }: ReadContext, { key, parentId }: Partition): Promise<Dropdowns> {
  if (key === COMPANY_FIELDS.key) {
    return {
      fields: dropdownIds(await lookups.companyFields()),
      path: '/v2/companies/fields',
      added: { entityType: 'company', listId: null },
    };
  }
  if (key === PERSON_FIELDS.key) {
    return {
      fields: dropdownIds(await lookups.personFields()),
      path: '/v2/persons/fields',
      added: { entityType: 'person', listId: null },
    };
  }
  const listId = parentId ?? 0;
  const [list, fields] = [(await lookups.lists()).find(({ id }) => id === listId), await lookups.listFields(listId)];
  const own = fields.filter(({ type }) => type === 'list');
  return {
    fields: dropdownIds(own),
    path: `/v2/lists/${listId}/fields`,
    added: { entityType: list?.type ?? null, listId },
  };
}

/** The metadata says `dropdown`, `dropdown-multi`, `ranked-dropdown`; options and later versions may say more kinds. */
function dropdownIds(fields: readonly ApiObject[]): string[] {
  const ids = fields
    .filter(({ valueType }) => typeof valueType === 'string' && valueType.includes('dropdown'))
    .map(({ id }) => id);
  return [...new Set(ids.filter((id) => typeof id === 'string'))];
}

async function* readOptions(
  { affinity }: ReadContext,
  request: { path: string; fieldId: string; added: Dropdowns['added']; url: string | undefined },
): AsyncGenerator<ReadItem, void, undefined> {
  const { path, fieldId, added, url } = request;
  for await (const { rows, next } of affinity.v2.pages(path, {}, url)) {
    yield page(rows.map((row) => ({ fieldId, ...row, ...added })));
    if (next !== null) yield checkpoint(JSON.stringify({ fieldId, url: next }));
  }
}

function readFieldCursor(cursor: string | undefined): { fieldId: string; url: string | undefined } | undefined {
  if (cursor === undefined) return undefined;
  const { fieldId, url } = parseCursor(cursor);
  if (typeof fieldId !== 'string') return undefined;
  return { fieldId, url: typeof url === 'string' ? url : undefined };
}
