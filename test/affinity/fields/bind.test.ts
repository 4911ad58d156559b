import { describe, expect, it } from 'vitest';
import { type BindOptions, bindColumns, type ColumnMisfit, needsPlan } from '../../../src/affinity/fields/bind.ts';
import { planColumns } from '../../../src/affinity/fields/columns.ts';
import type { PayloadFields } from '../../../src/affinity/fields/payload.ts';
import type { JsonSchemaNode } from '../../../src/affinity/models/json-schema.ts';
import { email, everyValueType, field, kestrel, leeds, meeting, metadata, mira, ola, tern } from './samples.ts';

type Properties = Record<string, JsonSchemaNode>;

const baseProperties = new Set(['id', 'name', 'domain']);
const base: Properties = { id: { type: 'integer' }, name: { type: ['null', 'string'] } };

function properties(fields: Parameters<typeof planColumns>[0]['metadata']): Properties {
  const columns = planColumns({ metadata: fields, sampleRowsFields: [], naming: 'name', reserved: baseProperties });
  return { ...base, ...Object.fromEntries(columns.map(({ name, schema }) => [name, schema])) };
}

/** Binds, makes one row, and tells what was reported meanwhile. */
function fill(configuredProperties: Properties, fields: unknown, more: Partial<BindOptions> = {}) {
  const misfits: Pick<ColumnMisfit, 'name' | 'found'>[] = [];
  const unbound: unknown[] = [];
  const binder = bindColumns({
    configuredProperties,
    baseProperties,
    onMisfit: ({ name, found }) => misfits.push({ name, found }),
    onUnboundField: (each) => unbound.push(each),
    ...more,
  });
  return { values: binder.toColumns(fields as PayloadFields).values, misfits, unbound, binder };
}

/** One field `X` of the given type in the schema, one value in the row. */
function fillOne(columnType: string, payloadType: string, data: unknown) {
  return fill(properties([metadata('field-1', 'X', columnType)]), [field('field-1', 'X', payloadType, data)]);
}

const wrong = (found: string, ...names: string[]) => names.map((name) => ({ name, found }));

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
    ['filterable-text-multi', [['a']], [[null]], wrong('array', 'x')],
    [
      'interaction',
      { ...email, sentAt: 'yesterday' },
      [{ ...email, sentAt: 'yesterday' }, null],
      wrong('string', 'x_at'),
    ],
    ['interaction', [email, meeting], [null, null], wrong('array of 2', 'x', 'x_at')],
    ['note', 'text', [null], wrong('string', 'x')],
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

describe('bindColumns', () => {
  it('fills every column of every layout alike', () => {
    const configured = properties([
      metadata('persons', 'People', 'person-multi'),
      metadata('field-9', 'Amount', 'number'),
    ]);
    const fields = [field('field-9', 'Amount', 'number', 5)];
    const expected = { people: null, people_ids: null, amount: 5 };
    expect(fill(configured, fields).values).toEqual(expected);
    const company = { id: 1, name: 'Kestrel', unknown: [1], fields };
    const { binder } = fill(configured, fields);
    expect(binder.toRow(company, fields)).toEqual({ id: 1, name: 'Kestrel', unknown: [1], ...expected });
    expect(binder.toRow({ id: 2 }, null)).toEqual({ id: 2, name: null, people: null, people_ids: null, amount: null });
  });

  it('makes a new row each time', () => {
    const { binder } = fill(properties([metadata('field-1', 'X')]), []);
    const first = binder.toRow({ id: 1 }, [field('field-1', 'X', 'text', 'a')]);
    expect(binder.toRow({ id: 2 }, [])).toEqual({ id: 2, name: null, x: null });
    expect(first).toEqual({ id: 1, name: null, x: 'a' });
  });

  it('prefers a column to a property of the row that came to have its name', () => {
    const { binder } = fill(properties([metadata('field-1', 'Status')]), []);
    expect(binder.toRow({ id: 1, status: 'new in the API' }, [])).toEqual({ id: 1, name: null, status: null });
  });

  it('goes on filling the old column of a renamed field', () => {
    const configured = properties([metadata('field-1', 'Stage', 'dropdown'), metadata('field-2', 'Owner')]);
    const renamed = [
      field('field-1', 'Status', 'dropdown', { dropdownOptionId: 1, text: 'New' }),
      field('field-2', 'Stage', 'text', 'someone'),
    ];
    const { values, unbound } = fill(configured, renamed);
    expect(values).toEqual({ stage: 'New', stage_option_id: 1, owner: 'someone' });
    expect(unbound).toEqual([]);
  });

  it('fills only the configured columns', () => {
    const { stage_option_id, ...configured } = properties([metadata('field-1', 'Stage', 'dropdown')]);
    expect(stage_option_id).toBeDefined();
    expect(fillStage(configured)).toEqual({ stage: 'New' });
    const { stage, ...others } = properties([metadata('field-1', 'Stage', 'dropdown')]);
    expect(stage).toBeDefined();
    expect(fillStage(others)).toEqual({ stage_option_id: 1 });
  });

  it('reports a field without a column once, by id and name', () => {
    const { binder, unbound } = fill(base, [field('field-1', 'New', 'text', null)]);
    binder.toColumns([field('field-1', 'New', 'text', 'x'), { id: 'odd' } as never, { id: 7 } as never, {} as never]);
    expect(unbound).toEqual([
      { fieldId: 'field-1', fieldName: 'New' },
      { fieldId: 'odd', fieldName: '' },
    ]);
  });

  it('survives fields that are no fields', () => {
    for (const fields of ['text', 5, { a: 1 }, [5, 'x', null, undefined, { id: 'field-1', value: 5 }]]) {
      expect(fill(properties([metadata('field-1', 'X')]), fields).values).toEqual({ x: null });
    }
  });

  it('goes on writing JSON text where an earlier version did not know the type', () => {
    const configured = properties([metadata('field-1', 'X', 'sparkline')]);
    const annotated = { ...base, x: { ...configured['x'], 'x-affinity-value-type': 'person-multi' } };
    expect(fill(annotated, [field('field-1', 'X', 'person-multi', [kestrel])])).toMatchObject({
      values: { x: JSON.stringify([kestrel]) },
      misfits: [],
    });
  });

  it.each<[string, string, JsonSchemaNode, unknown, unknown]>([
    ['a reference by its type', 'person', { type: ['null', 'integer'] }, ola, 6100201],
    ['a reference that is a number', 'person', { type: ['number', 'null'], airbyte_type: 'integer' }, ola, 6100201],
    ['a value by its type', 'person', { type: 'string' }, ola, 'Ola Brandt'],
    [
      'references by the type of the items',
      'person-multi',
      { type: 'array', items: { type: 'integer' } },
      [ola],
      [6100201],
    ],
    [
      'names by the type of the items',
      'person-multi',
      { type: 'array', items: { type: 'string' } },
      [ola],
      ['Ola Brandt'],
    ],
    ['a time by its type', 'interaction', { type: ['null', 'string'], format: 'date-time' }, email, email.sentAt],
    ['an interaction by its type', 'interaction', { type: ['null', 'object'] }, email, email],
    ['an array where one was declared', 'person', { type: ['null', 'array'] }, ola, ['Ola Brandt']],
    ['a single value where one was declared', 'text-like', { type: ['null', 'string'] }, 'a', '"a"'],
    [
      'one of an array, declared single',
      'dropdown-multi',
      { type: 'string' },
      [{ dropdownOptionId: 4, text: 'Hot' }],
      'Hot',
    ],
    ['JSON text of what is no text', 'location', { type: ['null', 'string'] }, leeds, JSON.stringify(leeds)],
    ['anything where nothing is declared', 'company', {}, tern, 'Tern Capital'],
  ])('reads %s when the annotation of the part is gone', (_, type, node, data, expected) => {
    const x = { ...node, 'x-affinity-field-id': 'field-1', 'x-affinity-value-type': type };
    const { values, misfits } = fill({ ...base, x }, [field('field-1', 'X', type, data)]);
    expect(values).toEqual({ x: expected });
    expect(misfits).toEqual([]);
  });

  it('tells references by their names when nothing else does', () => {
    const x = { 'x-affinity-field-id': 'field-1', 'x-affinity-value-type': 'person-multi', type: 'array' };
    const { values } = fill({ ...base, owners: x, owners_ids: x }, [field('field-1', 'X', 'person-multi', [ola])]);
    expect(values).toEqual({ owners: ['Ola Brandt'], owners_ids: [6100201] });
  });

  it.each<[string, JsonSchemaNode, unknown]>([
    ['text', { type: ['null', 'number'] }, 'a'],
    ['text', { type: ['null', 'string'], format: 'date-time' }, 'a'],
    ['text', { type: ['null', 'array'], items: { type: 'integer' } }, 'a'],
    ['number', { type: ['null', 'boolean'] }, 5],
    ['number-multi', { type: ['null', 'array'], items: { type: 'string' } }, [5]],
    ['interaction', { type: ['null', 'integer'] }, email],
  ])('puts nothing of a %s into a column declared %j', (type, node, data) => {
    const x = { ...node, 'x-affinity-field-id': 'field-1', 'x-affinity-value-type': type };
    const { values, misfits } = fill({ ...base, x }, [field('field-1', 'X', type, data)]);
    expect(values).toEqual({ x: null });
    expect(misfits).toEqual(wrong(type, 'x'));
  });
});

describe('columns without annotations', () => {
  const all = [metadata('field-1', 'Stage', 'dropdown'), metadata('field-2', 'Deal Owner', 'person')];
  const planned = planColumns({ metadata: all, sampleRowsFields: [], naming: 'name', reserved: [] });
  const bare: Properties = {
    ...base,
    stage: { type: ['null', 'string'] },
    stage_option_id: { type: ['null', 'integer'] },
    DEALOWNER: { type: ['null', 'string'] },
    gone: { type: ['null', 'string'] },
  };

  it('are found by the name in the plan', () => {
    const row = [
      field('field-1', 'Stage', 'dropdown', { dropdownOptionId: 1, text: 'New' }),
      field('field-2', 'Deal Owner', 'person', mira),
    ];
    const { values, binder } = fill(bare, row, { planned });
    expect(values).toEqual({ stage: 'New', stage_option_id: 1, DEALOWNER: 'Mira' });
    expect(binder.unboundProperties).toEqual(['gone']);
    expect(binder.toRow({ id: 1, name: 'a' }, row)).not.toHaveProperty('gone');
    expect(binder.columns).toContainEqual({
      name: 'stage_option_id',
      fieldId: 'field-1',
      valueType: 'dropdown',
      part: 'reference',
    });
  });

  it('get no value without a plan', () => {
    const { values, binder } = fill(bare, [
      field('field-1', 'Stage', 'dropdown', { dropdownOptionId: 1, text: 'New' }),
    ]);
    expect(values).toEqual({});
    expect(binder.unboundProperties).toEqual(['stage', 'stage_option_id', 'DEALOWNER', 'gone']);
  });

  it('with an id but no value type take the type from the plan', () => {
    const configured = { ...base, old: { type: ['null', 'string'], 'x-affinity-field-id': 'field-2' } };
    const row = [field('field-2', 'Deal Owner', 'person', mira)];
    expect(fill(configured, row, { planned }).values).toEqual({ old: 'Mira' });
    expect(fill(configured, row).binder.unboundProperties).toEqual(['old']);
  });

  it('are what a plan is needed for', () => {
    expect(needsPlan(bare, baseProperties)).toBe(true);
    expect(needsPlan(base, baseProperties)).toBe(false);
    expect(needsPlan(properties(all), baseProperties)).toBe(false);
    expect(needsPlan({ x: { 'x-affinity-field-id': 'field-1' } }, baseProperties)).toBe(true);
    expect(needsPlan({ x: { 'x-affinity-value-type': 'text' } }, baseProperties)).toBe(true);
  });
});

function fillStage(configured: Properties) {
  return fill(configured, [field('field-1', 'Stage', 'dropdown', { dropdownOptionId: 1, text: 'New' })]).values;
}
