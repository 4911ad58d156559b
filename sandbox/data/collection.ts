import { msOf } from './time.ts';

/** What a filter may compare: text, a number, milliseconds, or nothing. */
export type Scalar = string | number | boolean | null;

/** How a collection makes its rows. */
export type CollectionSpec<Row> = {
  name: string;
  size: number;
  firstId: number;
  /** Ids of one collection lie this far apart, so that the gaps can hold ids that no longer exist. */
  idStep?: number;
  specialIds?: ReadonlyMap<number, number>;
  make: (index: number) => Row;
  /** Cheap reads of single properties, so that a filter can pass over rows without making them. Datetimes in ms. */
  peek?: Record<string, (index: number) => Scalar>;
};

/** Rows made on demand by index, with a layer of inserted, replaced and removed ones over them. Memory grows with the changes only. */
export class Collection<Row extends { id: number }> {
  readonly name: string;
  readonly #spec: CollectionSpec<Row>;
  readonly #step: number;
  readonly #idToSpecial = new Map<number, number>();
  readonly #removed = new Set<number>();
  readonly #replaced = new Map<number, Row>();
  #size: number;
  #version = 0;

  constructor(spec: CollectionSpec<Row>) {
    this.name = spec.name;
    this.#spec = spec;
    this.#step = spec.idStep ?? 1;
    this.#size = spec.size;
    for (const [index, id] of spec.specialIds ?? []) this.#idToSpecial.set(id, index);
  }

  /** One more than the highest index in use, removed rows included. */
  get size(): number {
    return this.#size;
  }

  /** Rows that exist now. */
  get count(): number {
    return this.#size - this.#removed.size;
  }

  /** Goes up with every change. */
  get version(): number {
    return this.#version;
  }

  idAt(index: number): number {
    return this.#spec.specialIds?.get(index) ?? this.#spec.firstId + index * this.#step;
  }

  /** The index of an id, also of a removed row; undefined when it never existed. */
  indexOf(id: number): number | undefined {
    const special = this.#idToSpecial.get(id);
    if (special !== undefined) return special;
    const index = (id - this.#spec.firstId) / this.#step;
    if (!Number.isInteger(index) || index < 0 || index >= this.#size) return undefined;
    return this.#spec.specialIds?.has(index) === true ? undefined : index;
  }

  has(index: number): boolean {
    return index >= 0 && index < this.#size && !this.#removed.has(index);
  }

  /** The index of a row that exists now. */
  find(id: number): number | undefined {
    const index = this.indexOf(id);
    return index !== undefined && this.has(index) ? index : undefined;
  }

  /** The row at an index, also a removed one. */
  rowAt(index: number): Row {
    return this.#replaced.get(index) ?? this.#spec.make(index);
  }

  /** One property, read without making the row where that is possible. */
  read(index: number, path: string): Scalar {
    const peek = this.#spec.peek?.[path];
    if (peek !== undefined && !this.#replaced.has(index)) return peek(index);
    return readPath(this.rowAt(index), path);
  }

  /** Adds a row behind all others, changed as the caller likes. */
  append(change: (row: Row) => Row): Row {
    const index = this.#size;
    this.#size += 1;
    return this.replace(index, change);
  }

  replace(index: number, change: (row: Row) => Row): Row {
    const row = change(this.rowAt(index));
    this.#replaced.set(index, row);
    this.#version += 1;
    return row;
  }

  remove(index: number): void {
    this.#removed.add(index);
    this.#version += 1;
  }

  /** Indexes of existing rows, upwards. */
  *indexes(from = 0): Generator<number> {
    for (let index = from; index < this.#size; index += 1) if (this.has(index)) yield index;
  }

  /** Indexes of the newest existing rows first. */
  *indexesDown(from = this.#size - 1): Generator<number> {
    for (let index = from; index >= 0; index -= 1) if (this.has(index)) yield index;
  }
}

const timestamp = /^\d{4}-\d{2}-\d{2}T.*Z$/;

/** Reads `a.b` out of a row; timestamps come as milliseconds, anything that is not there as null. */
export function readPath(row: object, path: string): Scalar {
  let value: unknown = row;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[key];
  if (typeof value === 'string') return timestamp.test(value) ? msOf(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}
