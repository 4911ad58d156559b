import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { AirbyteStream } from './airbyte-run.ts';

/** What is wrong with a row by its stream's schema, or by the rule that nothing undeclared goes out. */
export type RowCheck = (row: Record<string, unknown>) => string[];

/** Checks for the rows of each stream: draft-07, whole integers, formats as loaders read them. */
export function rowChecks(streams: readonly AirbyteStream[]): ReadonlyMap<string, RowCheck> {
  const ajv = new Ajv({ strictSchema: true, allowUnionTypes: true, allErrors: true });
  addFormats.default(ajv);
  // Words of the platform, and the annotations by which columns are bound to fields.
  ajv.addVocabulary(['airbyte_type']);
  const annotations = ['field-id', 'value-type', 'part', 'encoding'].map((name) => `x-affinity-${name}`);
  ajv.addVocabulary(annotations);
  return new Map(
    streams.map(({ name, json_schema }) => {
      const validate = ajv.compile(json_schema);
      const check: RowCheck = (row) => [
        ...Object.keys(row)
          .filter((property) => !Object.hasOwn(json_schema.properties, property))
          .map((property) => `${name}: "${property}" is not declared`),
        ...(validate(row) ? [] : (validate.errors ?? []).map((each) => `${name}${each.instancePath} ${each.message}`)),
      ];
      return [name, check];
    }),
  );
}
