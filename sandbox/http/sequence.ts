/** A place in a sequence: what comes after it does not depend on what came before. */
export type Position = number | readonly number[];

/** One row and where it stands. */
export type Item = { position: Position; text: () => string };

/** Rows in order, that can be entered at any place. */
export type Sequence = {
  after: (position: Position | null) => Iterable<Item>;
  count: () => number;
};

/** Rows of a short array. */
export function ofArray<Row>(
  rows: readonly Row[],
  text: (row: Row) => string = (row) => JSON.stringify(row),
): Sequence {
  return {
    *after(position) {
      for (let index = Number(position ?? -1) + 1; index < rows.length; index += 1) {
        const row = rows[index];
        if (row !== undefined) yield { position: index, text: () => text(row) };
      }
    },
    count: () => rows.length,
  };
}

/** Rows of indexes that pass a test, upwards or downwards. */
export function ofIndexes(
  rows: { size: number; has: (index: number) => boolean },
  text: (index: number) => string,
  passes: ((index: number) => boolean) | null = null,
  direction: 'up' | 'down' = 'up',
): Sequence {
  function* indexes(position: Position | null): Generator<number> {
    const step = direction === 'up' ? 1 : -1;
    const start = position === null ? (direction === 'up' ? 0 : rows.size - 1) : Number(position) + step;
    for (let index = start; index >= 0 && index < rows.size; index += step) {
      if (rows.has(index) && (passes === null || passes(index))) yield index;
    }
  }
  return {
    *after(position) {
      for (const index of indexes(position)) yield { position: index, text: () => text(index) };
    },
    count: () => Array.from(indexes(null)).length,
  };
}

/** Rows of indexes that are sorted by a number each has, and by index where the numbers are equal. */
export function ofSorted(
  indexes: readonly number[],
  keyOf: (index: number) => number,
  text: (index: number) => string,
  passes: (index: number) => boolean = () => true,
): Sequence {
  /** The place behind a position, also when its row is gone. */
  const placeAfter = (position: Position | null): number => {
    if (!Array.isArray(position)) return 0;
    const [key, last] = position;
    let low = 0;
    let high = indexes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const index = indexes[middle] ?? 0;
      const each = keyOf(index);
      if (each > key || (each === key && index > last)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    *after(position) {
      for (let place = placeAfter(position); place < indexes.length; place += 1) {
        const index = indexes[place] ?? 0;
        if (passes(index)) yield { position: [keyOf(index), index], text: () => text(index) };
      }
    },
    count: () => indexes.filter(passes).length,
  };
}
