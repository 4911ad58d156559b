import { companies, persons } from './companies-and-persons.ts';
import { companyFields, dropdownOptions, listFields, personFields } from './field-metadata.ts';
import { fieldValueChanges } from './field-value-changes.ts';
import { entityFiles, files } from './files.ts';
import { calls, chatMessages, emails, meetings } from './interactions.ts';
import { legacyNotes } from './legacy-notes.ts';
import { listEntries, listEntriesStream, listOrViewOf } from './list-entries.ts';
import { lists, savedViews } from './lists.ts';
import { notes } from './notes.ts';
import { opportunities } from './opportunities.ts';
import { reminders } from './reminders.ts';
import type { Stream } from './stream.ts';
import { transcripts } from './transcripts.ts';

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
  emails,
  meetings,
  calls,
  chatMessages,
  fieldValueChanges,
  reminders,
  transcripts,
  files,
  entityFiles,
];

/** The stream of that name, or undefined when there is none. That of a list exists whether or not the list does. */
export function findStream(name: string): Stream | undefined {
  const reference = listOrViewOf(name);
  return reference === undefined ? streams.find((stream) => stream.name === name) : listEntriesStream(reference);
}
