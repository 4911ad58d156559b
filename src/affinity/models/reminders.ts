import * as z from 'zod';
import { integer, keyNumber, object, text, timestamp } from './properties.ts';
import { companyReference, opportunityReference, personReference } from './references.ts';

/** A row of `reminders`, of those that the owner of the API key may see. */
export const Reminder = z.looseObject({
  id: keyNumber('Id of the reminder.'),
  type: text('`one-time` or `recurring`.'),
  status: text('`active`, `overdue` or `completed`; becomes overdue by itself.'),
  content: text('What to do.'),
  dueDate: timestamp('When it is due.'),
  creator: object('The user who made it.', personReference),
  owner: object('The user who has to do it.', personReference),
  completer: object('The user who did it.', personReference),
  company: object('The company it is about.', companyReference),
  person: object('The person it is about.', personReference),
  opportunity: object('The opportunity it is about.', opportunityReference),
  completedAt: timestamp('When it was done; null for recurring ones.'),
  recurrence: object('How it recurs; null for one-time ones.', {
    resetTrigger: text('What starts the period anew: `interaction`, `email` or `event`.'),
    periodDays: integer('Length of the period in days.'),
  }),
  createdAt: timestamp('When it was made.'),
  updatedAt: timestamp('When it last changed; null until then. Becoming overdue is no such change.'),
});
export type Reminder = z.infer<typeof Reminder>;
