import type { Account } from './data/account.ts';
import type { Collection } from './data/collection.ts';
import type { Field } from './data/field.ts';
import { mergeRow } from './data/merges.ts';
import { itemAt } from './data/random.ts';
import { reminderAt } from './data/reminders.ts';
import { everyField, type FieldChoice, Renderer } from './data/render.ts';
import { metadataRow } from './routes/fields-of-call.ts';
import { hasEntry } from './routes/list-lookup.ts';
import { newestVersion } from './routes/specs.ts';
import { v1Notes } from './routes/v1.ts';
import { v1File } from './routes/v1-rows.ts';
import { teamMemberRows, userRow } from './routes/v2-account.ts';
import { fieldsOfList, metadataFields } from './routes/v2-fields.ts';
import { isInView, viewChoice } from './routes/v2-lists.ts';
import { attachedRows } from './routes/v2-notes.ts';
import { livePairs, relationshipRow } from './routes/v2-relationships.ts';

/** What the truth depends on besides the account. */
export type Viewer = { nowMs: number; deny: readonly string[] };

type Source = (account: Account, viewer: Viewer) => Iterable<string>;

function* texts<Row extends { id: number }>(
  rows: Collection<Row>,
  text: (index: number) => unknown = (index) => rows.rowAt(index),
): Generator<string> {
  for (const index of rows.indexes()) {
    const row = text(index);
    yield typeof row === 'string' ? row : JSON.stringify(row);
  }
}

function* metadata(fields: readonly Field[], extra: object = {}): Generator<string> {
  for (const field of new Set(metadataFields(fields)))
    yield JSON.stringify({ ...metadataRow(field, { version: newestVersion, includes: [] }), ...extra });
}

function* options(fields: readonly Field[], entityType: string, listId: number | null): Generator<string> {
  for (const field of new Set(metadataFields(fields))) {
    const isDropdown = field.definition.valueType.includes('dropdown');
    if (!isDropdown) continue;
    for (const option of field.definition.options)
      yield JSON.stringify({ ...option, fieldId: field.id, entityType, listId });
  }
}

function* entries(
  account: Account,
  list: number,
  choice: FieldChoice = everyField,
  passes: (entry: number) => boolean = () => true,
): Generator<string> {
  const renderer = new Renderer(account, choice, { isWhole: true });
  for (const entry of itemAt(account.entries, list).indexes()) {
    if (passes(entry) && hasEntry(account, list, entry)) yield renderer.entry(list, entry);
  }
}

function* eachList(account: Account, rows: (list: number) => Iterable<string>): Generator<string> {
  for (const list of account.lists.indexes()) yield* rows(list);
}

function noteWhole(account: Account, index: number): object {
  const attached = attachedRows(account, index);
  const preview = <Row>(data: readonly Row[]) => ({ data, totalCount: data.length });
  return {
    ...account.notes.roots.rowAt(index),
    repliesCount: account.notes.replies.countUnder(index),
    companiesPreview: preview(attached.companies),
    personsPreview: preview(attached.persons),
    opportunitiesPreview: preview(attached.opportunities),
  };
}

/** Every stream with the rows a perfect reader brings home: the API's objects with nothing cut, and the ids of their parents. */
const sources: Readonly<Record<string, Source>> = {
  companies: (account) => {
    const renderer = new Renderer(account, everyField, { isWhole: true });
    return texts(account.companies, (index) => renderer.company(index));
  },
  persons: (account) => {
    const renderer = new Renderer(account, everyField, { isWhole: true });
    return texts(account.persons, (index) => renderer.person(index));
  },
  opportunities: (account) => texts(account.opportunities),
  lists: (account) => texts(account.lists),
  saved_views: (account) =>
    eachList(account, (list) =>
      texts(itemAt(account.views, list), (view) => ({
        ...itemAt(account.views, list).rowAt(view),
        listId: account.lists.idAt(list),
      })),
    ),
  list_entries: (account) => eachList(account, (list) => entries(account, list)),
  company_fields: (account) => metadata(account.fields.company.all),
  person_fields: (account) => metadata(account.fields.person.all),
  list_fields: (account) =>
    eachList(account, (list) => metadata(fieldsOfList({ account }, list), { listId: account.lists.idAt(list) })),
  dropdown_options: function* (account) {
    yield* options(account.fields.company.all, 'company', null);
    yield* options(account.fields.person.all, 'person', null);
    yield* eachList(account, (list) =>
      options(itemAt(account.fields.lists, list).all, itemAt(account.plans, list).kind, account.lists.idAt(list)),
    );
  },
  notes: function* (account) {
    const rows = v1Notes(account);
    for (let offset = 0; offset < rows.count; offset += 1) yield rows.textAt(offset);
  },
  notes_v2: (account) => texts(account.notes.roots, (index) => noteWhole(account, index)),
  note_replies: function* (account) {
    for (const root of account.notes.roots.indexes()) {
      const noteId = account.notes.roots.idAt(root);
      for (const reply of account.notes.replies.under(root)) yield JSON.stringify({ ...reply, noteId });
    }
  },
  emails: (account) => texts(account.interactions.emails),
  meetings: (account) => texts(account.interactions.meetings),
  calls: (account) => texts(account.interactions.calls),
  chat_messages: (account) => texts(account.interactions.chatMessages),
  field_value_changes: (account) => texts(account.changes),
  reminders: (account, { nowMs }) =>
    texts(account.reminders, (index) => reminderAt(account.reminders.rowAt(index), nowMs)),
  users: (account, viewer) => texts(account.users, (index) => userRow({ account, may: mayOf(viewer) }, index)),
  teams: (account, viewer) =>
    texts(account.teams, (index) => {
      const { privacyType, ...row } = account.teams.rowAt(index);
      return mayOf(viewer)('Manage Teams') ? { ...row, privacyType } : row;
    }),
  team_members: function* (account, viewer) {
    for (const team of account.teams.indexes()) {
      const teamId = account.teams.idAt(team);
      for (const member of teamMemberRows({ account, may: mayOf(viewer) }, team))
        yield JSON.stringify({ ...member, teamId });
    }
  },
  transcripts: (account) => texts(account.transcripts.rows),
  transcript_fragments: function* (account) {
    const { rows, fragment, fragmentCount } = account.transcripts;
    for (const transcript of rows.indexes()) {
      const { id: transcriptId, createdAt: transcriptCreatedAt } = rows.rowAt(transcript);
      for (let index = 0; index < fragmentCount(transcript); index += 1) {
        yield JSON.stringify({ ...fragment(transcript, index), transcriptId, index, transcriptCreatedAt });
      }
    }
  },
  files: (account) => texts(account.files),
  entity_files: (account) => texts(account.files, (index) => v1File(account, index)),
  company_merges: (account) =>
    texts(account.merges.company, (index) => mergeRow(account.merges.company.rowAt(index), 'company')),
  person_merges: (account) =>
    texts(account.merges.person, (index) => mergeRow(account.merges.person.rowAt(index), 'person')),
  relationships: function* (account) {
    for (const pair of livePairs(account, account.relationships.all())) {
      yield JSON.stringify({
        ...relationshipRow(account, pair),
        person1Id: account.persons.idAt(pair.first),
        person2Id: account.persons.idAt(pair.second),
      });
    }
  },
  webhooks: (account) => texts(account.webhooks),
};

function mayOf({ deny }: Viewer): (permission: string) => boolean {
  return (permission) => !deny.includes(permission);
}

/** Names of the streams that are the same in every account, and of one stream for each list and sheet view. */
export function streamNames(account: Account): string[] {
  const names = Object.keys(sources);
  for (const list of account.lists.indexes()) {
    const listId = account.lists.idAt(list);
    names.push(`list_${listId}_entries`);
    const views = itemAt(account.views, list);
    for (const view of views.indexes())
      if (views.rowAt(view).type === 'sheet') names.push(`list_${listId}_view_${views.idAt(view)}_entries`);
  }
  return names;
}

type Place = { list: number; choice: FieldChoice; passes: (entry: number) => boolean };

/** What a stream of one list or one of its sheet views shows. */
function placeOf(account: Account, stream: string): Place | undefined {
  const found = /^list_(\d+)(?:_view_(\d+))?_entries$/.exec(stream);
  const list = account.lists.find(Number(found?.[1] ?? 0));
  if (found === null || list === undefined) return undefined;
  if (found[2] === undefined) return { list, choice: everyField, passes: () => true };
  const view = itemAt(account.views, list).find(Number(found[2]));
  return view === undefined ? undefined : { list, choice: viewChoice(view), passes: (entry) => isInView(view, entry) };
}

/** The rows of a stream as JSON texts; undefined for a stream that does not exist. */
export function truth(account: Account, stream: string, viewer: Viewer): Iterable<string> | undefined {
  const source = sources[stream];
  if (source !== undefined) return source(account, viewer);
  const place = placeOf(account, stream);
  return place && entries(account, place.list, place.choice, place.passes);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function countEntries(account: Account, list: number, passes: (entry: number) => boolean = () => true): number {
  return sum(
    Array.from(itemAt(account.entries, list).indexes(), (entry) =>
      Number(passes(entry) && hasEntry(account, list, entry)),
    ),
  );
}

/** Counts of streams that are too long to make all their rows for it. */
const counters: Readonly<Record<string, (account: Account) => number>> = {
  companies: ({ companies }) => companies.count,
  persons: ({ persons }) => persons.count,
  opportunities: ({ opportunities }) => opportunities.count,
  list_entries: (account) => sum(Array.from(account.lists.indexes(), (list) => countEntries(account, list))),
  notes: (account) => v1Notes(account).count,
  notes_v2: ({ notes }) => notes.roots.count,
  note_replies: ({ notes }) => sum(Array.from(notes.roots.indexes(), (root) => notes.replies.countUnder(root))),
  emails: ({ interactions }) => interactions.emails.count,
  meetings: ({ interactions }) => interactions.meetings.count,
  calls: ({ interactions }) => interactions.calls.count,
  chat_messages: ({ interactions }) => interactions.chatMessages.count,
  field_value_changes: ({ changes }) => changes.count,
  reminders: ({ reminders }) => reminders.count,
  transcripts: ({ transcripts }) => transcripts.rows.count,
  transcript_fragments: ({ transcripts }) => sum(Array.from(transcripts.rows.indexes(), transcripts.fragmentCount)),
  files: ({ files }) => files.count,
  entity_files: ({ files }) => files.count,
  company_merges: ({ merges }) => merges.company.count,
  person_merges: ({ merges }) => merges.person.count,
};

/** How many rows a stream has. */
export function countOf(account: Account, stream: string, viewer: Viewer): number {
  const counter = counters[stream];
  if (counter !== undefined) return counter(account);
  const place = placeOf(account, stream);
  if (place !== undefined) return countEntries(account, place.list, place.passes);
  return sum(Array.from(truth(account, stream, viewer) ?? [], () => 1));
}
