import type { Position } from './sequence.ts';

/** The rows of a page, ready to be sent, and where they end. */
export type CutRows = { data: Buffer; isEmpty: boolean; last: Position | null; hasMore: boolean };

const mostBytes = 64_000_000;

/** Pages that were asked for before, up to a size; forgotten whenever the account changes. */
export class PageCache {
  readonly #pages = new Map<string, CutRows>();
  #bytes = 0;

  get(key: string, make: () => CutRows): CutRows {
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#pages.set(key, made);
    this.#bytes += made.data.length;
    for (const [oldest, { data }] of this.#pages) {
      if (this.#bytes <= mostBytes) break;
      this.#pages.delete(oldest);
      this.#bytes -= data.length;
    }
    return made;
  }

  clear(): void {
    this.#pages.clear();
    this.#bytes = 0;
  }
}
