import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CatalogFile, catalogOfBytes, createSharing, parsedCatalog } from '../../src/protocol/catalog-file.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261123);

function ofText(text: string): CatalogFile {
  return catalogOfBytes(Buffer.from(text), () => JSON.parse(text));
}

/** Streams that were parsed with all the rest: where the whole was parsed, nothing was cut. */
function wholeReads(text: string): number {
  let count = 0;
  catalogOfBytes(Buffer.from(text), () => {
    count += 1;
    return JSON.parse(text);
  }).mapStreams((json) => json);
  return count;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '}]', '"streams":[', '\u2028', '{"a":1}'),
);
const stream = fc.record({ stream: fc.record({ name: text, json_schema: fc.dictionary(text, fc.jsonValue()) }) });
const catalog = fc.record({
  before: fc.jsonValue(),
  streams: fc.array(stream, { maxLength: 5 }),
  after: fc.jsonValue(),
});

describe('the streams of a catalog', () => {
  test(`are the same one by one as all at once (seed ${SEED})`, () => {
    fc.assert(
      fc.property(catalog, fc.constantFrom(0, 2, '\t'), (whole, space) => {
        const json = JSON.stringify(whole, null, space);
        const read = (each: unknown, index: number): unknown => [index, each];
        expect(ofText(json).mapStreams(read)).toEqual(parsedCatalog(JSON.parse(json)).mapStreams(read));
        expect(wholeReads(json)).toBe(0);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test.each([
    ['what is no object', '{"streams":[{"a":1},2]}', [{ a: 1 }, 2]],
    ['a list that comes twice, of which the last one counts', '{"streams":[{"a":1}],"streams":[{"b":2}]}', [{ b: 2 }]],
    ['the word for a list that is none', '{"streams":{"a":1}}', undefined],
    ['no word of streams', '{"catalog":{"streams":[]}}', undefined],
    ['a list of messages', '[{"streams":[]}]', undefined],
  ])('are those of the whole where there is %s', (_what, json, streams) => {
    expect(ofText(json).mapStreams((each) => each)).toEqual(streams);
    expect(wholeReads(json)).toBe(1);
  });

  test.each(['{"streams":[{"a":1}', '{"streams":[{"a":1}]', '{"streams":[{"a":1]}', '{"streams":[{"a":01}]}', ''])(
    'are none of %j, which is no JSON',
    (json) => {
      expect(() => ofText(json).mapStreams((each) => each)).toThrow(SyntaxError);
    },
  );
});

test('what is equal is shared, in whole and in part', () => {
  const share = createSharing();
  const [first, second, other] = [
    { type: ['null', 'string'], title: 'A', properties: { a: { type: ['null', 'string'] } } },
    { type: ['null', 'string'], title: 'A', properties: { a: { type: ['null', 'string'] } } },
    { type: ['null', 'string'], title: 'B', properties: { a: { type: ['null', 'string'] } } },
  ].map((node) => share(node));
  expect(second).toBe(first);
  expect(other).toEqual({ type: ['null', 'string'], title: 'B', properties: { a: { type: ['null', 'string'] } } });
  expect(other?.type).toBe(first?.type);
  expect(other?.properties).toBe(first?.properties);
});
