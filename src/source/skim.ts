import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { toOneLine } from '../json/line.ts';
import { readTypes, textFormat } from './conform.ts';
import { field } from './skim-fields.ts';
import {
  any,
  array,
  boolean,
  DOUBT,
  type ElementMatch,
  kept,
  type Match,
  never,
  nothing,
  number,
  object,
  oneOf,
  type Property,
  Scan,
  text,
  wholeCount,
} from './skim-values.ts';

/** Where a row ends, and the values of the properties that were asked for. */
export interface Skimmed {
  /** Behind its closing brace. */
  readonly end: number;
  /** Of the properties that were asked for, those that the row has. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where line separators stand in its texts, counted from its beginning. */
  readonly separators: readonly number[];
}

export interface SkimOptions {
  /** What a row may have at its top level. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>>;
  /** Whether it may have anything else there. */
  readonly isOpen: boolean;
  /** Top-level properties, numbers or texts, whose values are needed. */
  readonly wanted: readonly string[];
}

/**
 * Judges the rows of a page by their bytes, in UTF-8, which takes a fraction of the time and none of the memory that
 * objects take; `from` is where a row begins. Undefined for a row in any doubt, which then has to be parsed: one that does
 * not fit its declaration, may have been cut at a hundred values, is written in an unusual way, or is no JSON at all.
 */
export type SkimPage = (body: Buffer) => (from: number) => Skimmed | undefined;

export function compileSkim({ properties, isOpen, wanted }: SkimOptions): SkimPage {
  const names = new Set(wanted.map((name) => JSON.stringify(name)));
  const known = compileProperties(properties).map((each) => (names.has(each.name.toString()) ? kept(each) : each));
  const row = object(known, isOpen ? any : never).match;
  return (body) => {
    const scan = new Scan(body);
    return (from) => {
      scan.startRow();
      const end = row(scan, from);
      if (end === DOUBT) return undefined;
      const { values, separators } = scan;
      return { end, values, separators: separators.length === 0 ? separators : separators.map((each) => each - from) };
    };
  };
}

/** As `compileFit` judges: a property may always be null, an element of a list where it is declared. */
function compile(node: JsonSchemaNode, mayBeNull = true): Match {
  const { types, isAny } = readTypes(node);
  if (isAny) return any;
  return oneOf({
    text: types.has('string') ? compileText(node) : never,
    number: types.has('number') || types.has('integer') ? number(types.has('number')) : never,
    boolean: types.has('boolean') ? boolean : never,
    nothing: mayBeNull ? nothing : never,
    array: types.has('array') ? array(compileItem(node)) : never,
    object: types.has('object') ? object(compileProperties(node.properties), any).match : never,
  });
}

function compileText({ format }: JsonSchemaNode): Match {
  return format === undefined ? text() : text(textFormat(format));
}

function compileItem({ items }: JsonSchemaNode): ElementMatch {
  if (items === undefined) return any;
  return compileField(items) ?? compile(items, readTypes(items).types.has('null'));
}

/** Undefined for what is no field with its value. */
function compileField(node: JsonSchemaNode): ElementMatch | undefined {
  const { value, ...others } = node.properties ?? {};
  // The data may be anything, so that nobody declares it.
  const isField = value?.properties !== undefined && !Object.hasOwn(value.properties, 'data');
  if (!isField || !isObjectNode(node) || !isObjectNode(value)) return undefined;
  return field(compileProperties(others), compileProperties(value.properties));
}

function isObjectNode(node: JsonSchemaNode): boolean {
  return readTypes(node).types.has('object');
}

function compileProperties(nodes: SkimOptions['properties'] = {}): Property[] {
  return Object.entries(nodes).map(([name, node]) => ({
    name: Buffer.from(JSON.stringify(name)),
    match: compileProperty(name, node),
  }));
}

function compileProperty(name: string, node: JsonSchemaNode): Match {
  // A name is compared as it is, and not read: one that would have to be escaped is left to others.
  if (toOneLine(name) !== JSON.stringify(name)) return never;
  const { types, isAny } = readTypes(node);
  const mayCount = isAny || types.has('number') || types.has('integer');
  return name === 'totalCount' && mayCount ? wholeCount : compile(node);
}
