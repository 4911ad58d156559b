import * as z from 'zod';
import { flag, integer, integers, keyNumber, text, timestamp } from './properties.ts';

/** A row of `notes`, from the legacy API: root notes and replies. Numbers that stand for words are words here. */
export const LegacyNote = z.looseObject({
  id: keyNumber('Id of the note; the same as in `notes_v2` and `note_replies`.'),
  creator_id: integer('Id of the person who wrote it; joins `persons.id`.'),
  person_ids: integers('Ids of all persons it is about: the associated ones and those of the interaction.'),
  associated_person_ids: integers('Ids of the persons it was attached to.'),
  interaction_person_ids: integers('Ids of the persons who took part in its interaction.'),
  interaction_id: integer('Id of the interaction it belongs to; unique only together with `interaction_type`.'),
  interaction_type: text('`meeting`, `call`, `chat-message` or `email`; a number the API adds stays as its digits.'),
  is_meeting: flag('Whether it belongs to a meeting or a call.'),
  mentioned_person_ids: integers('Ids of the persons mentioned in it.'),
  organization_ids: integers('Ids of the companies it is about; joins `companies.id`.'),
  opportunity_ids: integers('Ids of the opportunities it is about; joins `opportunities.id`.'),
  parent_id: integer('Id of the note it replies to. A reply names no companies or opportunities of its own.'),
  content: text('Text of the note; an `html` note may come as Markdown.'),
  type: text('`plain-text`, `email`, `html` or `ai-summary`; a number the API adds stays as its digits.'),
  created_at: timestamp('When it was written.'),
  updated_at: timestamp('When it was last edited; null until then.'),
});
export type LegacyNote = z.infer<typeof LegacyNote>;
