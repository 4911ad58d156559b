import * as z from 'zod';
import {
  attendee,
  companyData,
  count,
  id,
  int32,
  location,
  nullableText,
  oneOf,
  paged,
  personData,
  text,
  time,
} from './common.ts';
import { deviations } from './deviations.ts';

const dropdown = z.strictObject({ dropdownOptionId: id, text });
const rankedDropdown = z.strictObject({ dropdownOptionId: id, text, rank: count, color: nullableText });
const textItem = z.union([text, z.strictObject({ link: text, text })]);
const listData = z.strictObject({
  id,
  name: text,
  type: oneOf(['company', 'opportunity', 'person']),
  entityCount: count,
});
const mention = z.strictObject({ id: int32, type: z.literal('person'), person: personData });

export const noteBase = {
  id: int32,
  content: z.strictObject({ html: nullableText }),
  creator: personData,
  mentions: z.array(mention).max(100),
  createdAt: time,
  updatedAt: time.nullable(),
};

const interaction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('email'),
    id,
    subject: nullableText,
    sentAt: time,
    from: attendee,
    to: z.array(attendee),
    cc: z.array(attendee),
  }),
  z.strictObject({
    type: z.literal('meeting'),
    id,
    title: nullableText,
    allDay: z.boolean(),
    startTime: time,
    endTime: time.nullable(),
    attendees: z.array(attendee),
  }),
  z.strictObject({ type: z.literal('call'), id, startTime: time, attendees: z.array(attendee) }),
  z.strictObject({
    type: z.literal('chat-message'),
    id,
    direction: oneOf(['received', 'sent']),
    sentAt: time,
    manualCreator: personData,
    participants: z.array(personData),
  }),
]);

function single<Type extends string>(type: Type, data: z.ZodType) {
  return z.strictObject({ type: z.literal(type), data: data.nullable() });
}

function multi<Type extends string>(type: Type, item: z.ZodType) {
  return z.strictObject({
    type: z.literal(type),
    data: z.array(item).min(1).max(100).nullable(),
    totalCount: count.exactOptional(),
  });
}

/** The value of a field: every documented type, and the deviating ones. */
export const fieldValue = z.discriminatedUnion('type', [
  single('text', text),
  single('filterable-text', text),
  multi('filterable-text-multi', textItem),
  single('number', z.number()),
  multi('number-multi', z.number()),
  single('datetime', time),
  single('location', location),
  multi('location-multi', location),
  single('dropdown', dropdown),
  multi('dropdown-multi', dropdown),
  single('ranked-dropdown', rankedDropdown),
  single('person', personData),
  multi('person-multi', personData),
  single('company', companyData),
  multi('company-multi', companyData),
  single('formula-number', z.strictObject({ calculatedValue: z.number().nullable() })),
  z.strictObject({
    type: z.literal('interaction'),
    data: interaction.nullable(),
    internalPerson: personData.nullable(),
  }),
  multi('list-multi', listData),
  single('note', z.strictObject(noteBase)),
  single(
    'reminder',
    z.strictObject({
      id,
      type: oneOf(['one-time', 'recurring']),
      content: nullableText,
      createdAt: time,
      dueDate: time,
    }),
  ),
  z.strictObject({ type: z.literal(deviations.valueTypes[0]), data: z.json() }),
  z.strictObject({ type: z.literal(deviations.valueTypes[1]), data: z.null() }),
]);

const sources = oneOf(
  ['affinity-data', 'dealroom', 'eventbrite', 'mailchimp'],
  deviations.enrichmentSources,
).nullable();

export const field = z.strictObject({
  id: text,
  name: text,
  type: oneOf(['enriched', 'global', 'list', 'relationship-intelligence', 'hidden']),
  enrichmentSource: sources,
  value: fieldValue,
});

const documentedTypes = [
  ...[
    'person',
    'person-multi',
    'company',
    'company-multi',
    'filterable-text',
    'filterable-text-multi',
    'number',
    'number-multi',
    'datetime',
  ],
  ...[
    'location',
    'location-multi',
    'text',
    'ranked-dropdown',
    'dropdown',
    'dropdown-multi',
    'formula-number',
    'interaction',
    'note',
    'reminder',
    'list-multi',
  ],
];

const operator = z.strictObject({
  id: text,
  name: text,
  numberOfValuesRequired: oneOf(['none', 'one', 'two', 'multi']),
});

export const fieldMetadata = z.strictObject({
  id: text,
  name: text,
  description: nullableText,
  type: oneOf(['enriched', 'global', 'list', 'relationship-intelligence']),
  enrichmentSource: sources,
  valueType: oneOf(documentedTypes, deviations.valueTypes),
  isRequired: z.boolean(),
  createdAt: time.nullable(),
  filterability: z
    .union([
      z.strictObject({ filterableFieldType: z.literal('field-only'), operators: z.array(operator) }),
      z.strictObject({
        filterableFieldType: z.literal('attribute-on-field'),
        attributes: z.array(z.strictObject({ id: text, name: text, valueType: text, operators: z.array(operator) })),
      }),
    ])
    .nullable()
    .exactOptional(),
  sortability: z
    .strictObject({ sortableFieldType: z.literal('field-only') })
    .nullable()
    .exactOptional(),
});

const color = oneOf(['white', 'gray', 'blue', 'green', 'purple', 'orange', 'red'], deviations.optionColors).nullable();
const ranked = { id, text, rank: count, color };

export const dropdownOption = z.discriminatedUnion('type', [
  z.strictObject({ id, type: z.literal('dropdown'), text }),
  z.strictObject({ ...ranked, type: z.literal('ranked-dropdown') }),
  z.strictObject({
    ...ranked,
    type: z.literal('status-dropdown'),
    statusCategory: oneOf(['open', 'won', 'lost', 'on-hold'], deviations.statusCategories),
    winRate: z.int().min(0).max(100).nullable(),
  }),
]);

function values(types: readonly string[], item: z.ZodType): z.ZodType {
  return paged(item, { extra: { type: oneOf(types) } });
}

/** A page of the values of one field. */
export const fieldValues = z.union([
  values(['company', 'company-multi'], companyData),
  values(['dropdown', 'dropdown-multi'], dropdown),
  values(['ranked-dropdown'], rankedDropdown),
  values(['list-multi'], listData),
  values(['location', 'location-multi'], location),
  values(['person', 'person-multi'], personData),
  values(['filterable-text', 'filterable-text-multi'], textItem),
]);
