import type { TimeRange } from '../streams/time.ts';

/** The part of `range` that lies in none of `others`, in order. */
export function subtract(range: TimeRange, others: readonly TimeRange[]): TimeRange[] {
  let rest = [range];
  for (const other of others) rest = rest.flatMap((piece) => without(piece, other));
  return rest;
}

function without(piece: TimeRange, other: TimeRange): TimeRange[] {
  const before = { fromMs: piece.fromMs, toMs: earlierEnd(piece.toMs, other.fromMs ?? Number.NEGATIVE_INFINITY) };
  const after = { fromMs: laterStart(piece.fromMs, other.toMs ?? Number.POSITIVE_INFINITY), toMs: piece.toMs };
  return [before, after].filter(isNotEmpty);
}

function isNotEmpty({ fromMs, toMs }: TimeRange): boolean {
  const from = fromMs ?? Number.NEGATIVE_INFINITY;
  const to = toMs ?? Number.POSITIVE_INFINITY;
  return from < to;
}

function earlierEnd(toMs: number | null, limitMs: number): number | null {
  const end = Math.min(toMs ?? Number.POSITIVE_INFINITY, limitMs);
  return end === Number.POSITIVE_INFINITY ? null : end;
}

function laterStart(fromMs: number | null, limitMs: number): number | null {
  const start = Math.max(fromMs ?? Number.NEGATIVE_INFINITY, limitMs);
  return start === Number.NEGATIVE_INFINITY ? null : start;
}
