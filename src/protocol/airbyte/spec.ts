import * as z from 'zod';
import { configSchema } from '../../config.ts';

const REPOSITORY = 'https://github.com/planet-a-ventures/source-affinity';

/** What spec.json holds: the SPEC message's content, made from the configuration's schema. */
export function connectorSpecification(): Record<string, unknown> {
  const raw = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'output' });
  const properties = Object.entries(raw.properties ?? {}).map(([name, property]) => [
    name,
    toSetting(property as Property),
  ]);
  return {
    documentationUrl: `${REPOSITORY}#readme`,
    changelogUrl: `${REPOSITORY}/blob/main/CHANGELOG.md`,
    connectionSpecification: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Affinity',
      type: 'object',
      required: ['api_key'],
      additionalProperties: true,
      properties: Object.fromEntries(properties),
    },
    supportsIncremental: true,
    supported_destination_sync_modes: [],
    protocol_version: '0.2.0',
  };
}

type Property = z.core.JSONSchema.BaseSchema;

/** Platforms take one plain type per setting: no unions, and no bounds that only repeat what integers are. */
function toSetting(property: Property): Record<string, unknown> {
  const { anyOf, ...outer } = property;
  const [inner] = (anyOf ?? []).filter((option) => typeof option === 'object' && option.type !== 'null') as Property[];
  const { maximum, minLength: _minLength, ...setting } = { ...inner, ...outer };
  return maximum === Number.MAX_SAFE_INTEGER ? setting : { ...setting, ...(maximum === undefined ? {} : { maximum }) };
}
