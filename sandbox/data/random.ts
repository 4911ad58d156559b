/** Mixes two numbers into an unsigned 32-bit one; the same pair always gives the same result. */
export function mix(a: number, b: number): number {
  let hash = Math.imul((a ^ Math.imul(b, 0x9e3779b1)) | 0, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  hash = Math.imul(hash, 0x297a2d39);
  hash ^= hash >>> 15;
  return hash >>> 0;
}

/** Turns a name into a number, so that every collection draws from a stream of its own. */
export function saltOf(seed: number, name: string): number {
  let hash = mix(seed, 0x51ed270b);
  for (let position = 0; position < name.length; position += 1) hash = mix(hash, name.charCodeAt(position));
  return hash;
}

/** A small seeded generator: the same start always gives the same sequence. */
export class Random {
  #state: number;

  constructor(salt: number, index: number) {
    this.#state = mix(salt, index + 1);
  }

  /** An unsigned 32-bit number. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return mix(this.#state, 0x7f4a7c15);
  }

  /** A whole number in 0 … limit-1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** A whole number in low … high. */
  between(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 4294967296;
  }

  /** One of the items, which must not be empty. */
  pick<Item>(items: readonly Item[]): Item {
    return itemAt(items, this.next() % items.length);
  }
}

/** The item at a position that is known to exist; throws otherwise. */
export function itemAt<Item>(items: readonly Item[], position: number): Item {
  const item = items[position];
  if (item === undefined) throw new RangeError(`no item ${position} of ${items.length}`);
  return item;
}
