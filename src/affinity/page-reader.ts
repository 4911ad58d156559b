import { isUtf8Body, type JsonBody, parseJsonBody } from '../http/json-body.ts';
import { bytesToOneLine } from '../json-line.ts';
import { type ApiObject, fingerprint, isObject, readPage, readRows } from './answers.ts';
import { cutRows } from './cut-rows.ts';

/** What becomes of a row. `json` is its JSON as the API sent it, in UTF-8 and on one line; undefined where it cannot be told. */
export type ReadRow<Item> = (row: ApiObject, json: Buffer | undefined) => Item;

/** How the pages of one collection are read. */
export interface PageReader<Item> {
  readonly parse?: (answer: JsonBody) => unknown;
  /** Takes what `parse` gave, or JSON, apart. */
  readonly read: (body: unknown, what: string) => PageContent<Item>;
}

interface PageContent<Item> {
  readonly items: Item[];
  /** Differs from that of another page. */
  readonly fingerprint: string;
  readonly nextUrl: string | null;
}

export function wholePage<Item>(readItems: (data: unknown, what: string, path: string) => Item[]): PageReader<Item> {
  return {
    read(body, what) {
      const { data, nextUrl } = readPage(body, what);
      const items = readItems(data, what, 'data');
      return { items, fingerprint: fingerprint(items), nextUrl };
    },
  };
}

/** What has become of the rows of a page, and the page without them. */
class ReadPage<Item> {
  readonly envelope: unknown;
  readonly items: Item[];
  readonly fingerprint: string;

  constructor({ envelope, items, fingerprint }: { envelope: unknown; items: Item[]; fingerprint: string }) {
    this.envelope = envelope;
    this.items = items;
    this.fingerprint = fingerprint;
  }
}

export function rowByRow<Item>(read: ReadRow<Item>): PageReader<Item> {
  const whole = wholePage(readRows);
  return {
    parse: (answer) => parseRowByRow(answer, read) ?? parseJsonBody(answer),
    read(body, what) {
      if (body instanceof ReadPage) return { ...body, nextUrl: readPage(body.envelope, what).nextUrl };
      const { items, ...page } = whole.read(body, what);
      return { ...page, items: items.map((row) => read(row, undefined)) };
    },
  };
}

/** Undefined for a body that has to be judged as a whole. */
function parseRowByRow<Item>(answer: JsonBody, read: ReadRow<Item>): ReadPage<Item> | undefined {
  const cut = isUtf8Body(answer) ? cutRows(answer.body) : undefined;
  if (cut === undefined) return undefined;
  const envelope = parseJson(cut.envelope);
  // Of a property that comes twice the last one counts, which is not the one that was cut out.
  if (!isObject(envelope) || !Array.isArray(envelope['data']) || envelope['data'].length > 0) return undefined;
  const items: Item[] = [];
  for (const { json, hasExponent } of cut.rows) {
    const row = parseJson(json.toString('utf8'));
    if (row === undefined) return undefined;
    items.push(read(row as ApiObject, hasExponent ? undefined : bytesToOneLine(json)));
  }
  const ends = [cut.rows[0], cut.rows.at(-1)].map((row) => row?.json.toString('latin1'));
  return new ReadPage({ envelope, items, fingerprint: [items.length, ...ends].join(' ') });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
