import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { AirbyteStream, JsonNode } from './airbyte-run.ts';

/** What is wrong with a row by its stream's schema, or by the rule that nothing undeclared goes out. */
export type RowCheck = (row: Record<string, unknown>) => string[];

/** The value of a field in an array of fields may be anything, which no declaration says to all readers alike. */
const ANYTHING = /\.fields\[\]\.value\.data$/;

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
        ...[...undeclaredIn(row, json_schema)]
          .filter((path) => !ANYTHING.test(path))
          .map((path) => `${name}${path} is not declared`),
        ...(validate(row) ? [] : (validate.errors ?? []).map((each) => `${name}${each.instancePath} ${each.message}`)),
      ];
      return [name, check];
    }),
  );
}

/**
 * The paths to what a declaration does not name. All declared objects may hold more, which keeps old readers going; what
 * the source itself writes is held to the names all the same. An object that names nothing is one of unknown contents.
 */
export function* undeclaredIn(value: unknown, declared: JsonNode, path = ''): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* undeclaredIn(item, declared.items ?? {}, `${path}[]`);
    return;
  }
  const { properties = {} } = declared;
  if (typeof value !== 'object' || value === null || Object.keys(properties).length === 0) return;
  for (const [name, inner] of Object.entries(value)) {
    const node = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (node === undefined) yield `${path}.${name}`;
    else yield* undeclaredIn(inner, node, `${path}.${name}`);
  }
}
