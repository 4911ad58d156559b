import { describe, expect, it } from 'vitest';
import {
  type FieldColumn,
  type PlanOptions,
  planColumns,
  sampledFieldIds,
} from '../../../src/affinity/fields/columns.ts';
import type { PayloadField } from '../../../src/affinity/fields/payload.ts';
import type { FieldMetadata } from '../../../src/affinity/models/fields.ts';
import { everyValueType, field, metadata } from './samples.ts';

function plan(options: Partial<PlanOptions>): FieldColumn[] {
  return planColumns({ metadata: [], sampleRowsFields: [], naming: 'name', reserved: [], ...options });
}

/** The columns as `name: valueType`. */
function summary(options: Partial<PlanOptions>): string[] {
  return plan(options).map(({ name, valueType }) => `${name}: ${valueType}`);
}

const string = { type: ['null', 'string'] };
const integer = { type: ['null', 'integer'] };
const timestamp = { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' };
const object = { type: ['null', 'object'], properties: {}, additionalProperties: true };
const place = {
  type: ['null', 'object'],
  properties: { streetAddress: string, city: string, state: string, country: string, continent: string },
  additionalProperties: true,
};
const arrayOf = (items: object) => ({ type: ['null', 'array'], items });

describe('planColumns', () => {
  it.each<[string, object, Record<string, object>]>([
    ['text', string, {}],
    ['filterable-text', string, {}],
    ['filterable-text-multi', arrayOf(string), {}],
    ['number', { type: ['null', 'number'] }, {}],
    ['formula-number', { type: ['null', 'number'] }, {}],
    ['number-multi', { type: ['null', 'array'] }, {}],
    ['datetime', timestamp, {}],
    ['location', place, {}],
    ['location-multi', arrayOf(place), {}],
    ['dropdown', string, { stage_option_id: integer }],
    ['ranked-dropdown', string, { stage_option_id: integer }],
    ['status-dropdown', string, { stage_option_id: integer }],
    ['dropdown-multi', arrayOf(string), { stage_option_ids: arrayOf(integer) }],
    ['person', string, { stage_id: integer }],
    ['company', string, { stage_id: integer }],
    ['person-multi', arrayOf(string), { stage_ids: arrayOf(integer) }],
    ['company-multi', arrayOf(string), { stage_ids: arrayOf(integer) }],
    ['list-multi', arrayOf(string), { stage_ids: arrayOf(integer) }],
    ['interaction', object, { stage_at: timestamp }],
    ['note', object, {}],
    ['reminder', object, {}],
    ['sparkline', { ...string, 'x-affinity-encoding': 'json' }, {}],
    ['constructor', { ...string, 'x-affinity-encoding': 'json' }, {}],
  ])('declares a field of type %s', (valueType, value, references) => {
    const annotations = { title: 'Stage', 'x-affinity-field-id': 'field-7', 'x-affinity-value-type': valueType };
    const columns = plan({ metadata: [metadata('field-7', 'Stage', valueType)] });
    expect(Object.fromEntries(columns.map(({ name, schema }) => [name, schema]))).toEqual({
      stage: { ...annotations, 'x-affinity-part': 'value', ...value },
      ...Object.fromEntries(
        Object.entries(references).map(([name, schema]) => [
          name,
          { ...annotations, 'x-affinity-part': 'reference', ...schema },
        ]),
      ),
    });
    expect(columns.every((column) => column.fieldId === 'field-7' && column.fieldName === 'Stage')).toBe(true);
    expect(columns.map(({ part }) => part)).toEqual(['value', 'reference'].slice(0, columns.length));
  });

  it('knows every value type of the samples, and shares no object between columns', () => {
    const columns = plan({ metadata: everyValueType.map(({ type }, index) => metadata(`field-${index}`, type, type)) });
    expect(columns.length).toBeGreaterThan(everyValueType.length);
    expect(new Set(columns.map(({ schema }) => schema)).size).toBe(columns.length);
    expect(new Set(columns.flatMap(({ schema }) => schema.items ?? [])).size).toBe(10);
  });

  it('says what the metadata says of a field', () => {
    const described = [metadata('field-1', 'A', 'text', { description: 'How sure we are.' })];
    expect(plan({ metadata: described })[0]?.schema).toMatchObject({ title: 'A', description: 'How sure we are.' });
    expect(plan({ metadata: described, naming: 'id_and_name' })[0]?.schema.title).toBe('A');
    expect(plan({ metadata: [metadata('field-1', 'A')] })[0]?.schema).not.toHaveProperty('description');
  });

  it('keeps the name of a field out of the schema when columns are named by id', () => {
    const [column] = plan({ metadata: [metadata('field-1', 'Secret plan')], naming: 'id' });
    expect(column?.name).toBe('field_1');
    expect(column?.fieldName).toBe('Secret plan');
    expect(JSON.stringify(column?.schema)).not.toContain('Secret');
  });

  it('orders built-in fields before custom ones, these by number, whatever the order of the metadata', () => {
    const all = [metadata('field-10', 'B', 'person'), metadata('last-email', 'L'), metadata('field-9', 'A')];
    const expected = ['l: text', 'a: text', 'b: person', 'b_id: person'];
    expect(summary({ metadata: all })).toEqual(expected);
    expect(summary({ metadata: all.toReversed() })).toEqual(expected);
  });

  it('takes a field once that several endpoints describe', () => {
    const twice = [metadata('field-1', 'A', 'number'), metadata('field-1', 'A', 'number')];
    expect(summary({ metadata: twice })).toEqual(['a: number']);
  });

  it('believes the first description of a field', () => {
    const twice = [metadata('field-1', 'A', 'number'), metadata('field-1', 'B', 'text')];
    expect(summary({ metadata: twice })).toEqual(['a: number']);
  });

  it('takes from the page only what the metadata leaves open', () => {
    const known = metadata('dealroom-a', 'A', 'hidden', { description: 'What A is.', enrichmentSource: 'dealroom' });
    const seen = field('dealroom-a', 'B', 'number', 5, { enrichmentSource: 'mailchimp' });
    const options = { metadata: [known], sampleRowsFields: [[seen]], reserved: ['a'] };
    expect(summary(options)).toEqual(['a_dealroom: number']);
    expect(plan(options)[0]?.schema).toMatchObject({ title: 'A', description: 'What A is.' });
    expect(summary({ sampleRowsFields: [[seen]], reserved: ['b'] })).toEqual(['b_mailchimp: number']);
  });

  it('adds fields that only the page has', () => {
    const sampleRowsFields = [null, undefined, [], [field('created-at', 'Date Added', 'datetime', null), null]];
    expect(summary({ metadata: [metadata('field-1', 'A')], sampleRowsFields })).toEqual([
      'date_added: datetime',
      'a: text',
    ]);
  });

  it('believes the metadata, not the page', () => {
    const sampleRowsFields = [[field('field-1', 'B', 'number', 5)]];
    expect(summary({ metadata: [metadata('field-1', 'A')], sampleRowsFields })).toEqual(['a: text']);
    expect(summary({ metadata: [metadata('field-1', 'A', 'sparkline')], sampleRowsFields })).toEqual(['a: sparkline']);
  });

  it('takes no type from a hidden value', () => {
    const hiddenField = field('field-1', 'A', 'text', null, { type: 'hidden' });
    const hiddenValue = field('field-1', 'A', 'hidden', null);
    const visible = field('field-1', 'A', 'person', null);
    expect(summary({ sampleRowsFields: [[hiddenField]] })).toEqual(['a: hidden']);
    expect(plan({ sampleRowsFields: [[hiddenField]] })[0]?.schema).toMatchObject({ 'x-affinity-encoding': 'json' });
    const typed = ['a: person', 'a_id: person'];
    for (const page of [[hiddenField], [hiddenValue]]) {
      expect(summary({ sampleRowsFields: [page, [visible]] })).toEqual(typed);
      expect(summary({ sampleRowsFields: [[visible], page] })).toEqual(typed);
      expect(summary({ metadata: [metadata('field-1', 'A', 'number')], sampleRowsFields: [page] })).toEqual([
        'a: number',
      ]);
    }
    expect(summary({ metadata: [metadata('field-1', 'A', 'hidden')], sampleRowsFields: [[visible]] })).toEqual(typed);
  });

  it('makes do with metadata and payloads that lack what they should have', () => {
    const bare = { id: 'field-2' };
    const sampleRowsFields = [[bare, { name: 'no id' }, field('field-3', 'C', 'text', null, { value: null })]];
    const options = { metadata: [{ id: 'field-1' }], sampleRowsFields };
    expect(summary(options)).toEqual(['field_1: hidden', 'field_2: hidden', 'c: hidden']);
    expect(plan(options)[0]?.schema).not.toHaveProperty('title');
  });

  it('takes what is no text for missing, and a field whose id is none for none', () => {
    const odd = { name: 5, description: 5, enrichmentSource: 5, valueType: { is: 5 } } as unknown as FieldMetadata;
    const unnamed = [null, 5, undefined, ''].map((id) => ({ ...metadata('', 'A'), id })) as FieldMetadata[];
    const columns = plan({
      metadata: [{ ...odd, id: 'field-1' }, { ...odd, id: 'affinity-data-a' }, ...unnamed],
      sampleRowsFields: [[field('field-1', 'B', 'number', 1), { ...odd, id: 'field-2', value: odd } as PayloadField]],
    });
    expect(columns.map(({ name, schema }) => [name, schema.type, schema.description])).toEqual([
      ['affinity_data_a', ['null', 'string'], undefined],
      ['b', ['null', 'number'], undefined],
      ['field_2', ['null', 'string'], undefined],
    ]);
  });

  it('gives a saved view the names of its list, so that a further column renames none', () => {
    const all = [
      metadata('field-1', 'Status'),
      metadata('field-2', 'Status', 'dropdown'),
      metadata('field-3', 'Owner'),
    ];
    expect(summary({ metadata: all, only: new Set(['field-2']) })).toEqual([
      'status_2: dropdown',
      'status_2_option_id: dropdown',
    ]);
    expect(summary({ metadata: all, only: new Set() })).toEqual([]);
  });
});

describe('sampledFieldIds', () => {
  it('holds every field of the page', () => {
    const page = [[field('field-1', 'A', 'text', null)], [null, field('persons', 'P', 'person-multi', null)], null];
    expect(sampledFieldIds(page)).toEqual(new Set(['field-1', 'persons']));
  });

  it('is undefined when no row shows a field, so that the view gets all fields of its list', () => {
    expect(sampledFieldIds([])).toBeUndefined();
    expect(sampledFieldIds([[], null, undefined])).toBeUndefined();
  });
});
