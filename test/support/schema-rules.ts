import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import type { AirbyteStream, JsonNode } from './airbyte-run.ts';

/** Every node of a schema but its root, with the path to it. */
export function* nodesOf(node: JsonNode, path = ''): Generator<{ path: string; node: JsonNode }> {
  for (const [name, inner] of Object.entries(node.properties ?? {})) {
    yield { path: `${path}.${name}`, node: inner };
    yield* nodesOf(inner, `${path}.${name}`);
  }
  if (node.items === undefined) return;
  yield { path: `${path}[]`, node: node.items };
  yield* nodesOf(node.items, `${path}[]`);
}

const typesOf = ({ type }: JsonNode): string[] => [type ?? []].flat();

/** Tests, within the `describe` that calls this, of what holds for every discovered catalog. */
export function itKeepsTheRulesOfSchemas(streams: () => readonly AirbyteStream[]): void {
  const everyNode = () =>
    streams().flatMap((stream) =>
      [...nodesOf(stream.json_schema)].map(({ path, node }) => ({ path: `${stream.name}${path}`, node })),
    );

  it('is draft-07 and an object that may hold more', () => {
    const ajv = new Ajv({ strictSchema: false, validateSchema: true });
    expect(streams().length).toBeGreaterThan(20);
    for (const { name: stream, json_schema } of streams()) {
      expect(json_schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
      expect(json_schema.type, stream).toBe('object');
      expect(json_schema.additionalProperties, stream).toBe(true);
      expect(Object.keys(json_schema.properties).length, stream).toBeGreaterThan(0);
      expect(ajv.validateSchema(json_schema), stream).toBe(true);
    }
  });

  it('gives each node one type, nullable unless it is a key', () => {
    for (const stream of streams()) {
      const keys = stream.source_defined_primary_key.map(([key]) => `.${key}`);
      for (const { path, node } of nodesOf(stream.json_schema)) {
        const types = typesOf(node);
        const own = types.filter((type) => type !== 'null');
        expect(own.length, `${stream.name}${path}: ${types}`).toBe(1);
        expect(types.includes('null'), `${stream.name}${path}`).toBe(!keys.includes(path));
        if (keys.includes(path)) expect(['integer', 'string']).toContain(own[0]);
      }
    }
  });

  it('has no references, unions, conditions or closed values', () => {
    const forbidden = [
      '$ref',
      'oneOf',
      'anyOf',
      'allOf',
      'not',
      'if',
      'enum',
      'const',
      'required',
      'patternProperties',
    ];
    for (const { path, node } of everyNode()) {
      for (const keyword of forbidden) expect(keyword in node, `${path} ${keyword}`).toBe(false);
    }
  });

  it('gives every object properties and lets it hold more, also inside arrays', () => {
    const objects = everyNode().filter(({ node }) => typesOf(node).includes('object'));
    expect(objects.length).toBeGreaterThan(20);
    for (const { path, node } of objects) {
      expect(node.properties, path).toBeTypeOf('object');
      expect(node.additionalProperties, path).toBe(true);
    }
  });

  it('says of every moment that it has a zone', () => {
    for (const { path, node } of everyNode()) {
      if (node.format === undefined) continue;
      expect(['date-time', 'date'], path).toContain(node.format);
      expect(typesOf(node), path).toContain('string');
      if (node.format === 'date-time') expect(node['airbyte_type'], path).toBe('timestamp_with_timezone');
    }
  });

  it('has names that no warehouse cuts or takes for one another', () => {
    for (const stream of streams()) {
      const properties = Object.keys(stream.json_schema.properties);
      for (const property of properties) {
        expect(Buffer.byteLength(property), `${stream.name}.${property}`).toBeLessThanOrEqual(60);
        expect(property, stream.name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      }
      const folded = properties.map((property) => property.toLowerCase().replaceAll('_', ''));
      expect(
        folded.filter((each, index) => folded.indexOf(each) !== index),
        stream.name,
      ).toEqual([]);
    }
  });

  it('holds the keys and the cursor that the catalog names', () => {
    for (const stream of streams()) {
      expect(stream.source_defined_primary_key.length, stream.name).toBeGreaterThan(0);
      const paths = [
        ...stream.source_defined_primary_key,
        ...(stream.default_cursor_field === undefined ? [] : [stream.default_cursor_field]),
      ];
      for (const path of paths) {
        expect(path, stream.name).toHaveLength(1);
        expect(Object.keys(stream.json_schema.properties), stream.name).toContain(path[0]);
      }
    }
  });

  it('belongs to a stream that can resume, and is incremental where it has a cursor', () => {
    const names = streams().map((stream) => stream.name);
    expect(new Set(names).size).toBe(names.length);
    for (const stream of streams()) {
      expect(stream.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(stream.is_resumable).toBe(true);
      expect(stream.source_defined_cursor).toBe(true);
      const isIncremental = stream.default_cursor_field !== undefined;
      expect(stream.supported_sync_modes).toEqual(isIncremental ? ['full_refresh', 'incremental'] : ['full_refresh']);
    }
  });
}
