import * as z from 'zod';
import { integer, keyNumber, object, text, timestamp } from './properties.ts';
import { userData } from './references.ts';

/** A row of `field_value_changes`: one value that came, changed or went. */
export const FieldValueChange = z.looseObject({
  id: keyNumber('Id of the change.'),
  field: object('The field whose value changed.', {
    id: text('Id of the field; joins the `id` of the field streams.'),
    entityType: text('What the field describes: `person`, `company` or `opportunity`.'),
    name: text('Name of the field.'),
    type: text('`global` or `list`.'),
  }),
  entity: object('The person, company or opportunity that it describes.', {
    id: integer('Id of the person, company or opportunity.'),
  }),
  listEntry: object('Where the field belongs to a list: the entry.', {
    id: integer('Id of the entry; joins `list_entries.id`.'),
    listId: integer('Id of the list; joins `lists.id`.'),
  }),
  changer: object('The user who changed it; null when Affinity did.', userData),
  changedAt: timestamp('When it changed.'),
  actionType: text('`add`, `update` or `delete`; fields of many values have no updates.'),
  type: text('Type of the value, for example `ranked-dropdown`.'),
  value: text('The value that was set or removed, as JSON text; one of them where a field has many.'),
  valueText: text('The value in words: the option, the name of the person or company, or the value itself.'),
  valueId: integer('Id of the option, person or company; null for other values and for what is deleted by now.'),
});
export type FieldValueChange = z.infer<typeof FieldValueChange>;
