import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAnyCut } from '../../src/affinity/fields/completion.ts';
import type { JsonSchemaNode } from '../../src/affinity/models/json-schema.ts';
import { bytesToOneLine } from '../../src/json/line.ts';
import { createRowPreparer, createRowSkimmer } from '../../src/source/rows.ts';
import { companies, persons } from '../../src/streams/companies-and-persons.ts';
import { payloadFields } from '../../src/streams/completion.ts';
import { streams } from '../../src/streams/index.ts';
import { listEntries } from '../../src/streams/list-entries.ts';
import type { PreparedRow } from '../../src/streams/prepared-row.ts';
import type { Row, Stream } from '../../src/streams/stream.ts';
import { fakeStream } from '../support/sync-run.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261123);

const NODES: Record<string, JsonSchemaNode> = {
  id: { type: 'integer' },
  name: { type: ['null', 'string'] },
  amount: { type: ['null', 'number'] },
  at: { type: ['null', 'string'], format: 'date-time' },
  is: { type: ['null', 'boolean'] },
  tags: { type: ['null', 'array'], items: { type: ['null', 'string'] } },
  ids: { type: ['null', 'array'], items: { type: 'integer' } },
  inner: { type: ['null', 'object'], properties: { id: { type: 'integer' }, text: { type: ['null', 'string'] } } },
  values: { type: ['null', 'object'], properties: { data: {}, totalCount: { type: ['null', 'integer'] } } },
  open: {},
};
const stream = fakeStream('things', { jsonSchema: { ...fakeStream('things').jsonSchema, properties: NODES } });

interface Judged {
  /** Of the bytes alone; undefined where these leave a doubt. */
  readonly skimmed: { readonly item: PreparedRow; readonly end: number } | undefined;
  /** Of the parsed row; undefined where it is no JSON, or has no key. */
  readonly parsed: PreparedRow | undefined;
}

/** Judges a row, which stands in the middle of a page, in both ways. */
function judge(of: Stream, json: string, properties = of.jsonSchema.properties): Judged {
  const options = { stream: of, properties, warn: () => {} };
  const body = Buffer.from(`[${json},{}]`);
  const bytes = bytesToOneLine(Buffer.from(json));
  let parsed: PreparedRow | undefined;
  try {
    parsed = createRowPreparer(options)(JSON.parse(json), { bytes: () => bytes });
  } catch {
    parsed = undefined;
  }
  try {
    return { skimmed: createRowSkimmer(options)(body)(1), parsed };
  } catch (error) {
    expect(error).toMatchObject({ failureType: 'system_error' });
    return { skimmed: undefined, parsed };
  }
}

/** What bytes may be trusted for: the row goes out as it came, and was not cut. */
function expectAgreement(of: Stream, json: string): boolean {
  const { skimmed, parsed } = judge(of, json);
  if (skimmed === undefined) return false;
  expect(parsed).toBeDefined();
  expect(skimmed.end).toBe(1 + Buffer.byteLength(json));
  expect(skimmed.item.key).toEqual(parsed?.key);
  expect(parsed?.nulled).toBeUndefined();
  expect(skimmed.item.json.toString()).toBe(parsed?.json.toString());
  expect(JSON.parse(skimmed.item.json.toString())).toEqual(JSON.parse(json));
  expect(isAnyCut(payloadFields(JSON.parse(json) as Row))).toBe(false);
  return true;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-31T00:00:00Z', 'totalCount', 'id', '\ud83d', '\u2028', 'é"\\', '\0'),
);
const odd = fc.oneof(
  { maxDepth: 3 },
  fc.jsonValue({ stringUnit: 'binary' }),
  text,
  fc.integer(),
  fc.constantFrom(-0, 1.5, 1e21, 1e-7, 2 ** 53, 1.5e300, true, null),
);

function fitting(node: JsonSchemaNode): fc.Arbitrary<unknown> {
  switch ([node.type].flat().find((each) => each !== 'null')) {
    case 'string':
      return node.format === 'date-time' ? fc.constant('2026-01-01T00:00:00.5Z') : text;
    case 'integer':
      return fc.integer();
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueLike(node.items ?? {}), { maxLength: 3 });
    case 'object':
      return recordLike(node.properties ?? {}, []);
    default:
      return odd;
  }
}

/** Values that are nearly what is declared. */
function valueLike(node: JsonSchemaNode): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fitting(node) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: odd },
  );
}

function recordLike(nodes: Readonly<Record<string, JsonSchemaNode>>, needed: readonly string[]): fc.Arbitrary<Row> {
  const values = Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, valueLike(node)]));
  return fc.record(values, { requiredKeys: [...needed] });
}

function rowLike({ jsonSchema: { properties }, primaryKey, cursorField }: Stream): fc.Arbitrary<Row> {
  const needed = cursorField === undefined ? primaryKey : [...primaryKey, cursorField];
  return fc
    .tuple(
      recordLike(properties, needed),
      fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, fc.dictionary(text, odd, { maxKeys: 2 })),
    )
    .map(([own, more]) => ({ ...own, ...more }));
}

/** How a server might write it: without spaces, with them, or with something broken. */
const spellings: readonly ((json: string, at: number) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('":', '": '),
  (json) => json.replaceAll(',"', ' , "'),
  (json, at) => json.slice(0, at) + json.slice(at + 1),
  (json, at) => `${json.slice(0, at)}\\${json.slice(at)}`,
  (json, at) => `${json.slice(0, at)}0${json.slice(at)}`,
  (json, at) => `${json.slice(0, at)},${json.slice(at)}`,
];

const asItIs = Array.from({ length: spellings.length }, () => (json: string) => json);

describe('a row judged by its bytes', () => {
  test.each([stream, ...streams].map((each) => [each.name, each] as const))(
    `of %s goes out exactly as one that was parsed, or leaves a doubt (seed ${SEED})`,
    (_name, each) => {
      let trusted = 0;
      fc.assert(
        fc.property(rowLike(each), fc.constantFrom(...spellings), fc.nat(), (row, spell, at) => {
          const json = JSON.stringify(row);
          // Half a character is none in UTF-8.
          const spelled = spell(json, at % json.length).toWellFormed();
          // Where a row ends is a question for rows only.
          if (!spelled.startsWith('{')) return;
          if (!isWhole(spelled)) expect(judge(each, spelled).skimmed?.end).not.toBe(1 + Buffer.byteLength(spelled));
          else if (expectAgreement(each, spelled)) trusted += 1;
        }),
        { seed: SEED, numRuns: each === stream ? 3000 : 150 },
      );
      expect(trusted).toBeGreaterThan(0);
    },
  );

  test.each([
    ['{"id":1,"name":"a\\n\\u00e9\\u0000","amount":-1.25,"at":null,"is":true,"tags":["x",null],"ids":[],"inner":{}}'],
    ['{"name":"é€😀","id":1,"open":{"a":[{"b":[1,[2]]},"x",false],"totalCount":0},"inner":{"more":1,"id":2}}'],
    ['{ "id" : 1 , "values": {"data":[{"data":[1]},2], "totalCount":2} }'],
    ['{"id":1,"name":"\u2028a\u2029\u0085","open":{"b\u2028":["…\u2028° –"]},"tags":["\u0080\u00a8"]}'],
  ])('is trusted: %s', (json) => {
    expect(expectAgreement(stream, json)).toBe(true);
  });

  test.each<[string, string]>([
    ['a value of another type', '{"id":1,"name":5}'],
    ['a date that is none', '{"id":1,"at":"2026-02-31T00:00:00Z"}'],
    ['a fraction for a whole number', '{"id":1,"ids":[1.5]}'],
    ['null in a list that has none', '{"id":1,"ids":[null]}'],
    ['a property that nobody declared', '{"id":1,"more":1}'],
    ['a misfit under an escaped name', '{"id":1,"inner":{"\\u0069d":"x"}}'],
    ['a count beyond the values', '{"id":1,"values":{"data":[1,2],"totalCount":3}}'],
    ['a count of values that are null', '{"id":1,"values":{"data":null,"totalCount":120}}'],
    ['a count of values that are absent', '{"id":1,"values":{"totalCount":120}}'],
    ['a count of values that are null, undeclared', '{"id":1,"open":{"x":{"data":null,"totalCount":120}}}'],
    ['a count of values that are absent, undeclared', '{"id":1,"open":{"x":{"totalCount":120}}}'],
    ['a count beyond the values in between', '{"id":1,"open":{"data":[[1,2,3],[1]],"totalCount":3}}'],
    ['a count beyond the values, beside a longer list', '{"id":1,"open":{"data":[1,2],"more":[1,2,3],"totalCount":3}}'],
    [
      'a count beyond the values, beside a longer one further in',
      '{"id":1,"open":{"data":[1],"x":{"y":[1,2]},"totalCount":2}}',
    ],
    ['a count before its values', '{"id":1,"values":{"totalCount":3,"data":[1,2]}}'],
    ['a hundred values without a count', `{"id":1,"open":[${Array(100).fill(1)}]}`],
    ['half a character', '{"id":1,"name":"\\ud83d"}'],
    ['a large number', '{"id":12345678901234567890}'],
    ['an exponent', '{"id":1,"amount":1e400}'],
    ['a line feed between its parts', '{\n"id":1}'],
    ['a raw control character', '{"id":1,"name":"\t"}'],
    ['an endless depth', `{"id":1,"open":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a leading zero', '{"id":01}'],
    ['a comma too many', '{"id":1,}'],
    ['an end that is none', '{"id":1'],
  ])('leaves a doubt: %s', (_what, json) => {
    expect(judge(stream, json).skimmed).toBeUndefined();
  });

  test.each([companies, persons, listEntries].map((each) => [each.name, each] as const))(
    `of %s is judged behind another one as it is alone (seed ${SEED})`,
    (_name, each) => {
      let trusted = 0;
      fc.assert(
        fc.property(rowWithFields(each), fc.constantFrom(...asItIs, ...spellings), fc.nat(), (rows, spell, at) => {
          const [first, second] = rows.map((row) => JSON.stringify(row)) as [string, string];
          const spelled = spell(second, at % second.length).toWellFormed();
          const page = Buffer.from(`[${first},${spelled},{}]`);
          const from = 2 + Buffer.byteLength(first);
          // One of four is a page that was cut off.
          const body = at % 4 > 0 ? page : page.subarray(0, from + (at % (page.length - from)));
          const skim = rowSkimmer(each)(body);
          attempt(() => skim(1));
          const behind = attempt(() => skim(from));
          const alone = attempt(() => rowSkimmer(each)(body.subarray(from))(0));
          expect(behind?.end).toBe(alone === undefined ? undefined : alone.end + from);
          expect(behind?.item).toEqual(alone?.item);
          if (behind !== undefined) trusted += 1;
        }),
        { seed: SEED, numRuns: 2000 },
      );
      expect(trusted).toBeGreaterThan(100);
    },
  );

  test.each<[string, string, string]>([
    [
      'a count of values that are null, behind a list of the row',
      '{"id":"f","value":{"type":"text","data":null}}',
      '{"id":"f","value":{"type":"text","data":null,"totalCount":2}}',
    ],
    [
      'a count beside the value',
      '{"id":"f","value":{"type":"text","data":[1,2]}}',
      '{"id":"f","value":{"type":"text","data":[1,2]},"totalCount":2}',
    ],
    [
      'a count beyond a list before the value',
      '{"id":"f","list":[1],"value":{"type":"text","data":[1,2]}}',
      '{"id":"f","list":[1],"value":{"type":"text","data":[1,2]},"more":[1,2],"totalCount":2}',
    ],
  ])('leaves a doubt behind one without: %s', (_what, first, second) => {
    const rows = [first, second].map((each) => `{"id":1,"domains":["a","b"],"fields":[${each}]}`);
    const skim = rowSkimmer(companies)(Buffer.from(`[${rows}]`));
    const before = skim(1);
    expect(before).toBeDefined();
    expect(skim((before?.end ?? 0) + 1)).toBeUndefined();
  });

  test.each([['{"name":"a"}'], ['{"id":null}'], ['{"id":1,"id":null}']])('without its key is an error: %s', (json) => {
    const skim = createRowSkimmer({ stream, properties: NODES });
    expect(() => skim(Buffer.from(json))(0)).toThrow(/no usable key at "id"/);
  });

  test('may have anything where the catalog declares nothing', () => {
    const skim = createRowSkimmer({ stream, properties: undefined });
    const json = Buffer.from('{"id":1,"more":{"x":1}}');
    expect(skim(json)(0)?.item.json.toString()).toBe(json.toString());
  });

  test('may count what it has only where the catalog lets a count out, as a number', () => {
    const judgeBy = (properties: Record<string, JsonSchemaNode>, json: string) =>
      createRowSkimmer({ stream, properties })(Buffer.from(json))(0);
    const count = (node: JsonSchemaNode): JsonSchemaNode => ({ type: 'object', properties: { totalCount: node } });
    expect(judgeBy({ id: NODES['id'] ?? {} }, '{"id":1,"totalCount":0}')).toBeUndefined();
    expect(
      judgeBy({ ...NODES, inner: count({ type: 'string' }) }, '{"id":1,"inner":{"totalCount":0}}'),
    ).toBeUndefined();
    expect(judgeBy({ ...NODES, inner: count({ type: 'number' }) }, '{"id":1,"inner":{"totalCount":0}}')).toBeDefined();
    expect(judgeBy({ ...NODES, inner: count({}) }, '{"id":1,"inner":{"totalCount":0}}')).toBeDefined();
  });

  test('has fields that are judged by their own declaration, also behind the same ones under another', () => {
    const fields = (id: string): JsonSchemaNode => ({
      type: 'array',
      items: { type: 'object', properties: { id: { type: id }, value: { type: 'object', properties: {} } } },
    });
    const skim = createRowSkimmer({ stream, properties: { ...NODES, a: fields('integer'), b: fields('string') } });
    const same = '[{"id":5,"value":{"data":1}}]';
    expect(skim(Buffer.from(`{"id":1,"a":${same},"b":[]}`))(0)).toBeDefined();
    expect(skim(Buffer.from(`{"id":1,"a":${same},"b":${same}}`))(0)).toBeUndefined();
  });

  test('is left to others where the name of a property would have to be escaped', () => {
    const skim = createRowSkimmer({ stream, properties: { ...NODES, 'a\u2028b': {} } });
    expect(skim(Buffer.from('{"id":1,"a\u2028b":1}'))(0)).toBeUndefined();
    expect(skim(Buffer.from('{"id":1}'))(0)).toBeDefined();
  });

  test('is not even looked at where the user wants less than there is', () => {
    const skim = createRowSkimmer({ stream, properties: NODES, deselected: new Set(['name']) });
    expect(skim(Buffer.from('{"id":1}'))(0)).toBeUndefined();
  });
});

/** Rows without their key are an error. */
function attempt<Result>(judgeRow: () => Result): Result | undefined {
  try {
    return judgeRow();
  } catch (error) {
    expect(error).toMatchObject({ failureType: 'system_error' });
    return undefined;
  }
}

function rowSkimmer(of: Stream): ReturnType<typeof createRowSkimmer> {
  return createRowSkimmer({ stream: of, properties: of.jsonSchema.properties });
}

/** Two rows whose fields are the same ones, mostly, with other values. */
function rowWithFields(of: Stream): fc.Arbitrary<[Row, Row]> {
  const head = fc.record(
    {
      id: fc.constantFrom('field-1', 'companies', 'a\u2028b'),
      name: fc.constantFrom('Status', 'data', '[', 'é"'),
      type: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom('list', 'global', null) },
        { weight: 1, arbitrary: fc.constant(5) },
      ),
    },
    { requiredKeys: ['id'] },
  );
  const counted = fc.record(
    {
      type: fc.constantFrom('text', 'person-multi', null),
      list: fc.array(fc.nat(), { maxLength: 3 }),
      data: fc.oneof(fc.constant(null), fc.array(fc.constantFrom(1, 'é', { id: 1 }, [2]), { maxLength: 3 }), {
        weight: 1,
        arbitrary: odd,
      }),
      totalCount: fc.nat({ max: 2 }),
    },
    { requiredKeys: ['type'] },
  );
  const tail = fc.record(
    { more: fc.array(fc.nat(), { maxLength: 3 }), totalCount: fc.nat({ max: 2 }) },
    { requiredKeys: [] },
  );
  const fields = fc.array(fc.tuple(head, counted, counted, tail), { maxLength: 4 });
  const toRow = (id: number, value: unknown): Row => {
    const property = Object.hasOwn(of.jsonSchema.properties, 'fields')
      ? { fields: value }
      : { entity: { id, fields: value } };
    return { ...Object.fromEntries(of.primaryKey.map((key) => [key, id])), ...property };
  };
  return fields.map((all) => [
    toRow(
      1,
      all.map(([own, value, _, more]) => ({ ...own, value, ...more })),
    ),
    toRow(
      2,
      all.map(([own, _, value, more]) => ({ ...own, value, ...more })),
    ),
  ]);
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
