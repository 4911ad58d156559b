import { describe, expect, test } from 'vitest';
import type { JsonSchemaNode } from '../../src/affinity/models/json-schema.ts';
import { compileFit, isDateTime } from '../../src/source/conform.ts';

const nullable = (type: string, more: object = {}): JsonSchemaNode => ({ type: ['null', type], ...more });

/** The row after the check, and the paths at which something became null. */
function conform(properties: Record<string, JsonSchemaNode>, row: Record<string, unknown>) {
  const nulled: string[] = [];
  const isWhole = compileFit({ type: 'object', properties })(row, (path) => nulled.push(path));
  expect(isWhole).toBe(true);
  return { row, nulled };
}

describe('a value that is not of its declared type', () => {
  test.each<[string, JsonSchemaNode, unknown, unknown]>([
    ['text for a number', nullable('number'), '1', null],
    ['a number for text', nullable('string'), 1, null],
    ['a fraction for a whole number', nullable('integer'), 1.5, null],
    ['a whole number too large to be exact', nullable('integer'), 2 ** 53, null],
    ['a number beyond all numbers', nullable('number'), Number.POSITIVE_INFINITY, null],
    ['an object for text', nullable('string'), { a: 1 }, null],
    ['an array for an object', nullable('object', { properties: {} }), [1], null],
    ['an object for an array', nullable('array'), {}, null],
    ['text for a flag', nullable('boolean'), 'true', null],
    ['a date without time for a date-time', nullable('string', { format: 'date-time' }), '2026-01-01', null],
    ['a day that does not exist', nullable('string', { format: 'date-time' }), '2026-02-30T00:00:00Z', null],
    ['an empty date', nullable('string', { format: 'date' }), '', null],
  ])('%s becomes null', (_what, node, given, expected) => {
    const { row, nulled } = conform({ a: node }, { a: given });
    expect(row).toEqual({ a: expected });
    expect(nulled).toEqual(['a']);
  });

  test.each<[string, JsonSchemaNode, unknown]>([
    ['null', nullable('integer'), null],
    ['a whole number for a number', nullable('number'), 3],
    ['a number that ends in .0 for a whole one', nullable('integer'), JSON.parse('3.0')],
    ['anything where no type is declared', {}, { a: [1, 'x'] }],
    ['anything where the type is not one we know', { type: 'money' }, 12],
    ['anything in an array without declared items', nullable('array'), [1, 'x', null]],
    ['undeclared properties of an object', nullable('object', { properties: {} }), { x: 1 }],
    ['one of two types', { type: ['null', 'string', 'integer'] }, 5],
    ['a date-time with an offset', nullable('string', { format: 'date-time' }), '2021-10-04T08:54:24.694-04:00'],
  ])('%s stays', (_what, node, given) => {
    expect(conform({ a: node }, { a: given })).toEqual({ row: { a: given }, nulled: [] });
  });

  test('only the smallest declared part becomes null, and its path is told', () => {
    const properties = {
      person: nullable('object', {
        properties: { id: nullable('integer'), tags: nullable('array', { items: nullable('string') }) },
      }),
      cells: nullable('array', { items: nullable('object', { properties: { at: nullable('string') } }) }),
    };
    const { row, nulled } = conform(properties, {
      person: { id: 'x', tags: ['a', 1, null], other: 1 },
      cells: [{ at: 5, more: 1 }, 'no object', { at: 'ok' }],
    });
    expect(row).toEqual({
      person: { id: null, tags: ['a', null, null], other: 1 },
      cells: [{ at: null, more: 1 }, null, { at: 'ok' }],
    });
    expect(nulled).toEqual(['person.id', 'person.tags[]', 'cells[].at', 'cells[]']);
  });

  test('a property that a row lacks is not looked for in what every object has', () => {
    expect(conform({ id: nullable('integer'), constructor: nullable('string') }, { id: 1 })).toEqual({
      row: { id: 1 },
      nulled: [],
    });
  });

  test('an array whose items may not be null is null as a whole', () => {
    const strict = { a: nullable('array', { items: { type: 'string' } }) };
    expect(conform(strict, { a: ['x', 1] }).row).toEqual({ a: null });
    expect(conform(strict, { a: ['x', null] }).row).toEqual({ a: null });
    expect(conform(strict, { a: ['x'] }).row).toEqual({ a: ['x'] });
  });
});

test.each<[string, boolean]>([
  ['2026-01-01T00:00:00Z', true],
  ['2024-02-29T23:59:59.123456+14:00', true],
  ['2023-02-29T00:00:00Z', false],
  ['2026-01-01 00:00:00Z', false],
  ['2026-01-01T24:00:00Z', false],
  ['2026-01-01T00:00:00', false],
  ['0000-01-01T00:00:00Z', false],
  ['2026-13-01T00:00:00Z', false],
  ['2026-01-00T00:00:00Z', false],
  ['2000-02-29T00:00:00Z', true],
  ['2100-02-29T00:00:00Z', false],
  ['', false],
])('%s as a date-time: %s', (text, expected) => {
  expect(isDateTime(text)).toBe(expected);
});
