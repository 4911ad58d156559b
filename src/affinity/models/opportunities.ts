import * as z from 'zod';
import { flag, integer, keyNumber, text } from './properties.ts';

/** A row of `opportunities`. Its field values are in the list entries. */
export const Opportunity = z.looseObject({
  id: keyNumber('Id of the opportunity.'),
  name: text('Name of the opportunity; `[Hidden]` when it is redacted.'),
  listId: integer('Id of the one list it is on; joins `lists.id`.'),
  listName: text('Name of that list.'),
  isRestricted: flag('Whether access to it is restricted.'),
  isRedacted: flag('Whether the owner of the API key may not see its details.'),
});
export type Opportunity = z.infer<typeof Opportunity>;
