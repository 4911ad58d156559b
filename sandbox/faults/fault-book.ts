import { Random } from '../data/random.ts';
import type { FaultKind, FaultRule } from './rule.ts';

/** A fault that strikes a request. */
export type Fault = { kind: FaultKind; delayMs: number; retryAfterSeconds: number };

/** Faults a patient reader gets over, for random ones. */
const survivable: readonly FaultKind[] = [
  'rate-limit-retry-after',
  '500-html',
  '502-html',
  '503-html',
  '504-html',
  '500-json',
  'reset-before-answer',
  'reset-in-body',
  'cut-content-length',
  'cut-chunked',
  'short-json',
  'broken-json',
  'html-200',
  'stall',
  'empty-page',
  'null-data',
  'duplicate-page',
];

type Active = { rule: FaultRule; pattern: RegExp | null; seen: number; struck: number };

/** Decides which requests go wrong; the same requests in the same order meet the same faults. */
export class FaultBook {
  #rules: Active[] = [];
  #probability = 0;
  #dice: Random;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#dice = new Random(seed, 77);
  }

  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** Replaces everything that was set before. A number is the probability of any survivable fault. */
  set(faults: number | readonly FaultRule[]): void {
    this.#dice = new Random(this.#seed, 77);
    this.#probability = typeof faults === 'number' ? faults : 0;
    this.#rules = [];
    if (typeof faults !== 'number') for (const rule of faults) this.add(rule);
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, pattern: rule.match === undefined ? null : new RegExp(rule.match), seen: 0, struck: 0 });
  }

  clear(): void {
    this.set(0);
  }

  /** The fault of a request such as `GET /v2/companies?limit=100`; counts the request for every rule it matches. */
  next(request: string): Fault | null {
    let found: FaultRule | null = null;
    for (const active of this.#rules) {
      if (active.pattern?.test(request) === false) continue;
      active.seen += 1;
      if (found !== null || !this.#strikes(active)) continue;
      active.struck += 1;
      found = active.rule;
    }
    if (found !== null)
      return { kind: found.kind, delayMs: found.delayMs ?? 200, retryAfterSeconds: found.retryAfterSeconds ?? 1 };
    if (this.#probability === 0 || !this.#dice.chance(this.#probability)) return null;
    return { kind: this.#dice.pick(survivable), delayMs: 200, retryAfterSeconds: 1 };
  }

  #strikes({ rule, seen, struck }: Active): boolean {
    const { nth, probability } = rule;
    if (struck >= (rule.times ?? (nth === undefined ? Number.POSITIVE_INFINITY : 1))) return false;
    if (nth !== undefined && seen < nth) return false;
    return probability === undefined || this.#dice.chance(probability);
  }
}
