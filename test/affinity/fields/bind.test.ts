import { describe, expect, it } from 'vitest';
import { needsPlan } from '../../../src/affinity/fields/bind.ts';
import { planColumns } from '../../../src/affinity/fields/columns.ts';
import type { Company } from '../../../src/affinity/models/companies.ts';
import type { JsonSchemaNode } from '../../../src/affinity/models/json-schema.ts';
import { base, baseProperties, fill, type Properties, properties, wrong } from './binding.ts';
import { email, field, kestrel, leeds, metadata, mira, ola, tern } from './samples.ts';

describe('bindColumns', () => {
  it('fills every column of every layout alike', () => {
    const configured = properties([
      metadata('persons', 'People', 'person-multi'),
      metadata('field-9', 'Amount', 'number'),
    ]);
    const fields = [field('field-9', 'Amount', 'number', 5)];
    const expected = { people: null, people_ids: null, amount: 5 };
    expect(fill(configured, fields).values).toEqual(expected);
    const company: Company = { id: 1, name: 'Kestrel', unknown: [1], fields };
    const { binder } = fill(configured, fields);
    expect(binder.toRow(company, company.fields)).toEqual({ id: 1, name: 'Kestrel', unknown: [1], ...expected });
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
    ['arrays where nothing is declared', 'company-multi', {}, [tern, kestrel], ['Tern Capital', 'Kestrel Robotics']],
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

  it('believes the annotation of the part before the name', () => {
    const annotations = { 'x-affinity-field-id': 'field-1', 'x-affinity-value-type': 'person-multi' };
    const column = (part: string) => ({ type: 'array', ...annotations, 'x-affinity-part': part });
    const configured = {
      ...base,
      team_ids: column('value'),
      team: column('reference'),
      team_ids_2: column('nonsense'),
    };
    expect(fill(configured, [field('field-1', 'Team ids', 'person-multi', [ola])]).values).toEqual({
      team_ids: ['Ola Brandt'],
      team: [6100201],
      team_ids_2: ['Ola Brandt'],
    });
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
