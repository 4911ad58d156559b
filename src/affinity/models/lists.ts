import * as z from 'zod';
import { fieldValues } from './fields.ts';
import { flag, integer, keyNumber, object, text, texts, timestamp } from './properties.ts';

/** A row of `lists`. */
export const List = z.looseObject({
  id: keyNumber('Id of the list.'),
  name: text('Name of the list.'),
  creatorId: integer('Id of the user who made it; joins `users.id`.'),
  ownerId: integer('Id of the user who owns it; joins `users.id`.'),
  isPublic: flag('Whether everybody in your firm sees it.'),
  type: text('What is on it: `company`, `person` or `opportunity`.'),
  createdAt: timestamp('When the list was made.'),
});
export type List = z.infer<typeof List>;

/** A row of `saved_views`. */
export const SavedView = z.looseObject({
  listId: keyNumber('Id of the list; joins `lists.id`.'),
  id: keyNumber('Id of the view.'),
  name: text('Name of the view.'),
  type: text('`sheet`, `board` or `dashboard`; only the entries of sheets can be read.'),
  createdAt: timestamp('When the view was made.'),
});
export type SavedView = z.infer<typeof SavedView>;

const entity = {
  id: integer('Id of the company, person or opportunity.'),
  name: text('Name of a company or an opportunity.'),
  domain: text('Main web domain of a company.'),
  domains: texts('All web domains of a company.'),
  isGlobal: flag('Whether Affinity shares the company with all its customers.'),
  firstName: text('First name of a person.'),
  lastName: text('Last name of a person.'),
  primaryEmailAddress: text('Main e-mail address of a person.'),
  emailAddresses: texts('All e-mail addresses of a person.'),
  type: text('`internal` or `external`, of a person.'),
  listId: integer('Id of the list of an opportunity.'),
  isRestricted: flag('Whether access to an opportunity is restricted.'),
  isRedacted: flag('Whether the owner of the API key may not see the details of an opportunity.'),
};

/** A list entry's own properties: all that the table has besides the entity. */
export const ListEntryBase = z.looseObject({
  id: keyNumber('Id of the entry. A company or person may be on a list more than once.'),
  listId: integer('Id of the list; joins `lists.id`.'),
  type: text('What `entity` is: `company`, `person` or `opportunity`.'),
  createdAt: timestamp('When it was put on the list.'),
  creatorId: integer('Id of the user who put it on the list; null when nobody did.'),
});
export type ListEntryBase = z.infer<typeof ListEntryBase>;

/** A row of `list_entries` as the API sends it. */
export const ListEntry = ListEntryBase.extend({
  entity: object('The company, person or opportunity, with its field values on this list.', {
    ...entity,
    fields: fieldValues,
  }),
});
export type ListEntry = z.infer<typeof ListEntry>;

/** A row of a stream of one list or view, without the columns of its fields. */
export const ListEntryColumns = ListEntryBase.extend({
  entityId: integer('Id of the company, person or opportunity.'),
  entity: object('The company, person or opportunity itself; its fields are columns.', entity),
});
export type ListEntryColumns = z.infer<typeof ListEntryColumns>;
