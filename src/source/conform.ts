import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';

/** Told the path, within the row, of a value that did not fit its declaration and became null. Never the value itself. */
export type OnNulled = (path: string) => void;

/** Whether a value fits, possibly after something inside it was made null. */
export type Fit = (value: unknown, onNulled: OnNulled) => boolean;

/**
 * Compiles a declaration into a check that makes the smallest declared part that does not fit null, in place. Rows are
 * fresh from the network and belong to nobody else. The returned function tells whether the value as a whole fits.
 * Paths are put together once, here: `path` is where the value is within the row.
 *
 * Loaders outside Airbyte's platform end a whole load at one value of the wrong type; the platform makes it null.
 */
export function compileFit(node: JsonSchemaNode, path = ''): Fit {
  const { types, isAny } = readTypes(node);
  if (isAny) return anything;
  const fitsScalar = scalarFit(types, node.format);
  if (!types.has('array') && !types.has('object')) return fitsScalar;
  const fitsArray = types.has('array') ? compileArray(node, path) : nothing;
  const fitsObject = types.has('object') ? compileObject(node, path) : nothing;
  return (value, onNulled) => {
    if (typeof value !== 'object' || value === null) return fitsScalar(value, onNulled);
    return Array.isArray(value) ? fitsArray(value, onNulled) : fitsObject(value as Record<string, unknown>, onNulled);
  };
}

const anything = (): boolean => true;
const nothing = (): boolean => false;

const KNOWN_TYPES: ReadonlySet<string> = new Set(['null', 'string', 'number', 'integer', 'boolean', 'array', 'object']);

/** A declaration without a type, or with one we do not know, forbids nothing. */
export function readTypes({ type }: JsonSchemaNode): { types: ReadonlySet<string>; isAny: boolean } {
  const types = new Set(type === undefined ? [] : [type].flat());
  return { types, isAny: types.size === 0 || ![...types].every((each) => KNOWN_TYPES.has(each)) };
}

const scalarFits = new Map<string, Fit>();

/** Most columns are texts, numbers and moments: those of all streams share what judges them. */
function scalarFit(types: ReadonlySet<string>, format: string | undefined): Fit {
  const key = [...types, format].join(' ');
  const fit = scalarFits.get(key) ?? compileScalar(types, format);
  scalarFits.set(key, fit);
  return fit;
}

function compileScalar(types: ReadonlySet<string>, format: string | undefined): Fit {
  const fitsText = types.has('string') ? textFormat(format) : nothing;
  const isNumber = types.has('number');
  const isInteger = types.has('integer');
  const isBoolean = types.has('boolean');
  return (value) => {
    if (value === undefined || value === null) return true;
    switch (typeof value) {
      case 'string':
        return fitsText(value);
      case 'number':
        return isNumber ? Number.isFinite(value) : isInteger && Number.isSafeInteger(value);
      case 'boolean':
        return isBoolean;
      default:
        return false;
    }
  };
}

export function textFormat(format: string | undefined): (text: string) => boolean {
  if (format === 'date-time') return isDateTime;
  if (format === 'date') return isDate;
  return anything;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** A moment as loaders understand it: with a "T", seconds and a zone, of a day that exists. */
export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && isDay(text);
}

function isDate(text: string): boolean {
  return DATE.test(text) && isDay(text);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Whether the digits at the beginning are a day of the calendar. Rows are full of times: this makes no object. */
function isDay(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && day > 0 && (isLeapDay || day <= (DAYS[month - 1] ?? 0));
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * 48;
}

function compileArray({ items }: JsonSchemaNode, path: string): (value: unknown[], onNulled: OnNulled) => boolean {
  if (items === undefined || readTypes(items).isAny) return anything;
  const itemPath = `${path}[]`;
  const fits = compileFit(items, itemPath);
  const mayBeNull = readTypes(items).types.has('null');
  return (value, onNulled) => {
    for (let index = 0; index < value.length; index += 1) {
      if (value[index] === null ? mayBeNull : fits(value[index], onNulled)) continue;
      if (!mayBeNull) return false;
      value[index] = null;
      onNulled(itemPath);
    }
    return true;
  };
}

function compileObject(
  { properties }: JsonSchemaNode,
  path: string,
): (value: Record<string, unknown>, onNulled: OnNulled) => boolean {
  const checks = Object.entries(properties ?? {}).map(([name, node]) => {
    const inner = path === '' ? name : `${path}.${name}`;
    return { name, inner, fits: compileFit(node, inner) };
  });
  return (value, onNulled) => {
    for (const { name, inner, fits } of checks) {
      const found = value[name];
      if (found === undefined || found === null || fits(found, onNulled)) continue;
      // Every object has something under "constructor" that is none of its own.
      if (!Object.hasOwn(value, name)) continue;
      value[name] = null;
      onNulled(inner);
    }
    return true;
  };
}
