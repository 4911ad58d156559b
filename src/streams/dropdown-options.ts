import type { ApiObject } from '../affinity/answers.ts';
import { ApiError } from '../affinity/errors.ts';
import { DropdownOption } from '../affinity/models/fields.ts';
import { eachList, readOfList } from './lists.ts';
import {
  checkpoint,
  defineStream,
  type Partition,
  page,
  parseCursor,
  type ReadContext,
  type ReadItem,
} from './stream.ts';

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
  partitions: eachOwner,
  readPartition(context, partition, cursor) {
    const items = readOwner(context, partition, cursor);
    const isGlobal = partition.key === COMPANY_FIELDS.key || partition.key === PERSON_FIELDS.key;
    return isGlobal ? items : readOfList(context, partition, items);
  },
});

/** Whoever has fields: companies, persons, and each list. */
async function eachOwner(context: ReadContext): Promise<Partition[]> {
  return [COMPANY_FIELDS, PERSON_FIELDS, ...(await eachList(context))];
}

async function* readOwner(
  context: ReadContext,
  owner: Partition,
  cursor: string | undefined,
): AsyncGenerator<ReadItem, void, undefined> {
  const { fields, added } = await dropdownsOf(context, owner);
  const resumed = readFieldCursor(cursor);
  const first = Math.max(
    0,
    fields.findIndex(({ id }) => id === resumed?.fieldId),
  );
  for (const [index, field] of fields.slice(first).entries()) {
    const url = index === 0 && field.id === resumed?.fieldId ? resumed.url : undefined;
    yield* unlessRefused(context, field, readOptions(context, { field, added, url }));
    const following = fields[first + index + 1];
    if (following !== undefined) yield checkpoint(JSON.stringify({ fieldId: following.id }));
  }
}

interface Dropdown {
  readonly id: string;
  /** Where its options are. */
  readonly path: string;
}

interface Dropdowns {
  readonly fields: readonly Dropdown[];
  readonly added: { readonly entityType: string | null; readonly listId: number | null };
}

async function dropdownsOf({ lookups }: ReadContext, { key, parentId }: Partition): Promise<Dropdowns> {
  if (key === COMPANY_FIELDS.key) {
    return {
      fields: dropdownsIn(await lookups.companyFields(), '/v2/companies/fields'),
      added: { entityType: 'company', listId: null },
    };
  }
  if (key === PERSON_FIELDS.key) {
    return {
      fields: dropdownsIn(await lookups.personFields(), '/v2/persons/fields'),
      added: { entityType: 'person', listId: null },
    };
  }
  const listId = parentId ?? 0;
  const [list, fields] = [(await lookups.lists()).find(({ id }) => id === listId), await lookups.listFields(listId)];
  const own = fields.filter(({ type }) => type === 'list');
  return {
    fields: dropdownsIn(own, `/v2/lists/${listId}/fields`),
    added: { entityType: list?.type ?? null, listId },
  };
}

/** The metadata says `dropdown`, `dropdown-multi`, `ranked-dropdown`; options and later versions may say more kinds. */
function dropdownsIn(fields: readonly ApiObject[], path: string): Dropdown[] {
  const ids = fields
    .filter(({ valueType }) => typeof valueType === 'string' && valueType.includes('dropdown'))
    .map(({ id }) => id);
  const known = new Set(ids.filter((id) => typeof id === 'string'));
  return [...known].map((id) => ({ id, path: `${path}/${encodeURIComponent(id)}/dropdown-options` }));
}

async function* readOptions(
  { affinity }: ReadContext,
  request: { field: Dropdown; added: Dropdowns['added']; url: string | undefined },
): AsyncGenerator<ReadItem, void, undefined> {
  const { field, added, url } = request;
  const { id: fieldId, path } = field;
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

/** What the API says of a field that is no dropdown (400), or none it knows (404, as of other things that are gone). */
const NO_DROPDOWN_STATUSES: ReadonlySet<number> = new Set([400, 404, 410, 422]);

/**
 * Reads the options of a field, of which there are none, with a WARN, if the API refuses this field: it may have been
 * deleted since the fields were listed, or be a dropdown for the metadata alone. That it is about this field is believed
 * where any other one is answered: a refusal of them all must not look like an account without options.
 */
async function* unlessRefused(
  context: ReadContext,
  field: Dropdown,
  items: AsyncGenerator<ReadItem, void, undefined>,
): AsyncGenerator<ReadItem, void, undefined> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isOfField = NO_DROPDOWN_STATUSES.has(error.status) && !error.stopsSync;
    if (!isOfField || !(await isAnotherAnswered(context, field))) throw error.within(`field ${field.id}`);
    context.warn(`the options of the field ${field.id} are left out: ${error.message}`);
  }
}

/** Where options were found by the search below: the next field that is refused need not look for others again. */
const answered = new WeakMap<ReadContext, string>();

async function isAnotherAnswered(context: ReadContext, refused: Dropdown): Promise<boolean> {
  const known = answered.get(context);
  if (known !== undefined && known !== refused.path) return true;
  for (const owner of await eachOwner(context)) {
    const dropdowns = await answerOf(dropdownsOf(context, owner));
    for (const { path } of dropdowns?.fields ?? []) {
      if (path === refused.path) continue;
      const first = await answerOf(context.affinity.v2.pages(path, { limit: 1 }).next());
      if (first === undefined) continue;
      answered.set(context, path);
      return true;
    }
  }
  return false;
}

/** Undefined where the API refuses. */
async function answerOf<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && !error.stopsSync) return undefined;
    throw error;
  }
}
