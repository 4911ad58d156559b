import { readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { JsonSchemaNode } from '../../../src/affinity/models/json-schema.ts';
import { rowJsonSchema } from '../../../src/affinity/models/json-schema.ts';
import { columnModels, readFixture, streamModels } from './row-models.ts';

const allowedKeywords = new Set(
  '$schema description title type format airbyte_type properties items additionalProperties'.split(' '),
);

const ajv = new Ajv({ strict: true });
addFormats.default(ajv);
ajv.addVocabulary(['airbyte_type']);

/** Every node of a schema, with its path: `content.html`, `mentions[].person`. */
function nodesOf(node: JsonSchemaNode, path = ''): { path: string; node: JsonSchemaNode }[] {
  const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    nodesOf(child, path === '' ? name : `${path}.${name}`),
  );
  const items = node.items === undefined ? [] : nodesOf(node.items, `${path}[]`);
  return [{ path, node }, ...children, ...items];
}

describe.each([...streamModels, ...columnModels])('the schema of $name', ({ row, key }) => {
  const schema = rowJsonSchema(row);
  const nodes = nodesOf(schema);

  it('is strict draft-07', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  it('says nothing but what all platforms understand', () => {
    for (const { path, node } of nodes) {
      expect(
        Object.keys(node).filter((keyword) => !allowedKeywords.has(keyword)),
        path,
      ).toEqual([]);
    }
  });

  it('types every node, nullable everywhere but keys', () => {
    for (const { path, node } of nodes) {
      if (path === '') continue;
      if (key.includes(path)) expect(['integer', 'string'], path).toContain(node.type);
      else expect(node.type, path).toEqual(['null', expect.any(String)]);
    }
  });

  it('has properties and room for more in every object, and items of a known type or none', () => {
    for (const { path, node } of nodes) {
      if (![node.type].flat().includes('object')) continue;
      expect(node.properties, path).toBeTypeOf('object');
      expect(node.additionalProperties, path).toBe(true);
    }
  });

  it('describes every property', () => {
    for (const { path, node } of nodes) {
      if (path !== '' && !path.endsWith('[]')) expect(node.description, path).toMatch(/^\S.*[^\s]\.$/);
    }
  });

  it('marks every moment in time as one with its zone', () => {
    for (const { path, node } of nodes) {
      expect(node.airbyte_type, path).toBe(node.format === 'date-time' ? 'timestamp_with_timezone' : undefined);
      expect([undefined, 'date', 'date-time'], path).toContain(node.format);
    }
  });

  it('has no two names that differ only in case or underscores', () => {
    for (const { path, node } of nodes) {
      const names = Object.keys(node.properties ?? {}).map((name) => name.toLowerCase().replaceAll('_', ''));
      expect(new Set(names).size, path).toBe(names.length);
    }
  });

  it('has its whole key', () => {
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining([...key]));
  });
});

describe.each(streamModels)('the fixture of $name', ({ name, row, key }) => {
  const rows = readFixture(name);
  const schema = rowJsonSchema(row);
  const validate = ajv.compile(schema);

  it('fits the schema and the model', () => {
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const each of rows) {
      validate(each);
      expect(validate.errors, JSON.stringify(each)).toBeNull();
      // Parsing keeps every property, also those that no model knows.
      expect(row.parse(each)).toEqual(each);
    }
  });

  it('has every declared property and no other', () => {
    const present = new Set(rows.flatMap((each) => Object.keys(each)));
    expect([...present].sort()).toEqual(Object.keys(schema.properties).sort());
  });

  it('has a key of its own in every row', () => {
    const keys = rows.map((each) => JSON.stringify(key.map((property) => each[property])));
    expect(new Set(keys).size).toBe(rows.length);
  });

  it.each(key)('is refused where %s is null', (property) => {
    expect(validate({ ...rows[0], [property]: null })).toBe(false);
  });
});

it('has one fixture for each stream', () => {
  const files = readdirSync(new URL('../../fixtures/', import.meta.url)).filter((file) => file.endsWith('.json'));
  const streams = streamModels.map(({ name }) => `${name}.json`);
  expect(files).toEqual(expect.arrayContaining(streams));
});

it.each([
  ['lists', { isPublic: 'yes' }],
  ['lists', { createdAt: 'soon' }],
  ['companies', { domains: 'brightkiln.example' }],
  ['companies', { fields: [{ value: { totalCount: 'many' } }] }],
  ['notes', { type: 2 }],
  ['notes', { person_ids: ['81001'] }],
  ['meetings', { attendeesPreview: { data: [{ person: 81001 }] } }],
  ['field_value_changes', { value: 2500000 }],
  ['relationships', { linkedIn: { connectedOn: 'last year' } }],
])('refuses a row of %s with %j', (stream, wrong) => {
  const model = streamModels.find(({ name }) => name === stream);
  if (model === undefined) throw new Error(`no model of ${stream}`);
  const [row] = readFixture(stream);
  expect(ajv.validate(rowJsonSchema(model.row), row)).toBe(true);
  expect(ajv.validate(rowJsonSchema(model.row), { ...row, ...wrong })).toBe(false);
});
