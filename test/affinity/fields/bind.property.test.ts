import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindColumns } from '../../../src/affinity/fields/bind.ts';
import { planColumns } from '../../../src/affinity/fields/columns.ts';
import { everyValueType, field, leeds, metadata, ola } from './samples.ts';

const ajv = new Ajv({ strict: true, allErrors: true });
addFormats.default(ajv);
ajv.addVocabulary([
  'airbyte_type',
  'x-affinity-field-id',
  'x-affinity-value-type',
  'x-affinity-part',
  'x-affinity-encoding',
]);

const planned = planColumns({
  metadata: everyValueType.map(({ type }, index) => metadata(`field-${index}`, type, type)),
  sampleRowsFields: [],
  naming: 'name',
  reserved: ['id'],
});
const configuredProperties = Object.fromEntries(planned.map(({ name, schema }) => [name, schema]));
const validate = ajv.compile({ type: 'object', properties: configuredProperties, additionalProperties: false });

/** Right values of any type, wrong ones that look right, and anything that JSON can say. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>('2026-10-01T13:22:10Z', '2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', 'soon', '', 5, 1.5),
  fc.constantFrom<unknown>(1e30, 2 ** 53, Number.POSITIVE_INFINITY, true, null, {}),
  fc.string(),
  fc.double(),
);
const object = fc.record(
  {
    id: scalar,
    dropdownOptionId: scalar,
    text: scalar,
    name: scalar,
    link: scalar,
    firstName: scalar,
    lastName: scalar,
    primaryEmailAddress: scalar,
    sentAt: scalar,
    startTime: scalar,
    calculatedValue: scalar,
    city: scalar,
    streetAddress: scalar,
  },
  { requiredKeys: [] },
);
const single = fc.oneof(
  scalar,
  object,
  fc.constantFrom<unknown>(leeds, ola),
  fc.constantFrom(...everyValueType.map(({ data }) => data)),
  fc.jsonValue(),
);
const data = fc.oneof(single, fc.array(single, { maxLength: 4 }));
const type = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...everyValueType.map((each) => each.type)) },
  fc.constantFrom('hidden', 'x', '__proto__', null, 7),
);
const payload = fc
  .record({
    index: fc.nat({ max: everyValueType.length }),
    type,
    data,
    isOwnType: fc.boolean(),
    origin: fc.constantFrom('list', 'hidden'),
  })
  .map((each) => {
    const valueType = each.isOwnType ? everyValueType[each.index]?.type : each.type;
    return field(`field-${each.index}`, 'X', valueType as string, each.data, { type: each.origin });
  });

describe('cells of any payload', () => {
  it('fit the declaration of their column, and every column has one', () => {
    let misfits = 0;
    let filled = 0;
    const binder = bindColumns({ configuredProperties, baseProperties: new Set(['id']), onMisfit: () => misfits++ });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 12 }), (fields) => {
        const { values } = binder.toColumns(fields);
        expect(validate(values), ajv.errorsText(validate.errors)).toBe(true);
        expect(Object.keys(values)).toEqual(Object.keys(configuredProperties));
        filled += Object.values(values).filter((value) => value !== null).length;
      }),
      { numRuns: 2000 },
    );
    // Both kinds of payload have to occur, or this says nothing.
    expect(misfits).toBeGreaterThan(1000);
    expect(filled).toBeGreaterThan(1000);
  });

  it('are the same in a row as by themselves', () => {
    const binder = bindColumns({ configuredProperties, baseProperties: new Set(['id']) });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 12 }), (fields) => {
        expect(binder.toRow({ id: 5, fields }, fields)).toEqual({ id: 5, ...binder.toColumns(fields).values });
      }),
    );
  });

  it('complain about no hidden value, and lose nothing of an unknown type', () => {
    fc.assert(
      fc.property(payload, fc.boolean(), (one, isVisible) => {
        const each = isVisible ? { ...one, type: 'list' } : one;
        let misfits = 0;
        const binder = bindColumns({
          configuredProperties,
          baseProperties: new Set(['id']),
          onMisfit: () => misfits++,
        });
        const { values } = binder.toColumns([each]);
        const isHidden = each.type === 'hidden' || each.value.type === 'hidden';
        if (isHidden) expect(misfits).toBe(0);
        const isJson = each.id === `field-${everyValueType.findIndex(({ type: name }) => name === 'sparkline')}`;
        if (isJson && !isHidden && each.value.data !== null) {
          expect(values['sparkline']).toBe(JSON.stringify(each.value.data));
        }
      }),
    );
  });
});
