import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { connectorSpecification } from '../../../src/protocol/airbyte/spec.ts';
import { type JsonNode, run } from '../../support/airbyte-run.ts';
import { specFaults } from '../../support/spec-rules.ts';

async function settings(): Promise<JsonNode & { readonly properties: Readonly<Record<string, JsonNode>> }> {
  const { messages } = await run(['spec']);
  const { connectionSpecification } = messages[0]?.spec ?? {};
  if (connectionSpecification?.properties === undefined) throw new Error('no specification');
  return { ...connectionSpecification, properties: connectionSpecification.properties };
}

describe('spec', () => {
  it('prints one message, which is the committed file, which is what the code generates', async () => {
    const { messages, exitCode } = await run(['spec']);
    const committed = await readFile(new URL('../../../spec.json', import.meta.url), 'utf8');
    expect(exitCode).toBe(0);
    expect(messages).toEqual([{ type: 'SPEC', spec: JSON.parse(committed) }]);
    expect(committed).toBe(`${JSON.stringify(connectorSpecification(), null, 2)}\n`);
  });

  it('is a draft-07 schema of an object that needs an API key and ignores what it does not know', async () => {
    const specification = await settings();
    expect(new Ajv({ strict: false }).validateSchema(specification)).toBe(true);
    expect(specification['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(specification.type).toBe('object');
    expect(specification['required']).toEqual(['api_key']);
    expect(specification.additionalProperties).toBe(true);
  });

  it('has the settings that the README tells, each with a title, a description and a place of its own', async () => {
    const { properties } = await settings();
    expect(Object.keys(properties)).toEqual([
      'api_key',
      'list_references',
      'field_layout',
      'column_names',
      'start_date',
      'monthly_call_reserve',
      'api_base_url',
    ]);
    const orders = Object.values(properties).map(({ order }) => order);
    expect(orders).toEqual([...orders.keys()]);
    for (const [name, { title, description }] of Object.entries(properties)) {
      expect(title, name).toMatch(/^[A-Z]/);
      expect(description, name).toMatch(/\.$/);
    }
  });

  it('marks the key as a secret, and nothing else', async () => {
    const { properties } = await settings();
    const secrets = Object.entries(properties).filter(([, property]) => property['airbyte_secret'] === true);
    expect(secrets.map(([name]) => name)).toEqual(['api_key']);
    expect(properties['api_base_url']?.['airbyte_hidden']).toBe(true);
  });

  it('uses only what platforms can show, and no unions', async () => {
    const specification = await settings();
    expect(specFaults(specification)).toEqual([]);
    for (const [name, property] of Object.entries(specification.properties)) {
      expect(['string', 'integer', 'array'], name).toContain(property.type);
      if (property.type === 'array') expect(property.items?.type, name).toBe('string');
      expect('oneOf' in property, name).toBe(false);
    }
  });

  it('accepts its own defaults and examples, as the connector does', async () => {
    const specification = await settings();
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const isValid = ajv.compile(specification);
    for (const [name, property] of Object.entries(specification.properties)) {
      const examples = Array.isArray(property['examples']) ? property['examples'] : [];
      const values = [
        ...('default' in property ? [property['default']] : []),
        ...examples.map((each) => (property.type === 'array' ? [each] : each)),
      ];
      for (const value of values) {
        const config = { api_key: 'some-key', [name]: value };
        expect(isValid(config), `${name}: ${JSON.stringify(value)}`).toBe(true);
        expect(() => parseConfig(config)).not.toThrow();
      }
    }
  });
});
