import type { Clock } from '../clock.ts';
import type { Account } from '../data/account.ts';
import { itemAt } from '../data/random.ts';
import { day, isoSeconds, msOf, second } from '../data/time.ts';
import type { Change, Effect } from './change.ts';
import { changeFields } from './fields.ts';
import { finishMerge, merge } from './merging.ts';
import { rowKind } from './rows.ts';

/** Lets something happen in the account and tells what it did; a second sync should bring exactly that. */
export function applyChange(account: Account, clock: Clock, change: Change): Effect[] {
  const nowMs = clock.nowMs();
  switch (change.kind) {
    case 'insert':
    case 'update':
    case 'delete':
      return changeRows(account, change, nowMs);
    case 'reply':
      return changeRows(account, { ...change, kind: 'insert', stream: 'note_replies' }, nowMs);
    case 'backfill-mail':
      return backfill(account, change, nowMs);
    case 'merge':
      return merge(account, change, nowMs);
    case 'finish-merge':
      return finishMerge(account, change, nowMs);
    case 'reminder-falls-due':
      return fallDue(account, clock);
    case 'delete-list':
      return deleteList(account, change.listId);
    case 'delete-view':
      return deleteView(account, change.listId, change.viewId);
    case 'add-field':
    case 'rename-field':
    case 'delete-field':
    case 'set-value':
      return changeFields(account, change, nowMs);
  }
}

type RowChange = Extract<Change, { kind: 'insert' | 'update' | 'delete' }>;

function changeRows(account: Account, change: RowChange, nowMs: number): Effect[] {
  const { stream, count = 1 } = change;
  const kind = rowKind(account, stream, change.kind === 'insert' ? change : { listId: change.listId });
  const effects = (action: Effect['action'], ids: number[]): Effect[] =>
    [stream, ...kind.also].map((each) => ({ stream: each, action, ids }));
  if (change.kind === 'insert')
    return effects(
      'inserted',
      Array.from({ length: count }, () => kind.insert(nowMs)),
    );
  const indexes = change.ids?.map((id) => found(stream, id, kind.find(id))) ?? middle(kind.indexes(), count);
  const ids = indexes.map((index) => kind.idAt(index));
  if (change.kind === 'delete') {
    for (const index of indexes) kind.remove(index);
    return effects('deleted', ids);
  }
  if (kind.update === null) throw new RangeError(`rows of ${stream} never change`);
  for (const index of indexes) kind.update(index, nowMs);
  return effects('updated', ids);
}

function found(stream: string, id: number, index: number | undefined): number {
  if (index === undefined) throw new RangeError(`no row ${id} in ${stream}`);
  return index;
}

/** Rows from the middle, where neither the first page nor the newest rows are. */
function middle(indexes: readonly number[], count: number): number[] {
  const start = Math.max(0, Math.floor((indexes.length - count) / 2));
  return indexes.slice(start, start + count);
}

/** Mail that was sent long ago and found only now. */
function backfill(account: Account, change: Extract<Change, { kind: 'backfill-mail' }>, nowMs: number): Effect[] {
  const { emails } = account.interactions;
  const sentAt = change.sentAt ?? isoSeconds(nowMs - 1500 * day);
  const append = () => emails.append((row) => ({ ...row, sentAt, createdAt: isoSeconds(nowMs), updatedAt: null })).id;
  return [{ stream: 'emails', action: 'inserted', ids: Array.from({ length: change.count ?? 1 }, append) }];
}

/** Moves the time to where the next open reminder is overdue. */
function fallDue(account: Account, clock: Clock): Effect[] {
  const { reminders } = account;
  const nowMs = clock.nowMs();
  const open = [...reminders.indexes()]
    .map((index) => reminders.rowAt(index))
    .filter((row) => row.completedAt === null && msOf(row.dueDate) >= nowMs)
    .sort((a, b) => msOf(a.dueDate) - msOf(b.dueDate));
  const next = open[0];
  if (next === undefined) throw new RangeError('no reminder is still to come');
  const later = clock.advance(msOf(next.dueDate) - nowMs + second);
  const ids = open.filter((row) => msOf(row.dueDate) < later).map((row) => row.id);
  return [{ stream: 'reminders', action: 'updated', ids }];
}

function deleteList(account: Account, listId: number): Effect[] {
  const list = found('lists', listId, account.lists.find(listId));
  const entries = itemAt(account.entries, list);
  const ids = [...entries.indexes()].map((entry) => entries.idAt(entry));
  const opportunities: number[] = [];
  if (itemAt(account.plans, list).kind === 'opportunity') {
    for (const entry of entries.indexes()) {
      const entity = entries.rowAt(entry).entity;
      opportunities.push(account.opportunities.idAt(entity));
      account.opportunities.remove(entity);
    }
  }
  account.lists.remove(list);
  const effects: Effect[] = [
    { stream: 'lists', action: 'deleted', ids: [listId] },
    { stream: 'list_entries', action: 'deleted', ids },
  ];
  return opportunities.length === 0
    ? effects
    : [...effects, { stream: 'opportunities', action: 'deleted', ids: opportunities }];
}

function deleteView(account: Account, listId: number, viewId: number): Effect[] {
  const list = found('lists', listId, account.lists.find(listId));
  const views = itemAt(account.views, list);
  views.remove(found('saved_views', viewId, views.find(viewId)));
  return [{ stream: 'saved_views', action: 'deleted', ids: [viewId] }];
}
