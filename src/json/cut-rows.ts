const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LOWER_E, UPPER_E] = [0x65, 0x45];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where a page has its rows: in a list of the outermost object. */
export interface RowsPlace {
  readonly key: string;
  /** Whether they may also be the outermost list. */
  readonly mayBeBare?: boolean;
}

/**
 * Calls `onRow` with the beginning of each row of a page of UTF-8 JSON; it returns where the row ends, or undefined to
 * give up. So rows can be read one by one: as objects they take several times the memory. Returns the page's JSON without
 * its rows (the list of them is empty), or undefined for what does not look like a page of objects, or is in any doubt.
 */
export function cutRows(
  body: Buffer,
  place: RowsPlace,
  onRow: (from: number) => number | undefined,
): string | undefined {
  const from = startOfList(body, place);
  if (from === undefined) return undefined;
  let at = skipSpace(body, from);
  if (body[at] !== CLOSE_BRACKET) {
    for (;;) {
      if (body[at] !== OPEN_BRACE) return undefined;
      const end = onRow(at);
      if (end === undefined) return undefined;
      at = skipSpace(body, end);
      if (body[at] === CLOSE_BRACKET) break;
      if (body[at] !== COMMA) return undefined;
      at = skipSpace(body, at + 1);
    }
  }
  const rest = body.toString('utf8', 0, from) + body.toString('utf8', at);
  // A property that comes twice may be the same list, of which the last one counts.
  return isTwiceIn(rest, `"${place.key}"`) ? undefined : rest;
}

function isTwiceIn(text: string, part: string): boolean {
  return text.indexOf(part) !== text.lastIndexOf(part);
}

/** Where the rows begin: behind the bracket of the list. */
function startOfList(body: Buffer, { key: wanted, mayBeBare = false }: RowsPlace): number | undefined {
  let at = skipSpace(body, 0);
  if (mayBeBare && body[at] === OPEN_BRACKET) return at + 1;
  if (body[at] !== OPEN_BRACE) return undefined;
  do {
    at = skipSpace(body, at + 1);
    if (body[at] !== QUOTE) return undefined;
    const endOfKey = endOfString(body, at);
    const key = body.toString('latin1', at + 1, endOfKey - 1);
    at = skipSpace(body, endOfKey);
    if (body[at] !== COLON) return undefined;
    at = skipSpace(body, at + 1);
    if (key === wanted) return body[at] === OPEN_BRACKET ? at + 1 : undefined;
    at = skipSpace(body, endOfValue(body, at));
  } while (body[at] === COMMA);
  return undefined;
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}

function endOfValue(body: Buffer, from: number): number {
  const first = body[from];
  if (first === QUOTE) return endOfString(body, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(body, from).end;
  let at = from;
  while (at < body.length && body[at] !== COMMA && body[at] !== CLOSE_BRACE) at += 1;
  return at;
}

/** Behind the closing quote, or the end of what there is. */
function endOfString(body: Buffer, from: number): number {
  let at = from + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

export interface Nested {
  /** Behind the bracket or brace that closes the first one, or the end of what there is. */
  readonly end: number;
  /** Whether it has numbers with an exponent: those may be too large for who reads them. */
  readonly hasExponent: boolean;
}

/** Looks for the end of an object or array; whether it is valid JSON is not judged. One loop without calls is the fastest. */
export function endOfNested(body: Buffer, from: number): Nested {
  let depth = 0;
  let hasExponent = false;
  let at = from;
  while (at < body.length) {
    const byte = body[at];
    at += 1;
    if (byte === QUOTE) {
      while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
      at += 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) break;
    } else if ((byte === LOWER_E || byte === UPPER_E) && isDigit(body[at - 2])) hasExponent = true;
  }
  return { end: at, hasExponent };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
