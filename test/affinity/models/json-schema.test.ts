import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rowJsonSchema } from '../../../src/affinity/models/json-schema.ts';
import * as property from '../../../src/affinity/models/properties.ts';

const root = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: true };

describe('rowJsonSchema', () => {
  it.each([
    ['a key', property.keyNumber('D.'), { type: 'integer' }],
    ['a key in letters', property.keyText('D.'), { type: 'string' }],
    ['text', property.text('D.'), { type: ['null', 'string'] }],
    ['a whole number', property.integer('D.'), { type: ['null', 'integer'] }],
    ['a number', property.decimal('D.'), { type: ['null', 'number'] }],
    ['a flag', property.flag('D.'), { type: ['null', 'boolean'] }],
    [
      'a moment',
      property.timestamp('D.'),
      { type: ['null', 'string'], format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
    ],
    ['a day', property.day('D.'), { type: ['null', 'string'], format: 'date' }],
    ['texts', property.texts('D.'), { type: ['null', 'array'], items: { type: ['null', 'string'] } }],
    ['whole numbers', property.integers('D.'), { type: ['null', 'array'], items: { type: ['null', 'integer'] } }],
    ['anything in a row', z.array(z.unknown()).nullish().meta({ description: 'D.' }), { type: ['null', 'array'] }],
    [
      'an empty object',
      property.object('D.', {}),
      { type: ['null', 'object'], properties: {}, additionalProperties: true },
    ],
    [
      'objects',
      property.objects('D.', { id: property.integer('I.') }),
      {
        type: ['null', 'array'],
        items: {
          type: ['null', 'object'],
          properties: { id: { description: 'I.', type: ['null', 'integer'] } },
          additionalProperties: true,
        },
      },
    ],
  ])('makes %s plain', (_, model, expected) => {
    const row = z.looseObject({ value: model });
    expect(rowJsonSchema(row)).toEqual({ ...root, properties: { value: { description: 'D.', ...expected } } });
  });

  it('drops bounds, patterns and what zod requires', () => {
    const row = z.object({ id: z.int().min(1).max(9), word: z.string().regex(/a/).max(3).optional() });
    expect(rowJsonSchema(row)).toEqual({
      ...root,
      properties: { id: { type: 'integer' }, word: { type: 'string' } },
    });
  });

  it('writes a model that is used twice both times', () => {
    const person = property.object('Somebody.', { id: property.integer('Id.') });
    const { properties } = rowJsonSchema(z.looseObject({ from: person, to: person }));
    expect(properties['to']).toEqual(properties['from']);
  });

  it('keeps the order of declaration, titles and annotations', () => {
    const row = z.looseObject({
      zebra: property.text('Z.'),
      ant: property.text('A.').meta({ title: 'Ant', 'x-affinity-field-id': 'field-1' }),
    });
    expect(JSON.stringify(rowJsonSchema(row).properties)).toBe(
      JSON.stringify({
        zebra: { description: 'Z.', type: ['null', 'string'] },
        ant: { description: 'A.', title: 'Ant', type: ['null', 'string'], 'x-affinity-field-id': 'field-1' },
      }),
    );
  });

  it.each([
    ['anything', z.unknown()],
    ['either of two', z.union([z.string(), z.looseObject({})])],
    ['either of two scalars', z.union([z.string(), z.number(), z.null()])],
    ['a moment that JSON does not have', z.date()],
  ])('refuses %s', (_, model) => {
    expect(() => rowJsonSchema(z.looseObject({ value: model }))).toThrow();
  });
});
