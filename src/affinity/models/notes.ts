import * as z from 'zod';
import { flag, integer, keyNumber, object, objects, text, timestamp } from './properties.ts';
import { companyData, personData } from './references.ts';

const opportunityData = {
  id: integer('Id of the opportunity; joins `opportunities.id`.'),
  name: text('Name of the opportunity; `[Hidden]` when it is redacted.'),
  listId: integer('Id of the list it is on; joins `lists.id`.'),
  listName: text('Name of that list.'),
  isRestricted: flag('Whether access to it is restricted.'),
  isRedacted: flag('Whether the owner of the API key may not see its details.'),
};

const totalCount = integer('How many there are in all.');

const common = {
  type: text('Kind of the note; decides which of the other properties are there.'),
  content: object('What the note says.', { html: text('The text as HTML; null when there is none.') }),
  creator: object('The user who wrote it.', personData),
  mentions: objects('Who is mentioned in the text.', {
    id: integer('Id of the mention.'),
    type: text('What is mentioned: `person`.'),
    person: object('The person mentioned.', personData),
  }),
  createdAt: timestamp('When it was written.'),
  updatedAt: timestamp('When it was last edited; null until then.'),
  interaction: object('The interaction it belongs to.', {
    id: integer('Id of the interaction; unique only together with its type.'),
    type: text('`meeting`, `call`, `chat-message` or `email`.'),
  }),
  transcriptId: integer('Id of the transcript behind a note of the notetaker; joins `transcripts.id`.'),
};

const ofRoots = {
  repliesCount: integer('How many replies it has.'),
  companiesPreview: object('Companies it is attached to.', {
    data: objects('The companies.', companyData),
    totalCount,
  }),
  personsPreview: object('Persons it is attached to.', { data: objects('The persons.', personData), totalCount }),
  opportunitiesPreview: object('Opportunities it is attached to.', {
    data: objects('The opportunities.', opportunityData),
    totalCount,
  }),
};

const parent = object('The note that a reply answers.', { id: integer('Id of that note; joins `notes_v2.id`.') });

/** A note inside a transcript: a root note or a reply, written by the notetaker. */
export const noteData = { id: integer('Id of the note.'), ...common, ...ofRoots, parent };

/** A row of `notes_v2`: a note that answers no other. The API documents `parent` for these, too. */
export const Note = z.looseObject({ id: keyNumber('Id of the note.'), ...common, ...ofRoots, parent });
export type Note = z.infer<typeof Note>;

/** A row of `note_replies`. */
export const NoteReply = z.looseObject({
  id: keyNumber('Id of the reply.'),
  noteId: integer('Id of the note whose replies were read; joins `notes_v2.id`.'),
  ...common,
  parent,
});
export type NoteReply = z.infer<typeof NoteReply>;
