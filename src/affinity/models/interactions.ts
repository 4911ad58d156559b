import * as z from 'zod';
import { flag, integer, keyNumber, object, objects, text, timestamp } from './properties.ts';
import { attendee, attendeesPreview, personData } from './references.ts';

const loggingType = text('How Affinity came to know it: `automated` or `manual`.');
const direction = text('`sent` or `received`, as your firm sees it.');
const createdAt = timestamp('When Affinity recorded it, which may be long after it took place.');
const updatedAt = timestamp('When the record last changed; null until then.');

const event = {
  loggingType,
  title: text('Title.'),
  startTime: timestamp('When it begins.'),
  endTime: timestamp('When it ends.'),
  allDay: flag('Whether it takes the whole day.'),
  creator: object('Who made the record.', attendee),
};

const afterEvent = { createdAt, updatedAt, attendeesPreview: attendeesPreview('Who takes part.') };

/** A row of `emails`. */
export const Email = z.looseObject({
  id: keyNumber('Id of the e-mail; unique among e-mails only.'),
  sentAt: timestamp('When it was sent.'),
  loggingType,
  direction,
  subject: text('Subject; asterisks when the owner of the API key may not read it.'),
  createdAt,
  updatedAt,
  from: object('The sender.', attendee),
  toParticipantsPreview: attendeesPreview('Who it was addressed to.'),
  ccParticipantsPreview: attendeesPreview('Who received a copy.'),
});
export type Email = z.infer<typeof Email>;

/** A row of `meetings`. */
export const Meeting = z.looseObject({
  id: keyNumber('Id of the meeting; unique among meetings only.'),
  ...event,
  organizer: object('Who invited to it.', attendee),
  ...afterEvent,
});
export type Meeting = z.infer<typeof Meeting>;

/** A row of `calls`. */
export const Call = z.looseObject({
  id: keyNumber('Id of the call; unique among calls only.'),
  ...event,
  ...afterEvent,
});
export type Call = z.infer<typeof Call>;

/** A row of `chat_messages`. */
export const ChatMessage = z.looseObject({
  id: keyNumber('Id of the message; unique among chat messages only.'),
  sentAt: timestamp('When it was sent.'),
  loggingType,
  direction,
  creator: object('Who made the record.', personData),
  createdAt,
  updatedAt,
  participantsPreview: object('Who takes part.', {
    data: objects('At most 100 of them.', personData),
    totalCount: integer('How many there are in all; more than 100 cannot be read.'),
  }),
});
export type ChatMessage = z.infer<typeof ChatMessage>;
