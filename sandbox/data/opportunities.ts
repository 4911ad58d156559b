import { Collection } from './collection.ts';
import { Random, saltOf } from './random.ts';
import type { World } from './world.ts';

/** An opportunity as V2 shows it; it is on exactly one list. */
export type OpportunityRow = {
  id: number;
  name: string;
  listId: number;
  listName: string;
  isRestricted: boolean;
  isRedacted: boolean;
};

const firstOpportunityId = 7_200_000;

/** The opportunities, each on one of the opportunity lists. */
export function makeOpportunities(
  world: World,
  listOf: (index: number) => { id: number; name: string },
  companyNameOf: (index: number) => string,
): Collection<OpportunityRow> {
  const { sizes } = world;
  const salt = saltOf(world.seed, 'opportunities');
  const rounds = ['Seed', 'Series A', 'Series B', 'Extension', 'Secondary'];
  const special = new Map([[sizes.opportunities - 1, Number.MAX_SAFE_INTEGER - 2]]);
  return new Collection<OpportunityRow>({
    name: 'opportunities',
    size: sizes.opportunities,
    firstId: firstOpportunityId,
    idStep: 2,
    specialIds: special,
    make: (index) => {
      const dice = new Random(salt, index);
      const isRedacted = index % 13 === 5;
      const list = listOf(index);
      return {
        id: special.get(index) ?? firstOpportunityId + index * 2,
        name: isRedacted ? '[Hidden]' : `${companyNameOf(index)} \u2013 ${dice.pick(rounds)}`,
        listId: list.id,
        listName: list.name,
        isRestricted: isRedacted || index % 11 === 3,
        isRedacted,
      };
    },
  });
}
