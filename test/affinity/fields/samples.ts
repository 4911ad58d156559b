import type { FieldMetadata } from '../../../src/affinity/models/fields.ts';

/** Metadata as the API sends it; only what a test is about has to be given. */
export function metadata(
  id: string,
  name: string,
  valueType = 'text',
  more: Partial<FieldMetadata> = {},
): FieldMetadata {
  return {
    id,
    name,
    description: null,
    type: id.startsWith('field-') ? 'list' : 'enriched',
    enrichmentSource: null,
    valueType,
    isRequired: false,
    createdAt: null,
    ...more,
  };
}

/** A field of a row. */
export function field(id: string, name: string, type: string, data: unknown, more: Record<string, unknown> = {}) {
  return { id, name, type: 'list', enrichmentSource: null, value: { type, data }, ...more };
}

export const ola = {
  id: 6100201,
  firstName: 'Ola',
  lastName: 'Brandt',
  primaryEmailAddress: 'ola@kestrel.example',
  type: 'external',
};
export const mira = {
  id: 90001,
  firstName: 'Mira',
  lastName: null,
  primaryEmailAddress: 'mira@harborlane.example',
  type: 'internal',
};
export const tern = { id: 5001044, name: 'Tern Capital', domain: 'tern.example' };
export const kestrel = { id: 5001001, name: 'Kestrel Robotics', domain: null };
export const leeds = {
  streetAddress: null,
  city: 'Leeds',
  state: null,
  country: 'United Kingdom',
  continent: 'Europe',
};
export const email = { type: 'email', id: 88123, subject: 'Re: pilot', sentAt: '2026-10-01T13:22:10Z', to: [], cc: [] };
export const meeting = { type: 'meeting', id: 99001, title: null, startTime: '2026-10-05T09:00:00Z', endTime: null };

/** Every value type of the API: what it sends, and the cells that become of it, the value's and the reference's. */
export const everyValueType: readonly {
  readonly type: string;
  readonly data: unknown;
  readonly value: unknown;
  readonly reference?: unknown;
}[] = [
  { type: 'text', data: 'Builds robots.', value: 'Builds robots.' },
  { type: 'filterable-text', data: 'B2B', value: 'B2B' },
  { type: 'filterable-text-multi', data: ['Robotics', 'Logistics'], value: ['Robotics', 'Logistics'] },
  { type: 'number', data: 84, value: 84 },
  { type: 'formula-number', data: { calculatedValue: 7.5 }, value: 7.5 },
  { type: 'number-multi', data: [102120.61, 302800], value: [102120.61, 302800] },
  { type: 'datetime', data: '2025-11-03T08:00:00Z', value: '2025-11-03T08:00:00Z' },
  { type: 'location', data: leeds, value: leeds },
  { type: 'location-multi', data: [leeds], value: [leeds] },
  { type: 'dropdown', data: { dropdownOptionId: 41, text: 'Hot' }, value: 'Hot', reference: 41 },
  {
    type: 'ranked-dropdown',
    data: { dropdownOptionId: 30011, text: 'Diligence', rank: 3, color: 'orange' },
    value: 'Diligence',
    reference: 30011,
  },
  { type: 'status-dropdown', data: { dropdownOptionId: 5, text: 'Won' }, value: 'Won', reference: 5 },
  {
    type: 'dropdown-multi',
    data: [
      { dropdownOptionId: 41, text: 'Hot' },
      { dropdownOptionId: 42, text: 'Climate' },
    ],
    value: ['Hot', 'Climate'],
    reference: [41, 42],
  },
  { type: 'person', data: ola, value: 'Ola Brandt', reference: 6100201 },
  { type: 'person-multi', data: [ola, mira], value: ['Ola Brandt', 'Mira'], reference: [6100201, 90001] },
  { type: 'company', data: tern, value: 'Tern Capital', reference: 5001044 },
  {
    type: 'company-multi',
    data: [tern, kestrel],
    value: ['Tern Capital', 'Kestrel Robotics'],
    reference: [5001044, 5001001],
  },
  {
    type: 'list-multi',
    data: [{ id: 3300, name: 'Deals', type: 'opportunity', entityCount: 23 }],
    value: ['Deals'],
    reference: [3300],
  },
  { type: 'interaction', data: email, value: email, reference: '2026-10-01T13:22:10Z' },
  { type: 'note', data: { id: 1, content: { html: '<p>x</p>' } }, value: { id: 1, content: { html: '<p>x</p>' } } },
  { type: 'reminder', data: { id: 2, dueDate: null }, value: { id: 2, dueDate: null } },
  { type: 'sparkline', data: { points: [1, 2] }, value: '{"points":[1,2]}' },
];
