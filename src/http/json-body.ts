import { isUtf8 } from 'node:buffer';
import type { HttpResponse } from './exchange.ts';

export type JsonBody = Pick<HttpResponse, 'headers' | 'body'>;

/** The body as JSON; undefined when it is none: HTML, cut, empty, or in an alphabet nobody knows. */
export function parseJsonBody({ headers, body }: JsonBody): unknown {
  try {
    return JSON.parse(decode(body, headers('content-type')));
  } catch (error) {
    // SyntaxError: not JSON. RangeError: no such charset, or too long for a string. TypeError: not of that charset.
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Whether the body's bytes are its text in UTF-8: no other alphabet, no byte-order mark, no stray byte. */
export function isUtf8Body({ headers, body }: JsonBody): boolean {
  return isUtf8Charset(charsetOf(headers('content-type'))) && !hasByteOrderMark(body) && isUtf8(body);
}

function decode(body: Buffer, contentType: string | undefined): string {
  const charset = charsetOf(contentType);
  if (!isUtf8Charset(charset)) {
    const decoder = new TextDecoder(charset, { fatal: true });
    // JSON is UTF-8, and servers that never meant it claim to send Latin letters. Those make valid UTF-8 by no accident.
    if (!(/^(windows-12|iso-8859)/.test(decoder.encoding) && isUtf8(body))) return decoder.decode(body);
  }
  // A stray byte becomes U+FFFD: one broken letter in a note must not cost a whole stream.
  return hasByteOrderMark(body) ? body.toString('utf8', 3) : body.toString('utf8');
}

function charsetOf(contentType = ''): string {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
}

function isUtf8Charset(charset: string): boolean {
  return charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
