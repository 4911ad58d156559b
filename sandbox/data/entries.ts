import { Collection } from './collection.ts';
import type { ListPlan } from './lists.ts';
import { day, isoSeconds } from './time.ts';
import type { World } from './world.ts';

/** A list entry without its entity; which entity it is follows from its index. */
export type EntryRow = { id: number; createdAt: string; creatorId: number | null; entity: number };

/** Ids of the entries of a list lie in a block of their own. */
const firstEntryId = 410_000_000;
const idsPerList = 10_000_000;

/** Makes the entries of one list. `entityAt` gives the index of the record; one record is on the list twice. */
export function makeEntries(
  world: World,
  list: { index: number; plan: ListPlan },
  size: number,
  entityAt: (entry: number) => number,
  userId: (n: number) => number,
): Collection<EntryRow> {
  const random = world.random(`entries.${list.index}`);
  const createdMs = world.createdMs(`entries.${list.index}`, Math.max(1, size));
  const firstId = firstEntryId + list.index * idsPerList;
  return new Collection<EntryRow>({
    name: `entries of list ${list.index}`,
    size,
    firstId,
    make: (entry) => ({
      id: firstId + entry,
      createdAt: isoSeconds(createdMs(entry)),
      creatorId: entry % 12 === 5 ? null : userId(random(entry).next()),
      entity: entityAt(entry),
    }),
    peek: { createdAt: createdMs, entity: entityAt },
  });
}

/** When the entry took its present status. */
export function statusMs(world: World, createdMs: number): number {
  return Math.min(world.startMs, createdMs + 20 * day);
}

/** Which records the lists hold: every opportunity is on one list, companies and persons on several or none. */
export class Membership {
  readonly #plans: readonly ListPlan[];
  readonly #world: World;
  readonly #opportunityLists: number[];
  readonly #sizes: readonly number[];

  constructor(world: World, plans: readonly ListPlan[]) {
    this.#world = world;
    this.#plans = plans;
    this.#opportunityLists = plans.flatMap((plan, index) => (plan.kind === 'opportunity' ? [index] : []));
    this.#sizes = plans.map((_, list) => this.#countOf(list));
  }

  /** Entries a list starts with. */
  sizeOf(list: number): number {
    return this.#sizes[list] ?? 0;
  }

  #countOf(list: number): number {
    const plan = this.#plans[list];
    if (plan === undefined || plan.isEmpty) return 0;
    const { sizes } = this.#world;
    if (plan.kind === 'opportunity') {
      const place = this.#opportunityLists.indexOf(list);
      return Math.ceil((sizes.opportunities - place) / this.#opportunityLists.length);
    }
    const shares = this.#plans.filter((each) => each.kind === plan.kind).reduce((sum, each) => sum + each.share, 0);
    const total = plan.kind === 'company' ? sizes.companyEntries : sizes.personEntries;
    return Math.max(1, Math.floor((total * plan.share) / shares));
  }

  /** The record of an entry. */
  entityAt(list: number, entry: number): number {
    const plan = this.#plans[list];
    const { sizes } = this.#world;
    if (plan?.kind === 'opportunity')
      return this.#opportunityLists.indexOf(list) + entry * this.#opportunityLists.length;
    const first = plan?.kind === 'person' ? sizes.users : 0;
    const count = plan?.kind === 'person' ? sizes.persons - sizes.users : sizes.companies;
    // The second entry shows the record of the first again.
    return first + ((list * 17 + (entry === 1 ? 0 : entry)) % count);
  }

  /** The entries of a list that may show a record. */
  entriesOf(list: number, entity: number): number[] {
    const plan = this.#plans[list];
    const { sizes } = this.#world;
    const first = plan?.kind === 'person' ? sizes.users : 0;
    const count = plan?.kind === 'person' ? sizes.persons - sizes.users : sizes.companies;
    const entry = (((entity - first - list * 17) % count) + count) % count;
    if (entry === 1) return [];
    return [...(entry === 0 ? [0, 1] : [entry])].filter((each) => each < this.sizeOf(list));
  }

  /** The list an opportunity is on. */
  listOfOpportunity(opportunity: number): number {
    return this.#opportunityLists[opportunity % this.#opportunityLists.length] ?? 0;
  }
}
