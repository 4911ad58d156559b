import { toOneLine } from '../../src/json/line.ts';
import { PreparedRow } from '../../src/streams/prepared-row.ts';
import type { Row } from '../../src/streams/stream.ts';

/** A row as a stream without rules would prepare it. */
export function prepared(row: Row, nulled?: readonly string[]): PreparedRow {
  return new PreparedRow({ key: row['id'], json: toOneLine(row), nulled });
}

/** Rows as objects again. */
export function parsed(rows: readonly (Row | PreparedRow)[]): Row[] {
  return rows.map((row) => (row instanceof PreparedRow ? JSON.parse(row.json) : row));
}
