const LINE_SEPARATORS = /[\u2028\u2029\u0085]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029', '\u0085': '\\u0085' };
/** Escaped halves, and not what follows a backslash that is escaped itself. */
const LONE_SURROGATES = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * The value as JSON that every reader takes. Line separators, which JSON allows raw inside strings but some readers split
 * lines at (Python's `str.splitlines`), are escaped. Halves of characters, which strict readers refuse (PyAirbyte then
 * loses the row without a word), become U+FFFD.
 */
export function toOneLine(value: unknown): string {
  const json = JSON.stringify(value);
  // Nearly no row has any, and searches are ten times as fast as an expression. Whole characters are never escaped.
  const whole = json.includes('\\ud') ? json.replaceAll(LONE_SURROGATES, '$1\ufffd') : json;
  if (!whole.includes('\u2028') && !whole.includes('\u2029') && !whole.includes('\u0085')) return whole;
  return whole.replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator);
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

/** Whether one of the separators that JSON allows inside texts begins here, in UTF-8. */
export function isLineSeparator(json: Buffer, at: number): boolean {
  if (json[at] === 0xc2) return json[at + 1] === 0x85;
  return json[at] === 0xe2 && json[at + 1] === 0x80 && (json[at + 2] === 0xa8 || json[at + 2] === 0xa9);
}

/** An escaped separator takes at most so many bytes more than a raw one: six in place of two or three. */
export const MOST_BYTES_PER_ESCAPE = 4;

/**
 * Writes JSON in UTF-8 with the separators that begin at these places, in ascending order, escaped; tells how many bytes
 * that were.
 */
export function writeEscaped(target: Buffer, at: number, json: Buffer, places: readonly number[]): number {
  let [from, end] = [0, at];
  for (const place of places) {
    end += json.copy(target, end, from, place);
    from = place + (json[place] === 0xc2 ? 2 : 3);
    end += target.write(ESCAPES[json.toString('utf8', place, from)] ?? '', end, 'latin1');
  }
  return end + json.copy(target, end, from) - at;
}

/**
 * JSON in UTF-8 with nothing raw that ends a line: the same buffer where there is nothing such. Undefined for JSON that
 * may hold halves of characters, which would have to be written anew.
 */
export function bytesToOneLine(json: Buffer): Buffer | undefined {
  if (json.includes('\\ud') || json.includes('\\uD')) return undefined;
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
