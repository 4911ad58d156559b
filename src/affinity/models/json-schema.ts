import * as z from 'zod';

/** One property of a row: the part of draft-07 that platforms and loaders agree on. */
export interface JsonSchemaNode {
  description?: string;
  title?: string;
  type?: string | string[];
  format?: string;
  airbyte_type?: string;
  items?: JsonSchemaNode;
  properties?: Record<string, JsonSchemaNode>;
  additionalProperties?: boolean;
  [keyword: string]: unknown;
}

/** A whole row. Nothing is required, and undeclared properties are allowed. */
export interface JsonSchemaObject extends JsonSchemaNode {
  $schema: string;
  type: 'object';
  properties: Record<string, JsonSchemaNode>;
  additionalProperties: true;
}

const made = new WeakMap<z.ZodObject, JsonSchemaObject>();

/**
 * The JSON Schema of a row model: draft-07 without references, unions or bounds, properties in the order of their
 * declaration. Made once for each model: a thousand lists share one. Throws for a model that has no such form, which is
 * a mistake in the model.
 */
export function rowJsonSchema(row: z.ZodObject): JsonSchemaObject {
  const schema = made.get(row) ?? toJsonSchema(row);
  made.set(row, schema);
  return schema;
}

function toJsonSchema(row: z.ZodObject): JsonSchemaObject {
  // io "input" states nothing about unknown keys; what zod adds beyond that (bounds, patterns, required) is left out.
  const raw = z.toJSONSchema(row, { target: 'draft-7', io: 'input', reused: 'inline', unrepresentable: 'throw' });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: cleanProperties(raw),
    additionalProperties: true,
  };
}

type RawSchema = z.core.JSONSchema.BaseSchema;

function cleanProperties(raw: RawSchema): Record<string, JsonSchemaNode> {
  return Object.fromEntries(
    Object.entries(raw.properties ?? {}).map(([name, property]) => [name, cleanNode(asSchema(property), name)]),
  );
}

function cleanNode(raw: RawSchema, name: string): JsonSchemaNode {
  const { schema, isNullable } = withoutNull(raw, name);
  const type = schema.type;
  if (typeof type !== 'string') throw new TypeError(`Property "${name}" has no single type`);

  const node: JsonSchemaNode = {};
  if (schema.description !== undefined) node.description = schema.description;
  if (schema.title !== undefined) node.title = schema.title;
  node.type = isNullable ? ['null', type] : type;
  if (schema.format !== undefined && type === 'string') node.format = schema.format;
  if (node.format === 'date-time') node.airbyte_type = 'timestamp_with_timezone';
  if (type === 'object') {
    node.properties = cleanProperties(schema);
    node.additionalProperties = true;
  }
  if (type === 'array') {
    const items = itemSchema(schema);
    if (items !== undefined) node.items = cleanNode(items, `${name}[]`);
  }
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-')) node[keyword] = value;
  }
  return node;
}

/** zod writes nullable as a type list or as `anyOf` with null, depending on what is inside. */
function withoutNull(raw: RawSchema, name: string): { schema: RawSchema; isNullable: boolean } {
  if (Array.isArray(raw.type)) {
    const [type, ...others] = raw.type.filter((each) => each !== 'null');
    if (type === undefined || others.length > 0) throw new TypeError(`Property "${name}" has no single type`);
    return { schema: { ...raw, type }, isNullable: raw.type.includes('null') };
  }
  const { anyOf, ...outer } = raw;
  if (anyOf === undefined) return { schema: raw, isNullable: false };
  const [schema, ...others] = anyOf.map(asSchema).filter((option) => option.type !== 'null');
  if (schema === undefined || others.length > 0) throw new TypeError(`Property "${name}" is a union`);
  return { schema: { ...schema, ...outer }, isNullable: anyOf.length > 1 };
}

/** An array of anything has no item schema: some loaders choke on an empty one. */
function itemSchema(array: RawSchema): RawSchema | undefined {
  if (array.items === undefined || typeof array.items === 'boolean' || Array.isArray(array.items)) return undefined;
  const items = asSchema(array.items);
  return items.type === undefined && items.anyOf === undefined ? undefined : items;
}

function asSchema(schema: RawSchema | boolean): RawSchema {
  return typeof schema === 'boolean' ? {} : schema;
}
