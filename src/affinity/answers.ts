import { ConnectorError } from '../errors.ts';

export type ApiObject = Record<string, unknown>;

export function isObject(value: unknown): value is ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Only the envelope is judged here. `data` may be null by contract, which is an empty page and not the end; an empty text
 * as `nextUrl` is the end, as it is for V1's tokens.
 */
export function readPage(body: unknown, what: string): { data: unknown; nextUrl: string | null } {
  if (!isObject(body)) throw brokenPage(what, 'the body', 'an object');
  const { data, pagination } = body;
  if (!isObject(pagination)) throw brokenPage(what, 'pagination', 'an object');
  const nextUrl = pagination['nextUrl'] ?? null;
  if (nextUrl !== null && typeof nextUrl !== 'string') throw brokenPage(what, 'pagination.nextUrl', 'text or null');
  return { data, nextUrl: nextUrl === '' ? null : nextUrl };
}

/** A list of objects; null counts as an empty list. */
export function readRows(data: unknown, what: string, path: string): ApiObject[] {
  const rows = readItems(data, what, path);
  const broken = rows.findIndex((row) => !isObject(row));
  if (broken !== -1) throw brokenPage(what, `${path}[${broken}]`, 'an object');
  return rows as ApiObject[];
}

export function readItems(data: unknown, what: string, path: string): unknown[] {
  if (data === null) return [];
  if (!Array.isArray(data)) throw brokenPage(what, path, 'an array');
  return data;
}

/**
 * Tells a page from the one before: the API may send one twice, and some rows and all values have no key by which that
 * could be seen later. Rows are large, so that only the first and the last are looked at.
 */
export function fingerprint(items: readonly unknown[]): string {
  return JSON.stringify(isObject(items[0]) ? [items.length, items[0], items.at(-1)] : items);
}

export function brokenPage(what: string, path: string, expected: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `Affinity's answer for ${what} is not in its documented form: ${path} is not ${expected}.`,
  );
}
