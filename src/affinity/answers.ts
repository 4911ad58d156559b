import { ConnectorError } from '../errors.ts';
import type { RowsPlace } from '../json/cut-rows.ts';

export type ApiObject = Record<string, unknown>;

export function isObject(value: unknown): value is ApiObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How the pages of a collection are made. */
export interface PageForm extends RowsPlace {
  /** Takes a page apart, also one without its rows. Only what is around them is judged, and thrown if it is wrong. */
  readonly open: (body: unknown, what: string) => OpenedPage;
}

export interface OpenedPage {
  readonly rows: unknown;
  /** Where they were, in words for an error. */
  readonly path: string;
  /** What leads to the next page, or null after the last one. */
  readonly next: string | null;
}

/** `data` may be null by contract, which is an empty page and not the end. */
export const V2_PAGE: PageForm = {
  key: 'data',
  open(body, what) {
    if (!isObject(body)) throw brokenPage(what, 'the body', 'an object');
    const { data, pagination } = body;
    if (!isObject(pagination)) throw brokenPage(what, 'pagination', 'an object');
    return { rows: data, path: 'data', next: readNext(pagination, 'nextUrl', { what, path: 'pagination.nextUrl' }) };
  },
};

/** Documented as a bare array, recorded as an object with a token: both are read. */
export function v1Page(key: string): PageForm {
  return {
    key,
    mayBeBare: true,
    open(body, what) {
      if (Array.isArray(body)) return { rows: body, path: 'the body', next: null };
      if (!isObject(body)) throw brokenPage(what, 'the body', 'an object');
      const next = readNext(body, 'next_page_token', { what, path: 'next_page_token' });
      return { rows: body[key], path: key, next };
    },
  };
}

/** An empty text is the end, too. */
function readNext(owner: ApiObject, property: string, { what, path }: { what: string; path: string }): string | null {
  const next = owner[property] ?? null;
  if (next !== null && typeof next !== 'string') throw brokenPage(what, path, 'text or null');
  return next === '' ? null : next;
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
