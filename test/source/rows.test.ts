import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonSchemaNode } from '../../src/affinity/models/json-schema.ts';
import { createRowPreparer, prepareItems, type RowPreparerOptions } from '../../src/source/rows.ts';
import { streams } from '../../src/streams/index.ts';
import { page, type ReadItem, type Row } from '../../src/streams/stream.ts';
import { parsed } from '../support/prepared-rows.ts';
import { fakeStream } from '../support/sync-run.ts';

const SEED = Number(process.env['FC_SEED'] ?? 20261122);
const stream = fakeStream('people');

function prepare(rows: Row[], properties?: Record<string, JsonSchemaNode>) {
  const warnings: string[] = [];
  const preparer = createRowPreparer({ stream, properties, warn: (message) => warnings.push(message) });
  const made = rows.map((row) => preparer(row));
  return { rows: parsed(made), nulled: made.map(({ nulled }) => nulled), warnings };
}

describe('a row on its way out', () => {
  test('that fits goes out as it came, in the very bytes that came where these are there', () => {
    const row = { id: 1, name: 'A', more: [1] };
    const json = Buffer.from('{"id":1, "name":"\\u0041","more":[1.0]}');
    const preparer = createRowPreparer({ stream, properties: undefined, warn: () => {} });
    expect(preparer(row).json).toBe(JSON.stringify(row));
    expect(preparer(row, { bytes: () => json }).json).toBe(json.toString());
  });

  test('that is long and was changed is not kept as text, and leaves no memory behind', () => {
    const row = { id: 1, name: 'ü'.repeat(10_000), surprise: 1 };
    const { surprise: _left, ...expected } = row;
    const preparer = createRowPreparer({ stream, properties: stream.jsonSchema.properties, warn: () => {} });
    const [made, kept] = [preparer(row), preparer(row)];
    expect(JSON.parse(made.json)).toEqual(expected);
    // As bytes it is longer than as text.
    expect(made.size).toBeGreaterThan(20_000);
    made.giveBack();
    expect(() => made.json).toThrow('after it had been written');
    expect(JSON.parse(kept.json)).toEqual(expected);
  });

  test.each<[string, Row, RowPreparerOptions['properties'], string]>([
    ['something became null', { id: 1, name: 5 }, undefined, '{"id":1,"name":null}'],
    ['something is left out', { id: 1, name: 'A' }, { id: { type: 'integer' } }, '{"id":1}'],
  ])('in which %s does not go out in the bytes that came', (_what, row, properties, expected) => {
    const preparer = createRowPreparer({ stream, properties, warn: () => {} });
    expect(preparer(row, { bytes: () => Buffer.from(JSON.stringify(row)) }).json).toBe(expected);
  });

  test('is without what the user does not want, and nobody is warned', () => {
    const warnings: string[] = [];
    const preparer = createRowPreparer({
      stream,
      properties: { id: { type: 'integer' }, name: { type: 'string' } },
      deselected: new Set(['name']),
      warn: (message) => warnings.push(message),
    });
    expect(preparer({ id: 1, name: 'A' }).json).toBe('{"id":1}');
    expect(warnings).toEqual([]);
  });

  test('keeps only what the catalog declares, and what nobody knows gives a WARN', () => {
    const { rows, warnings } = prepare([{ id: 1, name: 'deselected', surprise: 1 }], { id: { type: 'integer' } });
    expect(rows).toEqual([{ id: 1 }]);
    expect(warnings).toEqual([expect.stringContaining('"surprise"')]);
  });

  test('is judged by what the catalog declares, not by what the connector would', () => {
    const { rows } = prepare([{ id: 1, name: 'A' }], { id: { type: 'integer' }, name: { type: ['null', 'integer'] } });
    expect(rows).toEqual([{ id: 1, name: null }]);
  });

  test.each(['id', 'changedAt'])('with a %s that the catalog declares as something else is refused', (name) => {
    const strange = fakeStream('people', { cursorField: 'changedAt' });
    const properties = {
      id: { type: 'integer' },
      changedAt: { type: ['null', 'string'] },
      [name]: { type: 'boolean' },
    };
    const preparer = createRowPreparer({ stream: strange, properties, warn: () => {} });
    expect(() => preparer({ id: 1, changedAt: '2026-01-01T00:00:00Z' })).toThrow(
      expect.objectContaining({ failureType: 'config_error', message: expect.stringContaining(`"${name}" of people`) }),
    );
  });

  test('names the top-level property and the row in which something became null, and warns without the value', () => {
    const { rows, nulled, warnings } = prepare([{ id: 1 }, { id: 2, name: { secret: 5 } }]);
    expect(rows[1]).toEqual({ id: 2, name: null });
    expect(nulled).toEqual([undefined, ['name']]);
    expect(warnings).toEqual([expect.stringContaining('"name"')]);
    expect(warnings[0]).not.toContain('secret');
  });

  test('adds to what was already nulled, each property once', () => {
    const preparer = createRowPreparer({ stream, properties: undefined, warn: () => {} });
    const { nulled } = preparer({ id: 1, name: 5 }, { nulled: ['other', 'name'] });
    expect(nulled?.toSorted()).toEqual(['name', 'other']);
  });

  test.each<[string, Row]>([
    ['missing', { name: 'A' }],
    ['null', { id: null }],
    ['text', { id: '1' }],
    ['a fraction', { id: 1.5 }],
    ['too large to be exact', { id: 2 ** 60 }],
  ])('with a key that is %s fails the stream, naming the path and not the row', (_what, row) => {
    expect(() => prepare([row])).toThrow(/A row of people has no usable key at "id"/);
  });

  test.each<[unknown, boolean]>([
    ['2026-01-01T00:00:00Z', true],
    [null, true],
    [undefined, false],
    ['yesterday', false],
    [5, false],
  ])('with the cursor %j is good: %s', (updatedAt, isGood) => {
    const changing = fakeStream('notes', { cursorField: 'updatedAt' });
    const preparer = createRowPreparer({ stream: changing, properties: undefined, warn: () => {} });
    const attempt = () => preparer({ id: 1, updatedAt });
    if (isGood) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ failureType: 'system_error' }));
  });
});

describe('rows that come again', () => {
  async function idsAfter(...pages: Row[][]): Promise<unknown[]> {
    async function* items(): AsyncGenerator<ReadItem, void, undefined> {
      for (const rows of pages) yield page(rows);
    }
    const preparer = createRowPreparer({ stream, properties: undefined, warn: () => {} });
    const ids: unknown[] = [];
    for await (const item of prepareItems(items(), preparer))
      if (item.type === 'page') ids.push(...parsed(item.rows).map(({ id }) => id));
    return ids;
  }

  test.each<[string, Row[][], number[]]>([
    ['on the same page are left out', [[{ id: 1 }, { id: 1 }, { id: 2 }]], [1, 2]],
    ['on the same page but changed go out again', [[{ id: 1 }, { id: 1, name: 'new' }]], [1, 1]],
    [
      'on the next page go out again',
      [
        [{ id: 1 }, { id: 2 }],
        [{ id: 2 }, { id: 3 }],
      ],
      [1, 2, 2, 3],
    ],
  ])('%s', async (_what, pages, expected) => {
    expect(await idsAfter(...pages)).toEqual(expected);
  });

  test('do not move what is said of their neighbours', async () => {
    async function* items(): AsyncGenerator<ReadItem, void, undefined> {
      yield page([{ id: 1 }, { id: 1 }, { id: 2, name: 5 }]);
    }
    const preparer = createRowPreparer({ stream, properties: undefined, warn: () => {} });
    for await (const item of prepareItems(items(), preparer))
      expect(item).toMatchObject({ rows: [{ nulled: undefined }, { json: '{"id":2,"name":null}', nulled: ['name'] }] });
  });
});

describe('whatever the API sends', () => {
  const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));

  test.each(streams.map((each) => [each.name, each] as const))('rows of %s fit their schema', (_name, each) => {
    const { properties } = each.jsonSchema;
    const fits = ajv.compile(each.jsonSchema);
    const good = Object.fromEntries(
      [...each.primaryKey, ...(each.cursorField === undefined ? [] : [each.cursorField])].map((name) => {
        const text = properties[name]?.format === 'date-time' ? '2026-01-01T00:00:00Z' : 'key';
        return [name, properties[name]?.type === 'integer' ? 7 : text];
      }),
    );
    const preparer = createRowPreparer({ stream: each, properties, warn: () => {} });
    const rows = fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, valueLike(node)])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(rows, (row) => {
        const { json } = preparer({ ...row, ...good });
        fits(JSON.parse(json.toString()));
        expect(fits.errors ?? []).toEqual([]);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});

/** Values that are nearly what is declared, and some that are nothing like it. */
function valueLike(node: JsonSchemaNode): fc.Arbitrary<unknown> {
  const type = [node.type].flat().find((each) => each !== 'null');
  const garbage = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('', '2026-02-31T00:00:00Z', '2026-01-01', 1e300, -1, [null], {}),
  );
  if (type === 'object') {
    const inner = Object.fromEntries(
      Object.entries(node.properties ?? {}).map(([name, each]) => [name, valueLike(each)]),
    );
    return fc.oneof({ weight: 3, arbitrary: fc.record(inner, { requiredKeys: [] }) }, garbage);
  }
  if (type === 'array' && node.items !== undefined) {
    return fc.oneof({ weight: 3, arbitrary: fc.array(valueLike(node.items), { maxLength: 3 }) }, garbage);
  }
  return garbage;
}
