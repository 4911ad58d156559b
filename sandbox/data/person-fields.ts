import type { Json } from '../json.ts';
import { awkwardFields, sharedFields } from './company-fields.ts';
import { type FieldSketch, makeOptions } from './define-field.ts';
import type { Material } from './elements.ts';
import { type FieldValue, fieldValue } from './field.ts';

/** The fields of persons. */
export function personFields(
  material: Material,
  rows: { companies: (index: number) => FieldValue; lists: (index: number) => FieldValue },
): FieldSketch[] {
  const affinity = { type: 'enriched', enrichmentSource: 'affinity-data' };
  const global = { type: 'global', createdAt: '2024-04-02T09:00:00Z' };
  const profiles: Json[] = [
    { link: 'https://linkedin.com/in/ola', text: 'ola' },
    { link: 'https://linkedin.com/in/mira-o', text: 'mira-o' },
    'https://linkedin.com/in/plain-string',
  ];
  return [
    { id: 'affinity-data-job-title', name: 'Job Title', valueType: 'filterable-text', ...affinity },
    {
      id: 'affinity-data-current-organization',
      name: 'Current Organization',
      valueType: 'company-multi',
      ...affinity,
      most: 2,
    },
    {
      id: 'affinity-data-phone-number',
      name: 'Phone Number',
      valueType: 'filterable-text-multi',
      ...affinity,
      elements: material.names.phones,
    },
    {
      id: 'affinity-data-linkedin-url',
      name: 'LinkedIn URL',
      valueType: 'filterable-text-multi',
      ...affinity,
      elements: profiles,
      most: 1,
    },
    { id: 'affinity-data-location', name: 'Location', valueType: 'location', ...affinity },
    {
      id: 'mailchimp-audiences',
      name: 'Audiences',
      valueType: 'filterable-text-multi',
      type: 'enriched',
      enrichmentSource: 'mailchimp',
      emptyShare: 0.7,
    },
    {
      id: 'eventbrite-last-event',
      name: 'Last Event',
      valueType: 'datetime',
      type: 'enriched',
      enrichmentSource: 'eventbrite',
      emptyShare: 0.7,
    },
    { id: 'companies', name: 'Organizations', valueType: 'company-multi', type: 'enriched', at: rows.companies },
    ...sharedFields(material, rows.lists),
    {
      id: 'field-710101',
      name: 'Seniority',
      valueType: 'ranked-dropdown',
      ...global,
      isTracked: true,
      options: makeOptions('field-710101', 'ranked-dropdown', ['Junior', 'Senior', 'Partner']),
    },
    {
      id: 'field-710102',
      name: 'Interests',
      valueType: 'filterable-text-multi',
      ...global,
      isTracked: true,
      emptyShare: 0.6,
      long: { 20: 140 },
    },
    { id: 'field-710103', name: 'Met on', valueType: 'datetime', ...global, isTracked: true, emptyShare: 0.5 },
    {
      id: 'field-710104',
      name: 'Ghost',
      valueType: 'text',
      ...global,
      timesInMetadata: 0,
      emptyShare: 0.5,
      extraValues: [fieldValue('text', 'x'.repeat(5000))],
    },
    ...awkwardFields(710201),
  ];
}
