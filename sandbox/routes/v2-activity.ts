import type { Account } from '../data/account.ts';
import type { Collection, Scalar } from '../data/collection.ts';
import { reminderAt, reminderStatus } from '../data/reminders.ts';
import { isoSeconds, minute } from '../data/time.ts';
import { notFound } from '../http/api-error.ts';
import type { Call, Route } from '../http/route.ts';
import { ofIndexes, ofSorted, type Sequence } from '../http/sequence.ts';
import { filter, newestVersion, paged, pagedNotes, rowsOf, rule, totalCount } from './specs.ts';

const times = { createdAt: rule.time, updatedAt: rule.time };

function interactions(
  path: string,
  momentKey: 'sentAt' | 'startTime',
  rows: (account: Account) => Collection<{ id: number }>,
): Route {
  return {
    api: 'v2',
    path,
    params: { ...paged, ...filter },
    filter: { id: rule.id, [momentKey]: rule.time, ...times },
    handle: (call) => ({ kind: 'page', sequence: rowsOf(call, rows(call.account)) }),
  };
}

function found(what: string, index: number | undefined): number {
  if (index === undefined) throw notFound(what);
  return index;
}

const orders = new WeakMap<Account, { version: number; indexes: readonly number[] }>();

/** Indexes of all reminders by due date; kept until reminders change. */
function byDueDate(account: Account): readonly number[] {
  const rows = account.reminders;
  const known = orders.get(account);
  if (known?.version === rows.version) return known.indexes;
  const pairs = Array.from(rows.indexes(), (index): [number, number] => [Number(rows.read(index, 'dueDate')), index]);
  const indexes = pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, index]) => index);
  orders.set(account, { version: rows.version, indexes });
  return indexes;
}

/** Reminders by due date. */
function reminders(call: Call): Sequence {
  const { account, filter: predicate, nowMs } = call;
  const rows = account.reminders;
  const read = (index: number, property: string): Scalar => {
    if (property === 'status') return reminderStatus(rows.rowAt(index), nowMs);
    return rows.read(index, property === 'resetTrigger' ? 'recurrence.resetTrigger' : property);
  };
  const passes = (index: number) => predicate === null || predicate((property) => read(index, property));
  const due = (index: number) => Number(rows.read(index, 'dueDate'));
  return ofSorted(byDueDate(account), due, (index) => JSON.stringify(reminderAt(rows.rowAt(index), nowMs)), passes);
}

/** The fragments of a transcript. */
export function fragmentsOf(account: Account, index: number): Sequence {
  const { fragmentCount, fragment } = account.transcripts;
  return ofIndexes({ size: fragmentCount(index), has: () => true }, (position) =>
    JSON.stringify(fragment(index, position)),
  );
}

/** Mails, meetings, calls, chats, reminders, transcripts and files. */
export const activityRoutes: readonly Route[] = [
  interactions('/v2/emails', 'sentAt', (account) => account.interactions.emails),
  interactions('/v2/meetings', 'startTime', (account) => account.interactions.meetings),
  interactions('/v2/calls', 'startTime', (account) => account.interactions.calls),
  interactions('/v2/chat-messages', 'sentAt', (account) => account.interactions.chatMessages),
  {
    api: 'v2',
    path: '/v2/meetings/{meetingId}',
    params: {},
    handle: (call) => {
      const { meetings } = call.account.interactions;
      return {
        kind: 'json',
        text: JSON.stringify(meetings.rowAt(found('Meeting', meetings.find(call.id('meetingId'))))),
      };
    },
  },
  {
    api: 'v2',
    path: '/v2/reminders',
    params: { ...paged, ...filter, ...totalCount },
    filter: {
      id: rule.id,
      type: rule.choice('one-time', 'recurring'),
      status: rule.choice('active', 'overdue', 'completed'),
      resetTrigger: rule.choice('interaction', 'email', 'event'),
      dueDate: rule.time,
      completedAt: rule.time,
      ...times,
      'owner.id': rule.idOrNot,
      'creator.id': rule.id,
      'completer.id': rule.id,
      'company.id': rule.id,
      'person.id': rule.id,
      'opportunity.id': rule.id,
    },
    handle: (call) => ({ kind: 'page', sequence: reminders(call) }),
  },
  {
    api: 'v2',
    path: '/v2/reminders/{reminderId}',
    params: {},
    handle: (call) => {
      const rows = call.account.reminders;
      return {
        kind: 'json',
        text: JSON.stringify(reminderAt(rows.rowAt(found('Reminder', rows.find(call.id('reminderId')))), call.nowMs)),
      };
    },
  },
  {
    api: 'v2',
    path: '/v2/transcripts',
    params: { ...pagedNotes, ...filter, ...totalCount },
    filter: { id: rule.id, createdAt: rule.time },
    handle: (call) => ({ kind: 'page', sequence: rowsOf(call, call.account.transcripts.rows) }),
  },
  {
    api: 'v2',
    path: '/v2/transcripts/{transcriptId}',
    params: {},
    handle: (call) => {
      const { rows, fragment, fragmentCount } = call.account.transcripts;
      const index = found('Transcript', rows.find(call.id('transcriptId')));
      const total = fragmentCount(index);
      const data = Array.from({ length: Math.min(100, total) }, (_, position) => fragment(index, position));
      return {
        kind: 'json',
        text: JSON.stringify({ ...rows.rowAt(index), fragmentsPreview: { data, totalCount: total } }),
      };
    },
  },
  {
    api: 'v2',
    path: '/v2/transcripts/{transcriptId}/fragments',
    params: { ...pagedNotes, ...totalCount },
    handle: (call) => {
      const index = found('Transcript', call.account.transcripts.rows.find(call.id('transcriptId')));
      return { kind: 'page', sequence: fragmentsOf(call.account, index) };
    },
  },
  {
    api: 'v2',
    path: '/v2/files',
    params: { ...paged, ...filter, ...totalCount },
    filter: { 'creator.id': rule.id, createdAt: rule.time },
    minVersion: newestVersion,
    handle: (call) => ({ kind: 'page', sequence: rowsOf(call, call.account.files, { direction: 'down' }) }),
  },
  {
    api: 'v2',
    path: '/v2/files/{fileId}',
    params: {},
    minVersion: newestVersion,
    handle: (call) => {
      const { files } = call.account;
      const row = files.rowAt(found('File', files.find(call.id('fileId'))));
      const downloadUrl = `https://userfiles.example/${row.id}?expires=${isoSeconds(call.nowMs + minute)}`;
      return { kind: 'json', text: JSON.stringify({ ...row, downloadUrl }) };
    },
  },
];
