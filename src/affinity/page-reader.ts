import { isUtf8Body, type JsonBody, parseJsonBody } from '../http/json-body.ts';
import { cutRows, endOfNested } from '../json/cut-rows.ts';
import { bytesToOneLine } from '../json/line.ts';
import { giveBack } from '../json/memory.ts';
import { parseJson } from '../json/parse.ts';
import { type ApiObject, fingerprint, isObject, type PageForm, readRows, V2_PAGE } from './answers.ts';

/** Gives a row's JSON as the API sent it, in UTF-8 and on one line; undefined where it cannot be told. To be asked at once. */
export type RowBytes = () => Buffer | undefined;

/** What becomes of a row. */
export type ReadRow<Item> = (row: ApiObject, bytes: RowBytes) => Item;

/** How rows are read one by one. */
export interface RowReader<Item> {
  readonly read: ReadRow<Item>;
  /** For a page: reads the row that begins at `from` without parsing it, if it can; `end` is behind it. */
  readonly skim?:
    | ((body: Buffer) => (from: number) => { readonly item: Item; readonly end: number } | undefined)
    | undefined;
}

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
  /** What leads to the next page, or null after the last one. */
  readonly next: string | null;
}

/** For pages that are parsed at once. `readItems` makes a list of their rows, or throws what is wrong with it. */
export function wholePage<Item>(
  readItems: (rows: unknown, what: string, path: string) => Item[],
  form: PageForm = V2_PAGE,
): PageReader<Item> {
  return {
    read(body, what) {
      const { rows, path, next } = form.open(body, what);
      const items = readItems(rows, what, path);
      return { items, fingerprint: fingerprint(items), next };
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

/** For pages whose rows are given to a reader one by one, so that a page is never there as objects. */
export function rowByRow<Item>(reader: RowReader<Item>, form: PageForm = V2_PAGE): PageReader<Item> {
  const whole = wholePage(readRows, form);
  return {
    parse: (answer) => parseRowByRow(answer, reader, form) ?? parseJsonBody(answer),
    read(body, what) {
      if (body instanceof ReadPage) return { ...body, next: form.open(body.envelope, what).next };
      const { items, ...page } = whole.read(body, what);
      return { ...page, items: items.map((row) => reader.read(row, noBytes)) };
    },
  };
}

const noBytes: RowBytes = () => undefined;

/** Undefined for a body that has to be judged as a whole. */
function parseRowByRow<Item>(
  answer: JsonBody,
  { read, skim }: RowReader<Item>,
  form: PageForm,
): ReadPage<Item> | undefined {
  if (!isUtf8Body(answer)) return undefined;
  const { body } = answer;
  const skimRow = skim?.(body);
  const items: Item[] = [];
  let isKept = false;
  const ends: [from: number, end: number][] = [];

  function readRow(from: number): number | undefined {
    const skimmed = skimRow?.(from);
    if (skimmed !== undefined) {
      isKept = true;
      items.push(skimmed.item);
      return skimmed.end;
    }
    const { end, hasExponent } = endOfNested(body, from);
    const json = body.subarray(from, end);
    const row = parseJson(json.toString('utf8'));
    if (row === undefined) return undefined;
    const bytes: RowBytes = () => {
      isKept = true;
      return hasExponent ? undefined : bytesToOneLine(json);
    };
    items.push(read(row as ApiObject, bytes));
    return end;
  }

  const envelopeJson = cutRows(body, form, (from) => {
    const end = readRow(from);
    if (end !== undefined) ends[Math.min(1, ends.length)] = [from, end];
    return end;
  });
  if (envelopeJson === undefined) return undefined;
  const envelope = parseJson(envelopeJson);
  // Of a property that comes twice the last one counts, which is not the one that was cut out.
  const left = isObject(envelope) ? envelope[form.key] : envelope;
  if (!Array.isArray(left) || left.length > 0) return undefined;
  const firstAndLast = ends.map(([from, end]) => body.toString('latin1', from, end));
  if (!isKept) giveBack(body);
  return new ReadPage({ envelope, items, fingerprint: [items.length, ...firstAndLast].join(' ') });
}
