import { companies, persons } from './companies-and-persons.ts';
import { dropdownOptions } from './dropdown-options.ts';
import { companyFields, listFields, personFields } from './field-metadata.ts';
import { fieldValueChanges } from './field-value-changes.ts';
import { entityFiles, files } from './files.ts';
import { calls, chatMessages, emails, meetings } from './interactions.ts';
import { legacyNotes } from './legacy-notes.ts';
import { listEntries, listEntriesStream, listOrViewOf } from './list-entries.ts';
import { lists, savedViews } from './lists.ts';
import { companyMerges, personMerges } from './merges.ts';
import { noteReplies } from './note-replies.ts';
import { notes } from './notes.ts';
import { opportunities } from './opportunities.ts';
import { relationships } from './relationships.ts';
import { reminders } from './reminders.ts';
import type { Stream } from './stream.ts';
import { teamMembers, teams } from './teams.ts';
import { transcriptFragments } from './transcript-fragments.ts';
import { transcripts } from './transcripts.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';

/** The table of contents: every stream that each account has. Streams of single lists are made on demand. */
export const streams: readonly Stream[] = [
  companies,
  persons,
  opportunities,
  lists,
  savedViews,
  listEntries,
  companyFields,
  personFields,
  listFields,
  dropdownOptions,
  legacyNotes,
  notes,
  noteReplies,
  emails,
  meetings,
  calls,
  chatMessages,
  fieldValueChanges,
  reminders,
  users,
  teams,
  teamMembers,
  transcripts,
  transcriptFragments,
  files,
  entityFiles,
  companyMerges,
  personMerges,
  relationships,
  webhooks,
];

/** The stream of that name, or undefined when there is none. That of a list exists whether or not the list does. */
export function findStream(name: string): Stream | undefined {
  const reference = listOrViewOf(name);
  return reference === undefined ? streams.find((stream) => stream.name === name) : listEntriesStream(reference);
}
