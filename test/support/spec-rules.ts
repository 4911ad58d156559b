import type { JsonNode } from './airbyte-run.ts';

const SECRET_NAMES =
  /(^|_)(token|secret|password|key|service_account(_info)?|tenant_id|certificate|jwt|credentials|app_?id)$/;
const FORBIDDEN = [
  ...['$ref', 'not', 'anyOf', 'allOf', 'patternProperties', 'prefixItems', 'if', 'then', 'else'],
  ...['dependencies', 'dependentSchemas', 'dependentRequired'],
];
const ITEM_TYPES = ['object', 'string', 'number', 'integer'];
const DATE_FORMATS = ['date', 'date-time'];

/** What platforms would not show, would show wrongly, or would not keep secret of a `connectionSpecification`. */
export function specFaults(root: JsonNode): string[] {
  return [...faultsOf(root, '')];
}

function* faultsOf(node: JsonNode, path: string): Generator<string> {
  for (const keyword of FORBIDDEN) if (keyword in node) yield `${path} uses ${keyword}`;
  yield* typeFaults(node, path);
  const { enum: choices } = node;
  if (Array.isArray(choices) && new Set(choices).size < choices.length) yield `${path} has an option twice`;
  if (DATE_FORMATS.includes(node.format ?? '') && node['pattern'] === undefined) yield `${path} has no pattern`;
  if ('additionalProperties' in node && node.additionalProperties !== true)
    yield `${path} forbids what it may be given`;
  yield* oneOfFaults(node, path);
  if (node.properties !== undefined) yield* orderFaults(node, path);
  for (const [name, inner] of Object.entries(node.properties ?? {})) {
    const place = `${path}.${name}`;
    const isText = [inner.type].flat().includes('string');
    if (isText && SECRET_NAMES.test(name) && inner['airbyte_secret'] !== true) yield `${place} is no secret`;
    if (path !== '' && 'group' in inner) yield `${place} is in a group, but not at the top`;
    yield* faultsOf(inner, place);
  }
  if (node.items !== undefined) yield* faultsOf(node.items, `${path}[]`);
}

function* typeFaults(node: JsonNode, path: string): Generator<string> {
  const types = [node.type ?? []].flat();
  const own = types.filter((type) => type !== 'null');
  if (own.length !== 1 && !('const' in node) && !('enum' in node))
    yield `${path} has not one type: ${types.join(', ')}`;
  if (own.includes('object') && !('oneOf' in node) && Object.keys(node.properties ?? {}).length === 0) {
    yield `${path} is an object without properties`;
  }
  if (!own.includes('array')) return;
  const { items } = node;
  if (items === undefined || !('enum' in items || ITEM_TYPES.includes(String(items.type)))) {
    yield `${path} has items of no type that can be shown`;
  }
}

/** Each setting has a place of its own, and those that are needed come first. */
function* orderFaults({ properties = {}, required }: JsonNode, path: string): Generator<string> {
  const needed = new Set(Array.isArray(required) ? required : []);
  const places = new Map<string, string>();
  let [lastNeeded, firstOther] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [name, { order, group }] of Object.entries(properties)) {
    if (typeof order !== 'number') continue;
    const place = JSON.stringify([group, order]);
    const other = places.get(place);
    if (other !== undefined) yield `${path}.${name} has the place of ${other}`;
    places.set(place, name);
    if (needed.has(name)) lastNeeded = Math.max(lastNeeded, order);
    else firstOther = Math.min(firstOther, order);
  }
  if (lastNeeded > firstOther) yield `${path} has a needed setting behind one that is not`;
}

/** Options are told apart by one property that all have, each with a constant text of its own. */
function* oneOfFaults(node: JsonNode, path: string): Generator<string> {
  if ('display_type' in node && !['dropdown', 'radio'].includes(String(node['display_type']))) {
    yield `${path} is displayed as ${node['display_type']}`;
  }
  const { oneOf } = node;
  if (oneOf === undefined) {
    if ('display_type' in node) yield `${path} has a display type, but no options`;
    return;
  }
  const options = oneOf as readonly JsonNode[];
  if (node.type !== 'object') yield `${path} has options, but is no object`;
  if (options.some(({ type, properties }) => type !== 'object' || properties === undefined)) {
    yield `${path} has an option that is no object`;
    return;
  }
  const constants = options.map(({ properties = {} }) =>
    Object.keys(properties).filter((name) => isConstant(properties[name])),
  );
  const common = (constants[0] ?? []).filter((name) => constants.every((names) => names.includes(name)));
  const [name] = common;
  if (name === undefined || common.length > 1) yield `${path} has ${common.length} constants that all options share`;
  else {
    const values = options.map(({ properties }) => properties?.[name]?.['const']);
    if (new Set(values).size < values.length) yield `${path}.${name} is the same in two options`;
  }
  for (const [index, option] of options.entries()) yield* faultsOf(option, `${path}(${index})`);
}

function isConstant(node: JsonNode | undefined): boolean {
  return typeof node?.['const'] === 'string';
}
