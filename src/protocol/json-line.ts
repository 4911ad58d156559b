const LINE_SEPARATOR = /[\u2028\u2029\u0085]/;
const LINE_SEPARATORS = /[\u2028\u2029\u0085]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029', '\u0085': '\\u0085' };

/**
 * Escapes what JSON allows raw inside strings but some readers split lines at (Python's `str.splitlines`). `json` is
 * text in which these can only stand inside strings.
 */
export function escapeLineSeparators(json: string): string {
  return LINE_SEPARATOR.test(json)
    ? json.replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator)
    : json;
}

/** One message as one line, its line feed included. */
export function toJsonLine(message: unknown): string {
  return `${escapeLineSeparators(JSON.stringify(message))}\n`;
}
