import type { RowBytes } from '../affinity/page-reader.ts';
import { MOST_BYTES_PER_ESCAPE, writeEscaped } from '../json/line.ts';
import { giveBack } from '../json/memory.ts';

export interface PreparedRowOptions {
  /** Tells it from the other rows of its stream. */
  readonly key: unknown;
  /** On one line, but for `separators`; bytes are UTF-8. */
  readonly json: string | Buffer;
  /** Where bytes have line separators that are still to be escaped, in ascending order. */
  readonly separators?: readonly number[] | undefined;
  /** The properties in which a value was left out because it did not fit. */
  readonly nulled?: readonly string[] | undefined;
}

/** UTF-8 takes at most so many bytes for each unit of text. */
const MOST_BYTES_PER_UNIT = 3;
const NO_PLACES: readonly number[] = [];
const EMPTY = '{}';

/** A row that may go out: its keys are there, its values fit their declarations, and it is JSON already. */
export class PreparedRow {
  readonly key: unknown;
  /** Undefined when there are none. */
  readonly nulled: readonly string[] | undefined;
  #json: string | Buffer | undefined;
  readonly #separators: readonly number[];

  constructor({ key, json, separators = NO_PLACES, nulled }: PreparedRowOptions) {
    this.key = key;
    this.nulled = nulled;
    this.#json = json;
    this.#separators = separators;
  }

  /** Its JSON, on one line. */
  get json(): string {
    const bytes = Buffer.allocUnsafe(this.mostBytes);
    return bytes.toString('utf8', 0, this.write(bytes, 0));
  }

  /** About how much memory it takes, in bytes. */
  get size(): number {
    return this.#present().length;
  }

  /** Whether it has any property. */
  get hasProperties(): boolean {
    return this.#present().length > EMPTY.length;
  }

  /** The most bytes that `write` takes. */
  get mostBytes(): number {
    const json = this.#present();
    return typeof json === 'string'
      ? json.length * MOST_BYTES_PER_UNIT
      : json.length + this.#separators.length * MOST_BYTES_PER_ESCAPE;
  }

  /** Writes its JSON, on one line and in UTF-8, and tells how many bytes that were. */
  write(target: Buffer, at: number): number {
    const json = this.#present();
    if (typeof json === 'string') return target.write(json, at);
    return this.#separators.length === 0 ? json.copy(target, at) : writeEscaped(target, at, json, this.#separators);
  }

  /** Whether its JSON has this in it, in ASCII. */
  includes(text: string): boolean {
    return this.#present().includes(text);
  }

  /** Frees its memory, and that of the rows whose bytes came with it: none of them is good for anything any more. */
  giveBack(): void {
    if (typeof this.#json === 'object') giveBack(this.#json);
    this.#json = undefined;
  }

  /** A row that is used after its end must not look like an empty one, which is left out. */
  #present(): string | Buffer {
    if (this.#json === undefined || this.#json.length === 0)
      throw new Error('A row was used after it had been written.');
    return this.#json;
  }
}

export interface RowSource {
  /** The row's own JSON, as long as nothing was changed in it. */
  readonly bytes?: RowBytes | undefined;
  /** The properties in which something did not fit and is null already. */
  readonly nulled?: readonly string[] | undefined;
}

/**
 * Makes rows of a page ready by their bytes alone, where these leave no doubt; `from` is where a row begins, `end` where
 * it ends. Undefined for one that has to be parsed.
 */
export type SkimRows = (
  body: Buffer,
) => (from: number) => { readonly item: PreparedRow; readonly end: number } | undefined;

/** Throws a `system_error` for a row whose key or cursor is of no use. */
export type PrepareRow = (row: Record<string, unknown>, source?: RowSource) => PreparedRow;
