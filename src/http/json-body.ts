import type { HttpResponse } from './transport.ts';

/** The body as JSON; undefined when it is none: HTML, cut, empty, or in an alphabet nobody knows. */
export function parseJsonBody({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): unknown {
  try {
    return JSON.parse(decode(body, headers('content-type')));
  } catch (error) {
    // SyntaxError: not JSON. RangeError: no such charset, or too long for a string. TypeError: not of that charset.
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function decode(body: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  }
  // A stray byte becomes U+FFFD: one broken letter in a note must not cost a whole stream.
  return hasByteOrderMark(body) ? body.toString('utf8', 3) : body.toString('utf8');
}

function hasByteOrderMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
