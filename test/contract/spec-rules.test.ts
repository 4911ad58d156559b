import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { JsonNode } from '../support/airbyte-run.ts';
import { specFaults } from '../support/spec-rules.ts';

const text = { type: 'string' };
const settings = (properties: Record<string, JsonNode>, more: object = {}): JsonNode => ({
  type: 'object',
  properties,
  ...more,
});
const option = (kind: string, key = 'kind'): JsonNode => settings({ [key]: { ...text, const: kind } });
const way = (...oneOf: JsonNode[]): JsonNode => settings({ way: { type: 'object', oneOf } });

describe('specFaults', () => {
  it('finds none in our specification', async () => {
    const spec = JSON.parse(await readFile(new URL('../../spec.json', import.meta.url), 'utf8')) as {
      connectionSpecification: JsonNode;
    };
    expect(specFaults(spec.connectionSpecification)).toEqual([]);
  });

  it.each<[name: string, fault: string, specification: JsonNode]>([
    ['a secret by its name', '.access_token is no secret', settings({ access_token: text })],
    ['a key', '.api_key is no secret', settings({ api_key: text })],
    ['a secret inside', '.login.password is no secret', settings({ login: settings({ password: text }) })],
    ['references', '.a uses $ref', settings({ a: { ...text, $ref: '#/x' } })],
    ['unions', '.a uses anyOf', settings({ a: { ...text, anyOf: [] } })],
    ['two types', '.a has not one type: string, integer', settings({ a: { type: ['string', 'integer'] } })],
    ['no type', '.a has not one type: ', settings({ a: {} })],
    ['an empty object', '.a is an object without properties', settings({ a: { type: 'object' } })],
    ['items unknown', '.a has items of no type that can be shown', settings({ a: { type: 'array' } })],
    ['an option twice', '.a has an option twice', settings({ a: { ...text, enum: ['x', 'x'] } })],
    ['a date without pattern', '.a has no pattern', settings({ a: { ...text, format: 'date' } })],
    ['what is closed', ' forbids what it may be given', settings({ a: text }, { additionalProperties: false })],
    [
      'what is closed inside',
      '.a forbids what it may be given',
      settings({ a: { ...option('x'), additionalProperties: false } }),
    ],
    ['a place twice', '.b has the place of a', settings({ a: { ...text, order: 1 }, b: { ...text, order: 1 } })],
    [
      'what is needed last',
      ' has a needed setting behind one that is not',
      settings({ a: { ...text, order: 0 }, b: { ...text, order: 1 } }, { required: ['b'] }),
    ],
    [
      'a group below',
      '.a.b is in a group, but not at the top',
      settings({ a: settings({ b: { ...text, group: 'g' } }) }),
    ],
    [
      'another display',
      '.a is displayed as tabs',
      settings({ a: { ...way(option('x')).properties?.['way'], display_type: 'tabs' } }),
    ],
    [
      'a display of nothing',
      '.a has a display type, but no options',
      settings({ a: { ...text, display_type: 'radio' } }),
    ],
    ['options of text', '.a has options, but is no object', settings({ a: { ...text, oneOf: [option('x')] } })],
    ['an option of text', '.way has an option that is no object', way(option('x'), text)],
    ['nothing in common', '.way has 0 constants that all options share', way(option('x'), option('y', 'sort'))],
    ['options that are the same', '.way.kind is the same in two options', way(option('x'), option('x'))],
    ['an option’s own', '.way(0).token is no secret', way(settings({ kind: { ...text, const: 'x' }, token: text }))],
  ])('finds %s', (_name, fault, specification) => {
    expect(specFaults(specification)).toEqual([fault]);
  });

  it('lets pass what platforms show', () => {
    const specification = settings(
      {
        credentials: { type: 'object', oneOf: [option('key'), option('password')], display_type: 'radio', order: 0 },
        token: { ...text, airbyte_secret: true, order: 1, group: 'a' },
        day: { type: ['null', 'string'], format: 'date', pattern: '^.*$', order: 1, group: 'b' },
        ids: { type: 'array', items: { type: 'integer' }, order: 3 },
      },
      { required: ['credentials'], additionalProperties: true },
    );
    expect(specFaults(specification)).toEqual([]);
  });
});
