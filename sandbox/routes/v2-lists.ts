import type { Account } from '../data/account.ts';
import type { Field } from '../data/field.ts';
import { itemAt } from '../data/random.ts';
import type { FieldChoice, Renderer } from '../data/render.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import type { Call, Route } from '../http/route.ts';
import { ofIndexes, type Sequence } from '../http/sequence.ts';
import { fieldChoice, isKnown, rendererOf } from './fields-of-call.ts';
import { entryIndex, hasEntry, listIndex } from './list-lookup.ts';
import { entryFieldChoice, paged, permissions, rowsOf } from './specs.ts';

/** The entries of a list. */
export function entriesOfList(
  account: Account,
  list: number,
  renderer: Renderer,
  passes: (entry: number) => boolean = () => true,
): Sequence {
  const rows = itemAt(account.entries, list);
  const live = (entry: number) => passes(entry) && hasEntry(account, list, entry);
  return ofIndexes(rows, (entry) => renderer.entry(list, entry), live);
}

/** The columns of a sheet view: the first shows every field of the list, the second some fields and every other row. */
export function viewChoice(view: number): FieldChoice {
  const few = new Set([
    'affinity-data-location',
    'last-email',
    'field-700104',
    'field-710101',
    'created-at',
    'persons',
  ]);
  const isShown = (field: Field) =>
    view === 0 ? field.definition.type === 'list' || few.has(field.id) : few.has(field.id) || /01$|05$/.test(field.id);
  return { includes: isShown };
}

/** The rows a sheet view lets through. */
export function isInView(view: number, entry: number): boolean {
  return view === 0 || entry % 2 === 0;
}

function viewIndex(call: Call, list: number): number {
  const index = itemAt(call.account.views, list).find(call.id('viewId'));
  if (index === undefined) throw notFound('Saved view');
  return index;
}

/** Lists, views and entries. */
export const listRoutes: readonly Route[] = [
  {
    api: 'v2',
    path: '/v2/lists',
    params: { ...paged, term: { kind: 'text' } },
    handle: (call) => {
      const { lists } = call.account;
      const term = call.params.text('term')?.toLowerCase();
      const passes = (index: number) => term === undefined || lists.rowAt(index).name.toLowerCase().includes(term);
      return { kind: 'page', sequence: rowsOf(call, lists, { passes }) };
    },
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}',
    params: {},
    handle: (call) => ({ kind: 'json', text: JSON.stringify(call.account.lists.rowAt(listIndex(call))) }),
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/list-entries',
    params: { ...paged, ...entryFieldChoice },
    permission: permissions.lists,
    handle: (call) => {
      const list = listIndex(call);
      const sequence = entriesOfList(call.account, list, rendererOf(call, fieldChoice(call)));
      return { kind: 'page', sequence, isNullable: true, isCacheable: true };
    },
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/list-entries/{listEntryId}',
    params: entryFieldChoice,
    handle: (call) => {
      const list = listIndex(call);
      return { kind: 'json', text: rendererOf(call, fieldChoice(call)).entry(list, entryIndex(call, list)) };
    },
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/saved-views',
    params: paged,
    handle: (call) => ({ kind: 'page', sequence: rowsOf(call, itemAt(call.account.views, listIndex(call))) }),
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/saved-views/{viewId}',
    params: {},
    handle: (call) => {
      const list = listIndex(call);
      return { kind: 'json', text: JSON.stringify(itemAt(call.account.views, list).rowAt(viewIndex(call, list))) };
    },
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/saved-views/{viewId}/list-entries',
    params: paged,
    permission: permissions.lists,
    handle: (call) => {
      const list = listIndex(call);
      const view = viewIndex(call, list);
      const { type } = itemAt(call.account.views, list).rowAt(view);
      if (type !== 'sheet') throw new ApiError(400, 'bad-request', `Entries of a ${type} view cannot be read`);
      const choice = viewChoice(view);
      const known: FieldChoice = { includes: (field) => isKnown(call, field) && choice?.includes(field) === true };
      return {
        kind: 'page',
        sequence: entriesOfList(call.account, list, rendererOf(call, known), (entry) => isInView(view, entry)),
        isNullable: true,
        isCacheable: true,
      };
    },
  },
];
