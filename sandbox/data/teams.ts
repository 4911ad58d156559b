import { Collection } from './collection.ts';
import { day, isoSeconds } from './time.ts';
import type { World } from './world.ts';

/** A team of users. */
export type TeamRow = { id: number; name: string; privacyType: string; createdAt: string; updatedAt: string | null };

/** A webhook subscription. */
export type WebhookRow = {
  id: number;
  url: string;
  subscriptions: string[];
  status: string;
  creator: { id: number } | null;
  createdAt: string;
  updatedAt: string | null;
};

/** Makes the teams; the first holds every user, the last nobody. */
export function makeTeams(world: World): Collection<TeamRow> {
  const names = ['Investments', 'Platform', 'Empty team'];
  return new Collection<TeamRow>({
    name: 'teams',
    size: world.sizes.teams,
    firstId: 42,
    make: (index) => ({
      id: 42 + index,
      name: names[index] ?? `Team ${index}`,
      privacyType: ['share-subjects-bodies', 'share-subjects', 'no-access'][index % 3] ?? 'no-access',
      createdAt: isoSeconds(world.openedMs + index * day),
      updatedAt: index % 2 === 0 ? null : isoSeconds(world.openedMs + (index + 100) * day),
    }),
  });
}

/** Indexes of the users in a team. */
export function teamMembers(team: number, users: number): number[] {
  if (team === 2) return [];
  const every = team === 0 ? 1 : 2 + (team % 3);
  return Array.from({ length: users }, (_, index) => index).filter((index) => index % every === 0);
}

/** Makes the webhooks. */
export function makeWebhooks(world: World, userId: (n: number) => number): Collection<WebhookRow> {
  const subscriptions = [['list_entry.deleted', 'organization.merged'], [], ['note.created', 'transcript.created']];
  return new Collection<WebhookRow>({
    name: 'webhooks',
    size: world.sizes.webhooks,
    firstId: 9,
    make: (index) => ({
      id: 9 + index,
      url: `https://hooks.example/affinity/${index}`,
      subscriptions: subscriptions[index % 3] ?? [],
      status: index === 1 ? 'disabled' : 'active',
      creator: index === 1 ? null : { id: userId(0) },
      createdAt: isoSeconds(world.startMs - (40 - index) * day),
      updatedAt: index === 2 ? isoSeconds(world.startMs - 3 * day) : null,
    }),
  });
}
