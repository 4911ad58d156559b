import * as z from 'zod';
import { day, decimal, integer, keyNumber, object, text } from './properties.ts';

const person = {
  id: integer('Id of the person; joins `persons.id`.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  primaryEmailAddress: text('Main e-mail address, not always a valid one.'),
};

/** A row of `relationships`: how well two people know each other; each pair comes once. */
export const Relationship = z.looseObject({
  person1Id: keyNumber('Id of the one person; joins `persons.id`.'),
  person2Id: keyNumber('Id of the other person; joins `persons.id`.'),
  person1: object('The one person.', person),
  person2: object('The other person.', person),
  interactionScore: decimal('How much they are in touch, from 0 to 1; Affinity works it out anew about daily.'),
  linkedIn: object('Their link on LinkedIn; null when none is known.', {
    connectedOn: day('Since when they are linked.'),
  }),
});
export type Relationship = z.infer<typeof Relationship>;
