import { describe, expect, it } from 'vitest';
import { bindColumns, type ColumnMisfit } from '../../../src/affinity/fields/bind.ts';
import { baseProperties, fill, fillOne, properties, wrong } from './binding.ts';
import { email, everyValueType, field, leeds, meeting, metadata, mira, ola, tern } from './samples.ts';

describe('cells', () => {
  it.each(everyValueType)('hold what a value of type $type says', ({ type, data, value, reference }) => {
    const { values, misfits } = fillOne(type, type, data);
    expect(Object.values(values)).toEqual(reference === undefined ? [value] : [value, reference]);
    expect(misfits).toEqual([]);
  });

  it.each(everyValueType)('are null for an empty value of type $type', ({ type }) => {
    for (const fields of [
      [field('field-1', 'X', type, null)],
      [],
      null,
      undefined,
      [{ id: 'field-1', value: null }],
      [null],
    ]) {
      const { values, misfits, unbound } = fill(properties([metadata('field-1', 'X', type)]), fields);
      expect(values).toHaveProperty('x', null);
      expect(new Set(Object.values(values))).toEqual(new Set([null]));
      expect([...misfits, ...unbound]).toEqual([]);
    }
  });

  it.each(everyValueType)('are null without a complaint where a value of type $type is hidden', ({ type, data }) => {
    const configured = properties([metadata('field-1', 'X', type)]);
    const hiddenField = { ...field('field-1', 'X', type, data), type: 'hidden' };
    for (const each of [
      hiddenField,
      field('field-1', 'X', 'hidden', null),
      field('field-1', 'X', 'hidden', 'withheld'),
    ]) {
      const { values, misfits } = fill(configured, [each]);
      expect(new Set(Object.values(values))).toEqual(new Set([null]));
      expect(misfits).toEqual([]);
    }
  });

  const link = { link: 'https://linkedin.com/in/x', text: 'x' };
  it.each<[string, string, unknown, unknown[]]>([
    ['a link gives its address', 'filterable-text-multi', [link, 'plain'], [['https://linkedin.com/in/x', 'plain']]],
    ['a link without an address gives its text', 'filterable-text-multi', [{ link: null, text: 'x' }], [['x']]],
    ['a link with neither', 'filterable-text-multi', [{ link: null, text: null }], [[null]]],
    ['a link in a single text', 'text', link, ['https://linkedin.com/in/x']],
    ['an empty text', 'text', '', ['']],
    ['a person without a last name', 'person', mira, ['Mira', 90001]],
    ['a person without a first name', 'person', { ...ola, firstName: null }, ['Brandt', 6100201]],
    ['a person with blanks around the names', 'person', { ...ola, firstName: ' Ola ' }, ['Ola Brandt', 6100201]],
    ['a person without names', 'person', { ...ola, firstName: null, lastName: ' ' }, ['ola@kestrel.example', 6100201]],
    ['a person without anything', 'person', { id: 5, primaryEmailAddress: null }, [null, 5]],
    ['a company without a name', 'company', { id: 5 }, [null, 5]],
    ['an option without an id', 'dropdown', { text: 'Hot' }, ['Hot', null]],
    ['a formula without a result', 'formula-number', { calculatedValue: null }, [null]],
    ['a formula without anything', 'formula-number', {}, [null]],
    ['an option without anything', 'dropdown', {}, [null, null]],
    ['zero', 'number', 0, [0]],
    ['an empty array', 'dropdown-multi', [], [[], []]],
    [
      'elements that are null',
      'person-multi',
      [null, ola],
      [
        [null, 'Ola Brandt'],
        [null, 6100201],
      ],
    ],
    ['a meeting begins, others are sent', 'interaction', meeting, [meeting, '2026-10-05T09:00:00Z']],
    ['an interaction without a time', 'interaction', { type: 'fax', id: 1 }, [{ type: 'fax', id: 1 }, null]],
    ['a location with more or fewer members', 'location', { city: 'Leeds', zip: 5 }, [{ city: 'Leeds', zip: 5 }]],
    ['text of an unknown type', 'sparkline', 'up', ['"up"']],
    ['false of an unknown type', 'sparkline', false, ['false']],
    [
      'a moment with fractions and offset',
      'datetime',
      '2024-02-29T23:59:59.123-08:00',
      ['2024-02-29T23:59:59.123-08:00'],
    ],
  ])('%s', (_, type, data, expected) => {
    const { values, misfits } = fillOne(type, type, data);
    expect(Object.values(values)).toEqual(expected);
    expect(misfits).toEqual([]);
  });
});

describe('a value of another type than the column', () => {
  const hot = { dropdownOptionId: 41, text: 'Hot' };
  it.each<[column: string, payload: string, data: unknown, cells: unknown[]]>([
    ['text', 'filterable-text', 'a', ['a']],
    ['filterable-text-multi', 'text', 'a', [['a']]],
    ['text', 'filterable-text-multi', ['a'], ['a']],
    ['number', 'number-multi', [1], [1]],
    ['number-multi', 'number', 1, [[1]]],
    ['number', 'formula-number', { calculatedValue: 2 }, [2]],
    ['formula-number', 'number', 2, [2]],
    ['number-multi', 'formula-number', { calculatedValue: 2 }, [[2]]],
    ['location', 'location-multi', [leeds], [leeds]],
    ['location-multi', 'location', leeds, [[leeds]]],
    ['dropdown', 'dropdown-multi', [hot], ['Hot', 41]],
    ['dropdown-multi', 'ranked-dropdown', hot, [['Hot'], [41]]],
    ['ranked-dropdown', 'status-dropdown', hot, ['Hot', 41]],
    ['person', 'person-multi', [ola], ['Ola Brandt', 6100201]],
    ['person-multi', 'person', ola, [['Ola Brandt'], [6100201]]],
    ['company', 'company-multi', [tern], ['Tern Capital', 5001044]],
    ['company-multi', 'company', tern, [['Tern Capital'], [5001044]]],
    ['text', 'filterable-text-multi', [], [null]],
    ['text', 'filterable-text-multi', [null], [null]],
    ['hidden', 'number', 5, ['5']],
    ['sparkline', 'person', { id: 1 }, ['{"id":1}']],
  ])('in a %s column, a %s of %j converts', (column, payload, data, cells) => {
    const { values, misfits } = fillOne(column, payload, data);
    expect(Object.values(values)).toEqual(cells);
    expect(misfits).toEqual([]);
  });

  it.each<[column: string, payload: string, data: unknown, found: string]>([
    ['text', 'filterable-text-multi', ['a', 'b'], 'array of 2'],
    ['number', 'number-multi', [1, 2, 3], 'array of 3'],
    ['text', 'number', 5, 'number'],
    ['number', 'text', '5', 'text'],
    ['datetime', 'text', '2025-11-03T08:00:00Z', 'text'],
    ['note', 'reminder', { id: 1 }, 'reminder'],
    ['text', 'sparkline', 'up', 'sparkline'],
    ['text', 'constructor', 'up', 'constructor'],
  ])('in a %s column, a %s of %j is null and reported', (column, payload, data, found) => {
    const { values, misfits } = fillOne(column, payload, data);
    expect(values).toEqual({ x: null });
    expect(misfits).toEqual(wrong(found, 'x'));
  });

  it('is reported for each of the columns of its field', () => {
    const { values, misfits } = fillOne('person', 'company', tern);
    expect(values).toEqual({ x: null, x_id: null });
    expect(misfits).toEqual(wrong('company', 'x', 'x_id'));
  });
});

describe('a value that its own type does not allow', () => {
  it.each<[type: string, data: unknown, cells: unknown[], misfits: ReturnType<typeof wrong>]>([
    ['text', 5, [null], wrong('number', 'x')],
    ['text', { html: 'a' }, [null], wrong('object', 'x')],
    ['text', { link: 5 }, [null], wrong('number', 'x')],
    ['number', '5', [null], wrong('string', 'x')],
    ['number', Number.POSITIVE_INFINITY, [null], wrong('number', 'x')],
    ['number', true, [null], wrong('boolean', 'x')],
    ['formula-number', { calculatedValue: 'n/a' }, [null], wrong('string', 'x')],
    ['number-multi', [1, 'n/a', 3], [[1, null, 3]], wrong('string', 'x')],
    ['datetime', 'soon', [null], wrong('string', 'x')],
    ['datetime', '2025-11-03', [null], wrong('string', 'x')],
    ['datetime', '2025-11-03T08:00:00', [null], wrong('string', 'x')],
    ['datetime', '2025-02-29T08:00:00Z', [null], wrong('string', 'x')],
    ['datetime', '0000-01-01T08:00:00Z', [null], wrong('string', 'x')],
    ['datetime', 1762156800, [null], wrong('number', 'x')],
    ['location', { ...leeds, city: 5 }, [{ ...leeds, city: null }], wrong('number', 'x')],
    ['location', 'Leeds', [null], wrong('string', 'x')],
    ['dropdown', { dropdownOptionId: '41', text: 'Hot' }, ['Hot', null], wrong('string', 'x_option_id')],
    ['dropdown', 'Hot', [null, null], wrong('string', 'x', 'x_option_id')],
    ['person', { ...ola, id: 1.5 }, ['Ola Brandt', null], wrong('number', 'x_id')],
    ['person', { ...ola, id: 2 ** 53 }, ['Ola Brandt', null], wrong('number', 'x_id')],
    [
      'company-multi',
      [tern, { id: 'a', name: 5 }],
      [
        ['Tern Capital', null],
        [5001044, null],
      ],
      [
        { name: 'x', found: 'number' },
        { name: 'x_ids', found: 'string' },
      ],
    ],
    ['filterable-text-multi', 5, [null], wrong('number', 'x')],
    ['filterable-text-multi', [['a']], [[null]], wrong('array', 'x')],
    [
      'interaction',
      { ...email, sentAt: 'yesterday' },
      [{ ...email, sentAt: 'yesterday' }, null],
      wrong('string', 'x_at'),
    ],
    ['interaction', [email, meeting], [null, null], wrong('array of 2', 'x', 'x_at')],
    ['note', 'text', [null], wrong('string', 'x')],
    ['dropdown', { label: 'Hot' }, [null, null], wrong('object', 'x', 'x_option_id')],
    ['person', { referenceType: 'deleted-entity', displayValue: 'Ola' }, [null, null], wrong('object', 'x', 'x_id')],
    [
      'company-multi',
      [tern, { label: 'Tern' }],
      [
        ['Tern Capital', null],
        [5001044, null],
      ],
      wrong('object', 'x', 'x_ids'),
    ],
    ['list-multi', [{ label: 'Deals' }], [[null], [null]], wrong('object', 'x', 'x_ids')],
  ])('%s %j', (type, data, cells, expected) => {
    const payload = structuredClone(data);
    const { values, misfits } = fillOne(type, type, payload);
    expect(Object.values(values)).toEqual(cells);
    expect(misfits).toEqual(expected);
    expect(payload).toEqual(data);
  });

  it('is reported each time, with all that a message or a record needs', () => {
    const misfits: ColumnMisfit[] = [];
    const configuredProperties = properties([metadata('field-1', 'X', 'number')]);
    const binder = bindColumns({ configuredProperties, baseProperties, onMisfit: (misfit) => misfits.push(misfit) });
    for (const data of ['a', 'b', 7]) binder.toColumns([field('field-1', 'X', 'number', data)]);
    const misfit = { name: 'x', fieldId: 'field-1', valueType: 'number', part: 'value', found: 'string' };
    expect(misfits).toEqual([misfit, misfit]);
  });

  it('needs no listener', () => {
    const binder = bindColumns({
      configuredProperties: properties([metadata('field-1', 'X', 'number')]),
      baseProperties,
    });
    expect(binder.toColumns([field('field-1', 'X', 'number', 'a'), field('field-2', 'Y', 'text', 'b')]).values).toEqual(
      {
        x: null,
      },
    );
  });
});
