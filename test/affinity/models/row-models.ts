import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { Company, CompanyBase } from '../../../src/affinity/models/companies.ts';
import { FieldValueChange } from '../../../src/affinity/models/field-value-changes.ts';
import { DropdownOption, FieldMetadata, ListField } from '../../../src/affinity/models/fields.ts';
import { EntityFile, File } from '../../../src/affinity/models/files.ts';
import { Call, ChatMessage, Email, Meeting } from '../../../src/affinity/models/interactions.ts';
import { LegacyNote } from '../../../src/affinity/models/legacy-notes.ts';
import { List, ListEntry, ListEntryColumns, SavedView } from '../../../src/affinity/models/lists.ts';
import { CompanyMerge, PersonMerge } from '../../../src/affinity/models/merges.ts';
import { Note, NoteReply } from '../../../src/affinity/models/notes.ts';
import { Opportunity } from '../../../src/affinity/models/opportunities.ts';
import { Team, TeamMember, User } from '../../../src/affinity/models/people-and-teams.ts';
import { Person, PersonBase } from '../../../src/affinity/models/persons.ts';
import { Relationship } from '../../../src/affinity/models/relationships.ts';
import { Reminder } from '../../../src/affinity/models/reminders.ts';
import { Transcript, TranscriptFragment } from '../../../src/affinity/models/transcripts.ts';
import { Webhook } from '../../../src/affinity/models/webhooks.ts';

export interface RowModel {
  readonly name: string;
  readonly row: z.ZodObject;
  readonly key: readonly string[];
}

/** The model of every stream, by the stream's name, with the key that the tables are promised to have. */
export const streamModels: readonly RowModel[] = [
  { name: 'companies', row: Company, key: ['id'] },
  { name: 'persons', row: Person, key: ['id'] },
  { name: 'opportunities', row: Opportunity, key: ['id'] },
  { name: 'lists', row: List, key: ['id'] },
  { name: 'saved_views', row: SavedView, key: ['listId', 'id'] },
  { name: 'list_entries', row: ListEntry, key: ['id'] },
  { name: 'company_fields', row: FieldMetadata, key: ['id'] },
  { name: 'person_fields', row: FieldMetadata, key: ['id'] },
  { name: 'list_fields', row: ListField, key: ['listId', 'id'] },
  { name: 'dropdown_options', row: DropdownOption, key: ['fieldId', 'id'] },
  { name: 'notes', row: LegacyNote, key: ['id'] },
  { name: 'notes_v2', row: Note, key: ['id'] },
  { name: 'note_replies', row: NoteReply, key: ['id'] },
  { name: 'emails', row: Email, key: ['id'] },
  { name: 'meetings', row: Meeting, key: ['id'] },
  { name: 'calls', row: Call, key: ['id'] },
  { name: 'chat_messages', row: ChatMessage, key: ['id'] },
  { name: 'field_value_changes', row: FieldValueChange, key: ['id'] },
  { name: 'reminders', row: Reminder, key: ['id'] },
  { name: 'users', row: User, key: ['id'] },
  { name: 'teams', row: Team, key: ['id'] },
  { name: 'team_members', row: TeamMember, key: ['teamId', 'id'] },
  { name: 'transcripts', row: Transcript, key: ['id'] },
  { name: 'transcript_fragments', row: TranscriptFragment, key: ['transcriptId', 'index'] },
  { name: 'files', row: File, key: ['id'] },
  { name: 'entity_files', row: EntityFile, key: ['id'] },
  { name: 'company_merges', row: CompanyMerge, key: ['id'] },
  { name: 'person_merges', row: PersonMerge, key: ['id'] },
  { name: 'relationships', row: Relationship, key: ['person1Id', 'person2Id'] },
  { name: 'webhooks', row: Webhook, key: ['id'] },
];

/** What tables with a column for each field have besides those columns. */
export const columnModels: readonly RowModel[] = [
  { name: 'companies with columns', row: CompanyBase, key: ['id'] },
  { name: 'persons with columns', row: PersonBase, key: ['id'] },
  { name: 'entries of one list', row: ListEntryColumns, key: ['id'] },
];

/** The sample rows of a stream. */
export function readFixture(stream: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${stream}.json`, import.meta.url), 'utf8'));
}
