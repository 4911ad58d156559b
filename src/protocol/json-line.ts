const LINE_SEPARATORS = /[\u2028\u2029\u0085]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029', '\u0085': '\\u0085' };
/** Escaped halves, and not what follows a backslash that is escaped itself. */
const LONE_SURROGATES = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The value as JSON that every reader takes. Line separators, which JSON allows raw inside strings but some readers split
 * lines at (Python's `str.splitlines`), are escaped. Halves of characters, which strict readers refuse (PyAirbyte then
 * loses the row without a word), become U+FFFD.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  // Nearly no row has any, and searches are ten times as fast as an expression. Whole characters are never escaped.
  const whole = json.includes('\\ud') ? json.replaceAll(LONE_SURROGATES, '$1\ufffd') : json;
  if (!whole.includes('\u2028') && !whole.includes('\u2029') && !whole.includes('\u0085')) return whole;
  return whole.replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator);
}

/** One message as one line, its line feed included. */
export function toJsonLine(message: unknown): string {
  return `${toJson(message)}\n`;
}
