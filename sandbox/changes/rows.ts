import type { Account } from '../data/account.ts';
import type { Collection } from '../data/collection.ts';
import { itemAt } from '../data/random.ts';
import { day, isoSeconds } from '../data/time.ts';
import type { ChangeableStream } from './change.ts';

/** How rows of a stream come and change. */
export type RowKind = {
  /** Streams that show the rows too. */
  also: readonly string[];
  indexes: () => number[];
  find: (id: number) => number | undefined;
  idAt: (index: number) => number;
  insert: (nowMs: number) => number;
  update: ((index: number, nowMs: number) => void) | null;
  remove: (index: number) => void;
};

function kindOf<Row extends { id: number }>(
  rows: Collection<Row>,
  born: (row: Row, now: string, nowMs: number) => Row,
  edited: ((row: Row, now: string) => Row) | null,
  also: readonly string[] = [],
): RowKind {
  return {
    also,
    indexes: () => [...rows.indexes()],
    find: (id) => rows.find(id),
    idAt: (index) => rows.idAt(index),
    insert: (nowMs) => rows.append((row) => born(row, isoSeconds(nowMs), nowMs)).id,
    update:
      edited === null ? null : (index, nowMs) => void rows.replace(index, (row) => edited(row, isoSeconds(nowMs))),
    remove: (index) => rows.remove(index),
  };
}

/** Entries of one list; without a list those of the first that holds companies. */
function entryKind(account: Account, listId: number | undefined): RowKind {
  const list = listId === undefined ? 1 : (account.lists.find(listId) ?? 1);
  const rows = itemAt(account.entries, list);
  const { kind } = itemAt(account.plans, list);
  const { companies, persons } = account;
  const free = kind === 'person' ? persons.size - 2 : companies.size - 2;
  return {
    ...kindOf(rows, (row, now) => ({ ...row, createdAt: now, entity: free }), null),
    also: [`list_${account.lists.idAt(list)}_entries`],
  };
}

function opportunityKind(account: Account): RowKind {
  const { opportunities, entries, lists } = account;
  const kind = kindOf(
    opportunities,
    (row) => row,
    (row) => ({ ...row, name: `${row.name} (renamed)` }),
    ['list_entries'],
  );
  return {
    ...kind,
    insert: (nowMs) => {
      const row = opportunities.append((each) => each);
      const entity = opportunities.find(row.id) ?? 0;
      itemAt(entries, lists.find(row.listId) ?? 0).append((entry) => ({
        ...entry,
        createdAt: isoSeconds(nowMs),
        entity,
      }));
      return row.id;
    },
  };
}

function replyKind(account: Account, noteId: number | undefined): RowKind {
  const { roots, replies } = account.notes;
  const root = noteId === undefined ? 0 : (roots.find(noteId) ?? 0);
  return {
    also: ['notes'],
    indexes: () => [...roots.indexes()].flatMap((index) => replies.idsUnder(index)),
    find: (id) => (replies.find(id) === undefined ? undefined : id),
    idAt: (index) => index,
    insert: (nowMs) => replies.add(root, nowMs).id,
    update: (id, nowMs) =>
      replies.replace(id, (reply) => ({ ...reply, content: { html: '<p>Edited</p>' }, updatedAt: isoSeconds(nowMs) })),
    remove: (id) => replies.remove(id),
  };
}

/** The kind of a stream's rows. */
export function rowKind(
  account: Account,
  stream: ChangeableStream,
  target: { listId?: number | undefined; noteId?: number | undefined },
): RowKind {
  const { interactions } = account;
  const created = (now: string) => ({ createdAt: now, updatedAt: null });
  switch (stream) {
    case 'companies':
      return kindOf(
        account.companies,
        (row) => row,
        (row) => ({ ...row, name: `${row.name} (renamed)` }),
      );
    case 'persons':
      return kindOf(
        account.persons,
        (row) => row,
        (row) => ({ ...row, lastName: 'Renamed' }),
      );
    case 'opportunities':
      return opportunityKind(account);
    case 'list_entries':
      return entryKind(account, target.listId);
    case 'note_replies':
      return replyKind(account, target.noteId);
    case 'notes_v2':
      return kindOf(
        account.notes.roots,
        ({ id, content, creator, mentions }, now) => ({
          id,
          content,
          creator,
          mentions,
          ...created(now),
          type: 'entities',
        }),
        (row, now) => ({ ...row, content: { html: '<p>Edited</p>' }, updatedAt: now }),
        ['notes'],
      );
    case 'emails':
      return kindOf(
        interactions.emails,
        (row, now) => ({ ...row, sentAt: now, ...created(now) }),
        (row, now) => ({ ...row, subject: 'Edited', updatedAt: now }),
      );
    case 'meetings':
      return kindOf(
        interactions.meetings,
        (row, now) => ({ ...row, startTime: now, endTime: null, ...created(now) }),
        (row, now) => ({ ...row, title: 'Edited', updatedAt: now }),
      );
    case 'calls':
      return kindOf(
        interactions.calls,
        (row, now) => ({ ...row, startTime: now, endTime: null, ...created(now) }),
        (row, now) => ({ ...row, title: 'Edited', updatedAt: now }),
      );
    case 'chat_messages':
      return kindOf(
        interactions.chatMessages,
        (row, now) => ({ ...row, sentAt: now, ...created(now) }),
        (row, now) => ({ ...row, direction: 'received', updatedAt: now }),
      );
    case 'field_value_changes':
      return kindOf(account.changes, (row, now) => ({ ...row, changedAt: now }), null);
    case 'reminders':
      return kindOf(
        account.reminders,
        (row, now, nowMs) => ({
          ...row,
          type: 'one-time',
          recurrence: null,
          completer: null,
          completedAt: null,
          dueDate: isoSeconds(nowMs + 7 * day),
          ...created(now),
        }),
        (row, now) => ({ ...row, content: 'Edited', updatedAt: now }),
      );
    case 'transcripts':
      return kindOf(
        account.transcripts.rows,
        (row, now) => ({ ...row, createdAt: now, note: { ...row.note, transcriptId: row.id } }),
        null,
      );
    case 'files':
      return kindOf(
        account.files,
        (row, now) => ({ ...row, ...created(now) }),
        (row, now) => ({ ...row, name: 'edited.pdf', updatedAt: now }),
        ['entity_files'],
      );
    case 'users':
      return kindOf(
        account.users,
        (row) => row,
        (row) => ({ ...row, status: 'deactivated' }),
      );
    case 'teams':
      return kindOf(
        account.teams,
        (row, now) => ({ ...row, ...created(now) }),
        (row, now) => ({ ...row, name: `${row.name} (renamed)`, updatedAt: now }),
      );
    case 'webhooks':
      return kindOf(
        account.webhooks,
        (row, now) => ({ ...row, ...created(now) }),
        (row, now) => ({ ...row, status: 'disabled', updatedAt: now }),
      );
  }
}
