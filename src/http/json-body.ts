import { isUtf8 } from 'node:buffer';
import type { HttpResponse } from './transport.ts';

/** The body as JSON; undefined when it is none: HTML, cut, empty, or in an alphabet nobody knows. */
export function parseJsonBody({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): unknown {
  try {
    return JSON.parse(withoutHalfLetters(decode(body, headers('content-type'))));
  } catch (error) {
    // SyntaxError: not JSON. RangeError: no such charset, or too long for a string. TypeError: not of that charset.
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function decode(body: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    const decoder = new TextDecoder(charset, { fatal: true });
    // JSON is UTF-8, and servers that never meant it claim to send Latin letters. Those make valid UTF-8 by no accident.
    if (!(/^(windows-12|iso-8859)/.test(decoder.encoding) && isUtf8(body))) return decoder.decode(body);
  }
  // A stray byte becomes U+FFFD: one broken letter in a note must not cost a whole stream.
  return hasByteOrderMark(body) ? body.toString('utf8', 3) : body.toString('utf8');
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}

/** Escaped backslashes, whole pairs of surrogates, and single ones. */
const ESCAPED_HALVES =
  /\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})/g;

/** Half of a letter, cut off by who counts in UTF-16, is JSON but no text: loaders fail on it, and with it a whole load. */
function withoutHalfLetters(json: string): string {
  // Nearly no page has any escape of this kind, and to look for the shortest is the quickest.
  if (!json.includes('\\u')) return json;
  return json.replace(ESCAPED_HALVES, (found: string, half: string | undefined) =>
    half === undefined ? found : '\\ufffd',
  );
}
