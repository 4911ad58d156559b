import { giveBack, toOwn } from '../json/memory.ts';
import type { PreparedRow } from '../streams/prepared-row.ts';

/** Lines are put together to pieces of about this size: small enough for memory, large enough for few writes. */
const PIECE_BYTES = 65_536;

export interface RecordFrame {
  /** What stands before each row, up to its JSON. */
  readonly prefix: Buffer;
  /** What stands behind a row's JSON, the line feed included. */
  readonly suffix: (row: PreparedRow) => Buffer;
}

/** Puts each row into its message: pieces of whole lines, in UTF-8. Each is good until the next one is asked for. */
export type RecordLines = (rows: readonly PreparedRow[], frame: RecordFrame) => Generator<Buffer, void, undefined>;

export function createRecordLines(): RecordLines {
  // Every piece is put together here: a buffer for each would be the most of all that has to be collected as garbage.
  const ordinary = Buffer.allocUnsafeSlow(PIECE_BYTES);
  return function* recordLines(rows, { prefix, suffix }) {
    let piece: Buffer = ordinary;
    let at = 0;
    for (const row of rows) {
      const end = suffix(row);
      const mostBytes = prefix.length + row.mostBytes + end.length;
      if (at + mostBytes > piece.length) {
        if (at > 0) yield piece.subarray(0, at);
        if (piece !== ordinary) giveBack(piece);
        at = 0;
        // A row of megabytes gets a buffer of its own, which does not stay.
        piece = mostBytes > ordinary.length ? toOwn(Buffer.allocUnsafeSlow(mostBytes)) : ordinary;
      }
      at += prefix.copy(piece, at);
      at += row.write(piece, at);
      at += end.copy(piece, at);
    }
    if (at > 0) yield piece.subarray(0, at);
    if (piece !== ordinary) giveBack(piece);
  };
}
