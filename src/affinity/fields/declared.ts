import type { JsonSchemaNode } from '../models/json-schema.ts';
import { type ColumnPart, columnSchema, kindOf, referenceSuffix, type ValueKind } from './value-types.ts';

/** What one configured column takes. `misfit`: no value of the field can be stored in it as it is declared. */
export interface DeclaredColumn {
  readonly kind: ValueKind;
  readonly part: ColumnPart;
  readonly isMisfit: boolean;
}

/**
 * Reads a configured column: its declaration, not the field's present type, decides what is written, since that is what
 * the destination has made a column for. `part` is known where an annotation or the plan tells it.
 */
export function readDeclaration(
  name: string,
  node: JsonSchemaNode,
  valueType: string,
  part: ColumnPart | undefined,
): DeclaredColumn {
  const jsonText: DeclaredColumn = { kind: kindOf('hidden'), part: 'value', isMisfit: false };
  if (node['x-affinity-encoding'] === 'json') return jsonText;

  const kind = { family: kindOf(valueType).family, isMulti: isArray(node) ?? kindOf(valueType).isMulti };
  const known = part ?? declaredPart(name, node, kind);
  if (accepts(node, columnSchema(kind, known))) return { kind, part: known, isMisfit: false };
  return accepts(node, columnSchema(jsonText.kind, 'value')) ? jsonText : { kind, part: known, isMisfit: true };
}

/** A column's part as its annotation tells it. */
export function annotatedPart(node: JsonSchemaNode): ColumnPart | undefined {
  const part = node['x-affinity-part'];
  return part === 'value' || part === 'reference' ? part : undefined;
}

/** The types a node declares besides null; empty where it declares none. */
function typesIn(node: JsonSchemaNode): readonly string[] {
  return [node.type ?? []].flat().filter((type) => type !== 'null');
}

function isArray(node: JsonSchemaNode): boolean | undefined {
  const types = typesIn(node);
  return types.length === 0 ? undefined : types.includes('array');
}

function declaredPart(name: string, node: JsonSchemaNode, kind: ValueKind): ColumnPart {
  const suffix = referenceSuffix(kind);
  if (suffix === undefined) return 'value';
  const single = isArray(node) === true ? (node.items ?? {}) : node;
  const types = typesIn(single);
  const referenceTypes = kind.family === 'interaction' ? ['string'] : ['integer', 'number'];
  if (types.length > 0) return types.some((type) => referenceTypes.includes(type)) ? 'reference' : 'value';
  return name.endsWith(suffix) ? 'reference' : 'value';
}

function accepts(declared: JsonSchemaNode, written: JsonSchemaNode): boolean {
  const types = typesIn(declared);
  if (types.length === 0) return true;
  return typesIn(written).every((type) => {
    if (!types.includes(type) && !(type === 'integer' && types.includes('number'))) return false;
    if (type === 'string') return declared.format === undefined || declared.format === written.format;
    if (type === 'array' && declared.items !== undefined) {
      return accepts(declared.items, written.items ?? { type: 'number' });
    }
    return true;
  });
}
