import { invalid } from './api-error.ts';
import type { Position } from './sequence.ts';

/** What a cursor remembers: its place, the page before, and the question it belongs to. */
export type Cursor = {
  after: Position | null;
  previous: Position | null;
  hasPrevious: boolean;
  path: string;
  query: string;
  issuedMs: number;
  epoch: number;
  /** Makes two cursors of the same place differ. */
  nonce?: number;
};

/** An opaque text that holds the cursor. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`after:::${JSON.stringify(cursor)}`).toString('base64url');
}

/** Refuses anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): Cursor {
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  if (!plain.startsWith('after:::')) throw invalid('cursor', 'Malformed cursor');
  try {
    const cursor: unknown = JSON.parse(plain.slice(8));
    if (isCursor(cursor)) return cursor;
  } catch {
    // Falls through to the same answer.
  }
  throw invalid('cursor', 'Malformed cursor');
}

function isCursor(value: unknown): value is Cursor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'after' in value &&
    'path' in value &&
    'query' in value &&
    'issuedMs' in value &&
    'epoch' in value
  );
}

/** The parameters that make the question, in one order; the size of a page may change on the way. */
export function questionOf(query: URLSearchParams): string {
  const kept = [...query].filter(([name]) => name !== 'cursor' && name !== 'limit');
  return new URLSearchParams(kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))).toString();
}
