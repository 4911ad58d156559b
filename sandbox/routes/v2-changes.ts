import type { Account } from '../data/account.ts';
import { type Merge, mergeRow } from '../data/merges.ts';
import { itemAt } from '../data/random.ts';
import { notFound } from '../http/api-error.ts';
import type { Route } from '../http/route.ts';
import { ofArray } from '../http/sequence.ts';
import { entryIndex, listIndex } from './list-lookup.ts';
import { filter, paged, paged25, permissions, rowsOf, rule } from './specs.ts';

const changeRules = {
  'field.id': rule.text,
  'changer.id': rule.id,
  changedAt: rule.time,
  actionType: rule.choice('add', 'update', 'delete'),
};
const statuses = ['in-progress', 'success', 'failed'];

/** Merges grouped by the task that did them, newest first. */
function tasksOf(account: Account, kind: 'company' | 'person') {
  const merges = account.merges[kind];
  const tasks = new Map<string, Merge[]>();
  for (const index of merges.indexesDown()) {
    const merge = merges.rowAt(index);
    tasks.set(merge.taskId, [...(tasks.get(merge.taskId) ?? []), merge]);
  }
  return [...tasks].map(([id, members]) => {
    const countOf = (status: string) => members.filter((merge) => merge.status === status).length;
    const inProgress = countOf('in-progress');
    const failed = countOf('failed');
    const status = inProgress > 0 ? 'in-progress' : failed > 0 ? 'failed' : 'success';
    return { id, status, resultsSummary: { total: members.length, inProgress, success: countOf('success'), failed } };
  });
}

function mergeRoutes(kind: 'company' | 'person'): Route[] {
  const params = { ...(kind === 'company' ? paged : paged25), ...filter };
  const permission = permissions.duplicates;
  return [
    {
      api: 'v2',
      path: `/v2/${kind}-merges`,
      params,
      permission,
      filter: { status: rule.choice(...statuses), taskId: rule.text },
      handle: (call) => {
        const rows = call.account.merges[kind];
        return {
          kind: 'page',
          sequence: rowsOf(call, rows, {
            direction: 'down',
            text: (index) => JSON.stringify(mergeRow(rows.rowAt(index), kind)),
          }),
        };
      },
    },
    {
      api: 'v2',
      path: `/v2/${kind}-merges/{mergeId}`,
      params: {},
      permission,
      handle: (call) => {
        const rows = call.account.merges[kind];
        const index = rows.find(call.id('mergeId'));
        if (index === undefined) throw notFound('Merge');
        return { kind: 'json', text: JSON.stringify(mergeRow(rows.rowAt(index), kind)) };
      },
    },
    {
      api: 'v2',
      path: `/v2/tasks/${kind}-merges`,
      params,
      permission,
      filter: { status: rule.choice(...statuses) },
      handle: (call) => {
        const { filter: predicate } = call;
        const tasks = tasksOf(call.account, kind).filter((task) => predicate === null || predicate(() => task.status));
        return { kind: 'page', sequence: ofArray(tasks) };
      },
    },
    {
      api: 'v2',
      path: `/v2/tasks/${kind}-merges/{taskId}`,
      params: {},
      permission,
      handle: (call) => {
        const task = tasksOf(call.account, kind).find(({ id }) => id === call.name('taskId'));
        if (task === undefined) throw notFound('Task');
        return { kind: 'json', text: JSON.stringify(task) };
      },
    },
  ];
}

/** The history of field values, and merges. */
export const changeRoutes: readonly Route[] = [
  {
    api: 'v2',
    path: '/v2/field-value-changes',
    params: { ...paged, ...filter, orderBy: { kind: 'choices', of: ['changedAt', '-changedAt'] } },
    filter: { ...changeRules, 'listEntry.id': rule.id },
    handle: (call) => {
      const direction = call.params.texts('orderBy')?.[0] === '-changedAt' ? 'down' : 'up';
      return { kind: 'page', sequence: rowsOf(call, call.account.changes, { direction }) };
    },
  },
  {
    api: 'v2',
    path: '/v2/lists/{listId}/list-entries/{listEntryId}/field-value-changes',
    params: { ...paged, ...filter },
    filter: changeRules,
    handle: (call) => {
      const list = listIndex(call);
      const { id } = itemAt(call.account.entries, list).rowAt(entryIndex(call, list));
      const { changes } = call.account;
      return {
        kind: 'page',
        sequence: rowsOf(call, changes, { passes: (index) => changes.rowAt(index).listEntry?.id === id }),
      };
    },
  },
  ...mergeRoutes('company'),
  ...mergeRoutes('person'),
];
