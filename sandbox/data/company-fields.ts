import type { Json } from '../json.ts';
import { type FieldSketch, makeOptions } from './define-field.ts';
import type { Material } from './elements.ts';
import type { FieldValue } from './field.ts';
import { interactionFields, interactionValues } from './interaction-field.ts';

const created = '2024-03-07T20:21:42Z';
const newest = '2026-09-17';

/** Options of the multi dropdown that is longer than a page. */
export const manyTexts = Array.from({ length: 130 }, (_, index) => `Tag ${index}`);

/** Fields whose names are hard to turn into columns. */
export function awkwardFields(first: number): FieldSketch[] {
  const names = [
    'Status',
    'Status',
    'status',
    `Very long ${'and longer '.repeat(28)}`.slice(0, 300),
    '投資ステータス',
    '2024 Revenue (USD)',
    'Name',
    'Id',
    'Domain',
    'Überraschung & "quotes" / slash\u2028end',
    '!!!',
  ];
  return names.map((name, index) => {
    const valueType =
      ['filterable-text', 'number', 'text', 'text', 'dropdown', 'number', 'text', 'number', 'text', 'text', 'text'][
        index
      ] ?? 'text';
    const id = `field-${first + index}`;
    return {
      id,
      name,
      type: 'global',
      valueType,
      createdAt: created,
      isTracked: index < 6,
      emptyShare: 0.6,
      ...(valueType === 'dropdown' ? { options: makeOptions(id, 'dropdown', ['はい', 'いいえ', '']) } : {}),
    };
  });
}

/** Fields of relationship intelligence and the associations that both companies and persons have. */
export function sharedFields(material: Material, listsOf: (index: number) => FieldValue): FieldSketch[] {
  return [
    ...interactionFields.map(({ id, name, kind }): FieldSketch => {
      return {
        id,
        name,
        type: 'relationship-intelligence',
        valueType: 'interaction',
        emptyShare: 1,
        extraValues: interactionValues(material, kind),
      };
    }),
    {
      id: 'source-of-introduction',
      name: 'Source of Introduction',
      type: 'relationship-intelligence',
      valueType: 'person',
      emptyShare: 0.7,
    },
    { id: 'lists', name: 'Lists', type: 'global', valueType: 'list-multi', minVersion: newest, at: listsOf },
    { id: 'notes', name: 'Notes', type: 'global', valueType: 'note', minVersion: newest, emptyShare: 0.7 },
    { id: 'reminders', name: 'Reminders', type: 'global', valueType: 'reminder', minVersion: newest, emptyShare: 0.7 },
  ];
}

/** The fields of companies. */
export function companyFields(
  material: Material,
  rows: { persons: (index: number) => FieldValue; lists: (index: number) => FieldValue },
): FieldSketch[] {
  const { names } = material;
  const affinity = { type: 'enriched', enrichmentSource: 'affinity-data' };
  const dealroom = { type: 'enriched', enrichmentSource: 'dealroom' };
  const global = { type: 'global', createdAt: created };
  const hidden: FieldValue = { text: '{"type":"hidden","data":null}', whole: null };
  const industries: Json[] = [...names.industries, { link: 'https://industry.example/a?b=1', text: 'Linked industry' }];
  return [
    { id: 'affinity-data-description', name: 'Description', valueType: 'text', ...affinity },
    {
      id: 'affinity-data-industry',
      name: 'Industry',
      valueType: 'filterable-text-multi',
      ...affinity,
      elements: industries,
      long: { 11: 120 },
    },
    {
      id: 'affinity-data-linkedin-url',
      name: 'LinkedIn URL',
      valueType: 'text',
      ...affinity,
      elements: ['https://linkedin.com/company/kestrel', 'https://www.linkedin.com/company/%E2%9C%93'],
    },
    { id: 'affinity-data-location', name: 'Location', valueType: 'location', ...affinity },
    { id: 'affinity-data-last-funding-date', name: 'Last Funding Date', valueType: 'datetime', ...affinity },
    { id: 'affinity-data-number-of-employees', name: 'Number of Employees', valueType: 'number', ...affinity },
    { id: 'dealroom-number-of-employees', name: 'Number of Employees', valueType: 'number', ...dealroom },
    {
      id: 'dealroom-offices',
      name: 'Offices',
      valueType: 'location-multi',
      ...dealroom,
      emptyShare: 0.6,
      most: 2,
      long: { 9: 105 },
    },
    {
      id: 'pitchlens-momentum',
      name: 'Momentum',
      valueType: 'number',
      type: 'enriched',
      enrichmentSource: 'pitchlens',
      emptyShare: 0.5,
    },
    {
      id: 'affinity-data-late-arrival',
      name: 'Late Arrival',
      valueType: 'filterable-text',
      ...affinity,
      timesInMetadata: 0,
    },
    { id: 'persons', name: 'People', valueType: 'person-multi', type: 'enriched', at: rows.persons },
    ...sharedFields(material, rows.lists),
    {
      id: 'field-700101',
      name: 'Co-investors',
      valueType: 'company-multi',
      ...global,
      isTracked: true,
      emptyShare: 0.7,
      long: { 8: 230 },
    },
    { id: 'field-700102', name: 'Score', valueType: 'formula-number', ...global },
    {
      id: 'field-700103',
      name: 'Tier',
      valueType: 'dropdown',
      ...global,
      isTracked: true,
      description: 'How much we like them',
      options: makeOptions('field-700103', 'dropdown', ['A', 'B', 'C', 'B']),
      timesInMetadata: 2,
    },
    {
      id: 'field-700104',
      name: 'Tags',
      valueType: 'dropdown-multi',
      ...global,
      isTracked: true,
      options: makeOptions('field-700104', 'dropdown', manyTexts),
      long: { 7: 130 },
    },
    { id: 'field-700105', name: 'Multiples', valueType: 'number-multi', ...global, isTracked: true, emptyShare: 0.6 },
    { id: 'field-700106', name: 'Board Member', valueType: 'person', ...global, isTracked: true, emptyShare: 0.6 },
    {
      id: 'field-700107',
      name: 'Owners',
      valueType: 'person-multi',
      ...global,
      isTracked: true,
      isRequired: true,
      long: { 12: 101 },
    },
    { id: 'field-700108', name: 'Parent', valueType: 'company', ...global, isTracked: true, emptyShare: 0.8 },
    { id: 'field-700109', name: 'Territory', valueType: 'geo-polygon', ...global, emptyShare: 0.6 },
    {
      id: 'field-700110',
      name: 'Secret',
      valueType: 'text',
      ...global,
      emptyShare: 0.2,
      extraValues: Array.from({ length: 40 }, () => hidden),
    },
    { id: 'field-700111', name: 'Headquarters', valueType: 'location', ...global, isTracked: true, emptyShare: 0.7 },
    { id: 'field-700112', name: 'Markets', valueType: 'location-multi', ...global, isTracked: true, emptyShare: 0.9 },
    {
      id: 'field-700113',
      name: 'Stage',
      valueType: 'ranked-dropdown',
      ...global,
      isTracked: true,
      options: makeOptions('field-700113', 'ranked-dropdown', ['Idea', 'Seed', 'Growth', 'Exit']),
      emptyShare: 0.5,
    },
    ...awkwardFields(700201),
  ];
}
