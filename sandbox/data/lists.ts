import { Collection } from './collection.ts';
import { itemAt } from './random.ts';
import { day, isoSeconds } from './time.ts';
import type { World } from './world.ts';

/** What a list holds. */
export type EntityKind = 'company' | 'person' | 'opportunity';

/** A list as V2 shows it. */
export type ListRow = {
  id: number;
  name: string;
  creatorId: number;
  ownerId: number;
  isPublic: boolean;
  type: EntityKind;
  createdAt: string;
};

/** Plain facts about a list that its row does not tell. */
export type ListPlan = { kind: EntityKind; name: string; share: number; isEmpty: boolean; isValueless: boolean };

const firstPlans: readonly ListPlan[] = [
  { kind: 'opportunity', name: 'Deals', share: 1, isEmpty: false, isValueless: false },
  { kind: 'company', name: 'Pipeline', share: 0.5, isEmpty: false, isValueless: false },
  { kind: 'person', name: 'Founders & \u201cfriends\u201d', share: 0.6, isEmpty: false, isValueless: false },
  { kind: 'company', name: 'Portfolio', share: 0.3, isEmpty: false, isValueless: true },
  { kind: 'company', name: 'Empty list', share: 0, isEmpty: true, isValueless: false },
  { kind: 'person', name: 'LPs', share: 0.4, isEmpty: false, isValueless: false },
];

/** The plan of each list: the first six are the same at every scale. */
export function planLists(count: number): ListPlan[] {
  const kinds = ['company', 'person', 'opportunity'] as const;
  return Array.from({ length: count }, (_, index) => {
    const first = firstPlans[index];
    if (first !== undefined) return first;
    const kind = itemAt(kinds, index % 3);
    return { kind, name: `List ${index} of ${kind}s`, share: 0.2, isEmpty: false, isValueless: false };
  });
}

/** The lists of the account. */
export function makeLists(
  world: World,
  plans: readonly ListPlan[],
  userId: (index: number) => number,
): Collection<ListRow> {
  return new Collection<ListRow>({
    name: 'lists',
    size: plans.length,
    firstId: 3300,
    make: (index) => {
      const plan = itemAt(plans, index % plans.length);
      return {
        id: 3300 + index,
        name: plan.name,
        creatorId: userId(0),
        ownerId: userId(index % 3),
        isPublic: index !== 5,
        type: plan.kind,
        createdAt: isoSeconds(world.openedMs + index * day),
      };
    },
  });
}

/** A saved view with the list it belongs to and what it shows. */
export type ViewRow = {
  id: number;
  name: string;
  type: string;
  createdAt: string;
};

/** The views of one list. */
export function makeViews(world: World, listIndex: number, plan: ListPlan): Collection<ViewRow> {
  const all = [
    { name: 'All', type: 'sheet' },
    { name: 'Active only', type: 'sheet' },
    { name: 'By status', type: 'board' },
    { name: 'Numbers', type: 'dashboard' },
    { name: 'Roadmap', type: 'timeline' },
  ];
  const shown = plan.isEmpty ? all.slice(0, 1) : listIndex === 1 ? all : all.slice(0, 4);
  return new Collection<ViewRow>({
    name: `views of list ${listIndex}`,
    size: shown.length,
    firstId: 910 + listIndex * 10,
    make: (index) => ({
      id: 910 + listIndex * 10 + index,
      ...itemAt(shown, index % shown.length),
      createdAt: isoSeconds(world.openedMs + (listIndex + index + 30) * day),
    }),
  });
}
