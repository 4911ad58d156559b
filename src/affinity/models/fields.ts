import * as z from 'zod';
import { flag, integer, keyNumber, keyText, object, objects, text, texts, timestamp } from './properties.ts';
import { personData } from './references.ts';

/** A field with its value, as companies, persons and list entries carry it. */
export const field = {
  id: text('Id of the field: `field-` and a number, or the word of a built-in field.'),
  name: text('Name of the field as users see it.'),
  type: text('Where the field comes from: `enriched`, `global`, `list`, `relationship-intelligence`; or `hidden`.'),
  enrichmentSource: text('Provider of an enriched value, for example `affinity-data`.'),
  // `data` may be anything and is left undeclared, so that it passes whatever it is.
  value: object('The value: its `type`, and `data` in a shape that depends on the type.', {
    type: text('Type of the value, for example `number` or `person-multi`.'),
    totalCount: integer('How many values a multi-value field has in all.'),
    internalPerson: object('The colleague who took part in the interaction.', personData),
  }),
};

/** The values of a company, a person or a list entry. */
export const fieldValues = objects('Values of the requested fields, one object for each field.', field);

const operators = objects('Comparisons that filters on it accept.', {
  id: text('The comparison, for example `is-any-of`.'),
  name: text('The comparison as users see it.'),
  numberOfValuesRequired: text('How many values it takes: `none`, `one`, `two` or `multi`.'),
  relativeDateUnits: texts('Units that a relative date may use, for example `week`.'),
});

const attribute = {
  id: text('Id of the attribute.'),
  name: text('Name of the attribute.'),
  valueType: text('Type of the attribute.'),
};

/** A row of `company_fields` and `person_fields`: what a field is, without values. */
export const FieldMetadata = z.looseObject({
  id: keyText('Id of the field: `field-` and a number, or the word of a built-in field.'),
  name: text('Name of the field as users see it.'),
  description: text('What users wrote about the field.'),
  type: text('Where the field comes from: `enriched`, `global`, `list` or `relationship-intelligence`.'),
  enrichmentSource: text('Provider of the values of an enriched field.'),
  valueType: text('Type of the values, for example `ranked-dropdown`.'),
  isRequired: flag('Whether users must fill it in.'),
  createdAt: timestamp('When the field was made; null for built-in fields.'),
  filterability: object('How searches may filter by the field; only where the API was asked for it.', {
    filterableFieldType: text('`field-only`, or `attribute-on-field` when attributes of it are filtered.'),
    operators,
    attributes: objects('Attributes that can be filtered by.', { ...attribute, operators }),
  }),
  sortability: object('How searches may sort by the field; only where the API was asked for it.', {
    sortableFieldType: text('`field-only`, or `attribute-on-field` when attributes of it are sorted.'),
    attributes: objects('Attributes that can be sorted by.', attribute),
  }),
});
export type FieldMetadata = z.infer<typeof FieldMetadata>;

/** A row of `list_fields`: a field as one list shows it. */
export const ListField = z.looseObject({
  listId: keyNumber('Id of the list; joins `lists.id`.'),
  ...FieldMetadata.shape,
});
export type ListField = z.infer<typeof ListField>;

/** A row of `dropdown_options`: plain, ranked and status options alike. */
export const DropdownOption = z.looseObject({
  fieldId: keyText('Id of the dropdown field; joins the `id` of the field streams.'),
  id: keyNumber('Id of the option.'),
  entityType: text('What the field describes: `company`, `person` or `opportunity`.'),
  listId: integer('Id of the list that owns the field; null for global fields.'),
  type: text('`dropdown`, `ranked-dropdown` or `status-dropdown`.'),
  text: text('The option as users see it.'),
  rank: integer('Place in the order of ranked options.'),
  color: text('Colour of a ranked option.'),
  statusCategory: text('What a status means: `open`, `won`, `lost` or `on-hold`.'),
  winRate: integer('Chance of winning in percent, for open statuses.'),
});
export type DropdownOption = z.infer<typeof DropdownOption>;
