import * as z from 'zod';
import { fieldValues } from './fields.ts';
import { keyNumber, text, texts } from './properties.ts';

/** A person's own properties, which stay when their fields become columns. */
export const PersonBase = z.looseObject({
  id: keyNumber('Id of the person.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  primaryEmailAddress: text('Main e-mail address, not always a valid one.'),
  emailAddresses: texts('All e-mail addresses.'),
  type: text('`internal` for a member of your firm, `external` for anybody else.'),
});
export type PersonBase = z.infer<typeof PersonBase>;

/** A row of `persons` as the API sends it. */
export const Person = PersonBase.extend({ fields: fieldValues });
export type Person = z.infer<typeof Person>;
