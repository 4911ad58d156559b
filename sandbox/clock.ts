/** The time the sandbox believes in: it starts where it is told to and can be moved forward. */
export class Clock {
  readonly #startMs: number;
  readonly #isManual: boolean;
  readonly #origin = performance.now();
  #advancedMs = 0;

  constructor(startMs: number, isManual: boolean) {
    this.#startMs = startMs;
    this.#isManual = isManual;
  }

  nowMs(): number {
    const elapsed = this.#isManual ? 0 : performance.now() - this.#origin;
    return Math.floor(this.#startMs + this.#advancedMs + elapsed);
  }

  /** Moves the time forward; never back. */
  advance(ms: number): number {
    this.#advancedMs += Math.max(0, ms);
    return this.nowMs();
  }
}
