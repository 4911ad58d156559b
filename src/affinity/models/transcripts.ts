import * as z from 'zod';
import { noteData } from './notes.ts';
import { keyNumber, object, text, timestamp } from './properties.ts';

/** A row of `transcripts`; what was said is in the fragments. */
export const Transcript = z.looseObject({
  id: keyNumber('Id of the transcript.'),
  note: object('The note that the notetaker wrote about it.', noteData),
  createdAt: timestamp('When the transcript was made.'),
  languageCode: text('Language that was spoken, for example `en`.'),
});
export type Transcript = z.infer<typeof Transcript>;

/** A row of `transcript_fragments`: what one speaker said at one time. */
export const TranscriptFragment = z.looseObject({
  transcriptId: keyNumber('Id of the transcript; joins `transcripts.id`.'),
  index: keyNumber('Place in the transcript, from 0.'),
  transcriptCreatedAt: timestamp('When the transcript was made.'),
  content: text('What was said.'),
  speaker: text('Who said it, as the notetaker understood.'),
  startTimestamp: text('Beginning, as hours, minutes and seconds from the start.'),
  endTimestamp: text('End, as hours, minutes and seconds from the start.'),
});
export type TranscriptFragment = z.infer<typeof TranscriptFragment>;
