import { mix } from './random.ts';
import type { World } from './world.ts';

/** A pair of persons as indexes of the person collection; the first is always a user, of two users the earlier one. */
export type Pair = { first: number; second: number; score: number; connectedOn: string | null };

/** Who knows whom, worked out from the numbers of two persons. */
export class Relationships {
  readonly #users: number;
  readonly #outsiders: number;
  readonly #perUser: number;
  readonly #seed: number;

  constructor(world: World) {
    this.#users = world.sizes.users;
    this.#outsiders = world.sizes.persons - world.sizes.users;
    this.#perUser = Math.min(this.#outsiders, world.sizes.relationsPerUser);
    this.#seed = world.seed;
  }

  /** The pairs of one person, strongest first. */
  of(person: number): Pair[] {
    const pairs: Pair[] = [];
    if (person < this.#users) {
      for (let other = 0; other < this.#users; other += 1)
        if (other !== person) pairs.push(this.#pair(Math.min(person, other), Math.max(person, other)));
      for (let each = 0; each < this.#perUser; each += 1) pairs.push(this.#pair(person, this.#outsider(person, each)));
    } else {
      for (let user = 0; user < this.#users; user += 1)
        if (this.#knows(user, person)) pairs.push(this.#pair(user, person));
    }
    return pairs.sort((a, b) => b.score - a.score || a.first - b.first || a.second - b.second);
  }

  /** Every pair with a user in it, once. */
  *all(): Generator<Pair> {
    for (let user = 0; user < this.#users; user += 1) {
      for (const pair of this.of(user)) if (pair.first === user) yield pair;
    }
  }

  #outsider(user: number, each: number): number {
    return this.#users + ((user * 29 + each) % this.#outsiders);
  }

  #knows(user: number, person: number): boolean {
    const offset = (person - this.#users - user * 29) % this.#outsiders;
    return (offset + this.#outsiders) % this.#outsiders < this.#perUser;
  }

  #pair(first: number, second: number): Pair {
    const dice = mix(mix(this.#seed, first + 7), second);
    const year = 2010 + (dice % 15);
    return { first, second, score: (dice % 10_000) / 10_000, connectedOn: dice % 3 === 0 ? `${year}-06-15` : null };
  }
}
