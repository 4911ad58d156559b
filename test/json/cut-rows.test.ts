import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutRows, endOfNested, type Nested } from '../../src/json/cut-rows.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261123);
/** The rows of a page, and what is around them. */
function cut(body: Buffer): { envelope: string | undefined; rows: string[]; nested: Nested[] } {
  const rows: string[] = [];
  const nested: Nested[] = [];
  const envelope = cutRows(body, { key: 'data' }, (from) => {
    const row = endOfNested(body, from);
    nested.push(row);
    rows.push(body.toString('utf8', from, row.end));
    return row.end;
  });
  return { envelope, rows, nested };
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '}', ']},{', '"data":[', '\u2028', '\\"', '{"id":1}'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, text, fc.double({ noNaN: true }), fc.constantFrom(null, true, false), tie('nested')),
  nested: fc.oneof(fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(text, tie('any'), { maxKeys: 4 })),
})).any;
const row = fc.dictionary(text, value, { maxKeys: 5 });
const page = fc.record({ data: fc.array(row, { maxLength: 5 }), pagination: fc.record({ nextUrl: fc.option(text) }) });

/** With spaces and line feeds between its parts, or without any. */
const indent = fc.constantFrom(0, 2, '\t', '\r\n');

describe('rows cut out of a page', () => {
  test(`are its rows, whatever they hold (seed ${SEED})`, () => {
    fc.assert(
      fc.property(page, indent, fc.boolean(), (whole, space, isDataLast) => {
        const { data, pagination } = whole;
        const ordered = isDataLast ? { pagination, count: -1.5e3, data } : { data, pagination };
        const { rows, envelope } = cut(Buffer.from(JSON.stringify(ordered, null, space)));
        expect(rows.map((json) => JSON.parse(json))).toEqual(JSON.parse(JSON.stringify(data)));
        expect(JSON.parse(envelope ?? '')).toEqual({ ...JSON.parse(JSON.stringify(ordered)), data: [] });
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test(`of a page that ends anywhere are never taken for a whole one (seed ${SEED})`, () => {
    fc.assert(
      fc.property(page, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (whole, share) => {
        const body = Buffer.from(JSON.stringify(whole));
        const { envelope } = cut(body.subarray(0, Math.floor(body.length * share)));
        expect(() => JSON.parse(envelope ?? '')).toThrow(SyntaxError);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('are the very bytes that came', () => {
    expect(cut(Buffer.from('{"data":[{"id": 1.0},{"id":12345678901234567890}],"pagination":{}}')).rows).toEqual([
      '{"id": 1.0}',
      '{"id":12345678901234567890}',
    ]);
  });

  test.each([
    ['{"a":1e5}', true],
    ['{"a":[-1.5E+400]}', true],
    ['{"a":true,"b":false,"e":null}', false],
    ['{"a":"1e5","1e5":15}', false],
  ])('of %s have numbers with an exponent: %s', (row, expected) => {
    expect(cut(Buffer.from(`{"data":[${row}]}`)).nested[0]?.hasExponent).toBe(expected);
  });

  test('are looked at no further when one cannot be read', () => {
    const seen: number[] = [];
    const envelope = cutRows(
      Buffer.from('{"data":[{"id":1},{"id":2}]}'),
      { key: 'data' },
      (from) => void seen.push(from),
    );
    expect([envelope, seen]).toEqual([undefined, [9]]);
  });

  test.each([
    ['nothing', ''],
    ['a list', '[{"data":[]}]'],
    ['no data', '{"pagination":{"nextUrl":null}}'],
    ['data further in', '{"pagination":{"data":[{"id":1}]}}'],
    ['null data', '{"data":null}'],
    ['rows that are none', '{"data":[1,2]}'],
    ['a row that is null among others', '{"data":[{"id":1},null]}'],
    ['a comma too many', '{"data":[{"id":1},]}'],
    ['a comma too few', '{"data":[{"id":1}{"id":2}]}'],
    ['something else than a comma between', '{"data":[{"id":1};{"id":2}]}'],
    ['HTML', '<html>{"data":[{"id":1}]}</html>'],
    ['keys without quotes', '{data:[{"id":1}]}'],
    ['only quotes', '"""""'],
  ])('there are none of %s', (_what, body) => {
    expect(cut(Buffer.from(body)).envelope).toBeUndefined();
  });
});
