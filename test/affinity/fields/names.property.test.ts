import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableName, type FieldToName, nameFields } from '../../../src/affinity/fields/names.ts';

const suffixes = fc.constantFrom<string[]>(
  [''],
  ['', '_option_id'],
  ['', '_option_ids'],
  ['', '_id'],
  ['', '_ids'],
  ['', '_at'],
);

/** Names that meet each other often, beside anything at all. */
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('Status', 'status', 'STA_TUS', 'Status option id', 'Status 7', 'Status_7_id'),
  },
  { weight: 2, arbitrary: fc.constantFrom('', '🚀', '売上', '2nd', 'id', 'Owner', 'Owner ID', 'Owner ids', 'field 7') },
  { weight: 2, arbitrary: fc.constantFrom('x'.repeat(55), 'x'.repeat(61), `Status ${'long '.repeat(60)}`) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
);
const number = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 9_999_999 }));
const source = fc.constantFrom(null, 'affinity-data', 'dealroom', 'mailchimp', 'a new one', '—', 'long '.repeat(20));
const slug = fc.oneof(
  fc.constantFrom(
    'status',
    'owner',
    'dealroom-status',
    'affinity-data-status',
    'created-at',
    '日本',
    'field-07',
    'field-x',
  ),
  fc.string({ minLength: 1, maxLength: 90 }).filter((id) => !/^field-(0|[1-9]\d{0,18})$/.test(id)),
);

const customField = fc.record({
  id: number.map((n) => `field-${n}`),
  name,
  enrichmentSource: fc.constant(null),
  suffixes,
});
const builtInField = fc.record({ id: slug, name, enrichmentSource: source, suffixes });
const fields = fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: customField }, builtInField), {
  selector: ({ id }) => id,
  maxLength: 40,
});
const options = fc.record({
  naming: fc.constantFrom('name' as const, 'id' as const, 'id_and_name' as const),
  reserved: fc.constant(['id', 'name', 'domain', 'domains', 'isGlobal', 'createdAt', 'ownerId']),
});

function columnNames(all: readonly FieldToName[], names: ReadonlyMap<string, string>): string[] {
  return all.flatMap((field) => field.suffixes.map((suffix) => `${names.get(field.id)}${suffix}`));
}

describe('names of any fields', () => {
  it('are unique without case and underscores, also among the properties of the row', () => {
    fc.assert(
      fc.property(fields, options, (all, { naming, reserved }) => {
        const comparable = [...reserved, ...columnNames(all, nameFields(all, { naming, reserved }))].map(
          comparableName,
        );
        expect(new Set(comparable).size).toBe(comparable.length);
      }),
      { numRuns: 400 },
    );
  });

  it('have at most 60 bytes and a form that every destination takes', () => {
    fc.assert(
      fc.property(fields, options, (all, choice) => {
        for (const column of columnNames(all, nameFields(all, choice))) {
          expect(column).toMatch(/^[a-z_][a-z0-9_]*$/);
          expect(column).toMatch(/[a-z0-9]/);
          expect(Buffer.byteLength(column)).toBeLessThanOrEqual(60);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('stay when a custom field is added', () => {
    fc.assert(
      fc.property(fields, customField, options, (all, added, choice) => {
        const before = nameFields(all, choice);
        const newest = { ...added, id: `field-${10_000_000 + Number(added.id.slice('field-'.length))}` };
        const after = nameFields([newest, ...all], choice);
        expect(after.delete(newest.id)).toBe(true);
        expect(after).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it('stay when a source of enrichment is switched on, unless a custom field had the name', () => {
    fc.assert(
      fc.property(fields, builtInField, options, (all, added, choice) => {
        const builtIn = all.filter(({ enrichmentSource }) => enrichmentSource === 'affinity-data');
        const before = nameFields(builtIn, choice);
        const later = { ...added, id: `zz-${added.id}`, enrichmentSource: 'zz' };
        const after = nameFields([later, ...builtIn], choice);
        expect(after.delete(later.id)).toBe(true);
        expect(after).toEqual(before);
      }),
    );
  });

  it('do not depend on the order in which the fields come', () => {
    const shuffled = fields.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, options, ([all, other], choice) => {
        expect(nameFields(other, choice)).toEqual(nameFields(all, choice));
      }),
    );
  });
});
