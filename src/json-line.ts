const LINE_SEPARATORS = /[\u2028\u2029\u0085]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029', '\u0085': '\\u0085' };

/**
 * JSON without anything raw that ends a line: JSON allows U+2028, U+2029 and U+0085 inside strings, but some readers split
 * lines at them (Python's `str.splitlines`).
 */
export function toOneLine(value: unknown): string {
  const json = JSON.stringify(value);
  // Nearly no row has any, and three searches are ten times as fast as one with an expression.
  if (!json.includes('\u2028') && !json.includes('\u2029') && !json.includes('\u0085')) return json;
  return json.replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator);
}

/** One message as one line, its line feed included. */
export function toJsonLine(message: unknown): string {
  return `${toOneLine(message)}\n`;
}

/** In UTF-8, and what stands for each in a line. Line feeds stand between the parts of JSON only, never in its texts. */
const LINE_ENDS = Object.entries({ ...ESCAPES, '\n': ' ', '\r': ' ' }).map(([end, substitute]) => ({
  end: Buffer.from(end),
  substitute: Buffer.from(substitute),
}));

/** The same JSON without anything raw that ends a line. `json` is UTF-8; it is what is returned where it has nothing such. */
export function bytesToOneLine(json: Buffer): Buffer {
  return LINE_ENDS.reduce(replaceAll, json);
}

function replaceAll(json: Buffer, { end, substitute }: (typeof LINE_ENDS)[number]): Buffer {
  let at = json.indexOf(end);
  if (at === -1) return json;
  const parts: Buffer[] = [];
  let from = 0;
  for (; at !== -1; at = json.indexOf(end, from)) {
    parts.push(json.subarray(from, at), substitute);
    from = at + end.length;
  }
  return Buffer.concat([...parts, json.subarray(from)]);
}
