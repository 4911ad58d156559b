import { userReference } from '../data/account.ts';
import { teamMembers } from '../data/teams.ts';
import { day, isoSeconds } from '../data/time.ts';
import { notFound } from '../http/api-error.ts';
import type { Call, Route } from '../http/route.ts';
import { ofArray, ofSorted } from '../http/sequence.ts';
import { filter, newestVersion, paged, permissions, rowsOf, rule, totalCount } from './specs.ts';

function grantTime(call: Call): string {
  return isoSeconds(call.account.world.startMs - 240 * day);
}

function json(value: unknown): { kind: 'json'; text: string } {
  return { kind: 'json', text: JSON.stringify(value) };
}

/** A user as far as the caller may see it. */
export function userRow(call: Pick<Call, 'account' | 'may'>, index: number): object {
  const { role, emailAddresses, ...row } = call.account.users.rowAt(index);
  if (!call.may(permissions.users)) return row;
  const { id, firstName, lastName, primaryEmailAddress, ...rest } = row;
  return { id, firstName, lastName, primaryEmailAddress, emailAddresses, ...rest, role };
}

/** The members of a team as far as the caller may see them. */
export function teamMemberRows(call: Pick<Call, 'account' | 'may'>, team: number) {
  const { users, teams, world } = call.account;
  const members = teamMembers(team, users.size).filter((index) => users.has(index));
  return members.map((index, position) => ({
    id: teams.idAt(team) * 1000 + index,
    user: userReference(users.rowAt(index)),
    ...(call.may(permissions.teams) ? { privacyType: 'share-subjects' } : {}),
    addedAt: isoSeconds(world.openedMs + (position + 3) * day),
  }));
}

function teamLists(call: Call, team: number) {
  const { lists } = call.account;
  return [...lists.indexes()]
    .filter((index) => team === 0 || (team !== 2 && index % 2 === 0))
    .map((index) => lists.rowAt(index));
}

/** A team as far as the caller may see it. */
export function teamRow(call: Call, team: number) {
  const { privacyType, ...row } = call.account.teams.rowAt(team);
  const includes = call.params.texts('includes') ?? [];
  const preview = <Row>(rows: readonly Row[]) => ({ totalCount: rows.length, data: rows.slice(0, 10) });
  const { id, name, ...times } = row;
  return {
    id,
    name,
    ...(call.may(permissions.teams) ? { privacyType } : {}),
    ...times,
    ...(includes.includes('membersPreview') ? { membersPreview: preview(teamMemberRows(call, team)) } : {}),
    ...(includes.includes('accessibleListsPreview') ? { accessibleListsPreview: preview(teamLists(call, team)) } : {}),
  };
}

function teamIndex(call: Call): number {
  const index = call.account.teams.find(call.id('teamId'));
  if (index === undefined) throw notFound('Team');
  return index;
}

const teamIncludes = { includes: { kind: 'choices', of: ['membersPreview', 'accessibleListsPreview'] } } as const;

/** Who am I, limits, users, teams and webhooks. */
export const accountRoutes: readonly Route[] = [
  {
    api: 'v2',
    path: '/v2/auth/whoami',
    params: {},
    handle: (call) => {
      const user = userReference(call.account.users.rowAt(0));
      return json({
        tenant: call.account.tenant,
        user,
        grant: { type: 'api-key', scopes: ['api'], createdAt: grantTime(call) },
      });
    },
  },
  {
    api: 'v2',
    path: '/v2/rate-limit',
    params: {},
    minVersion: '2026-07-15',
    handle: ({ limits }) => {
      const show = ({
        limit,
        remaining,
        reset,
        used,
      }: {
        limit: number;
        remaining: number;
        reset: number;
        used: number;
      }) => ({ limit, remaining, reset, used });
      const month = limits.month();
      return json({ callerPerMinute: show(limits.minute()), ...(month === null ? {} : { orgPerMonth: show(month) }) });
    },
  },
  {
    api: 'v2',
    path: '/v2/users',
    params: { ...paged, ...filter, term: { kind: 'text' } },
    filter: { id: rule.id, status: rule.choice('active', 'invited', 'deactivated') },
    handle: (call) => {
      const { users } = call.account;
      const term = call.params.text('term')?.toLowerCase();
      const passes = (index: number) => {
        const { firstName, lastName, primaryEmailAddress } = users.rowAt(index);
        return (
          term === undefined ||
          [firstName, lastName, primaryEmailAddress].some((each) => each?.toLowerCase().includes(term))
        );
      };
      return {
        kind: 'page',
        sequence: rowsOf(call, users, { text: (index) => JSON.stringify(userRow(call, index)), passes }),
      };
    },
  },
  {
    api: 'v2',
    path: '/v2/users/{userId}',
    params: {},
    handle: (call) => {
      const index = call.account.users.find(call.id('userId'));
      if (index === undefined) throw notFound('User');
      return json(userRow(call, index));
    },
  },
  {
    api: 'v2',
    path: '/v2/teams',
    params: {
      ...paged,
      ...filter,
      ...totalCount,
      ...teamIncludes,
      orderBy: { kind: 'choices', of: ['name', '-name', 'createdAt', '-createdAt'] },
    },
    filter: { id: rule.id, name: rule.anyText },
    minVersion: newestVersion,
    handle: (call) => {
      const { teams } = call.account;
      const { filter: predicate } = call;
      const order = call.params.texts('orderBy')?.[0] ?? 'name';
      const rows = [...teams.indexes()]
        .filter((index) => predicate === null || predicate((property) => teams.read(index, property)))
        .map((index) => ({
          index,
          key: order.endsWith('name') ? teams.rowAt(index).name : teams.rowAt(index).createdAt,
        }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
      if (order.startsWith('-')) rows.reverse();
      const ranks = new Map(rows.map(({ index }, rank) => [index, rank]));
      const sequence = ofSorted(
        [...ranks.keys()],
        (index) => ranks.get(index) ?? 0,
        (index) => JSON.stringify(teamRow(call, index)),
      );
      return { kind: 'page', sequence };
    },
  },
  {
    api: 'v2',
    path: '/v2/teams/{teamId}',
    params: teamIncludes,
    minVersion: newestVersion,
    handle: (call) => json(teamRow(call, teamIndex(call))),
  },
  {
    api: 'v2',
    path: '/v2/teams/{teamId}/members',
    params: { ...paged, ...totalCount },
    minVersion: newestVersion,
    handle: (call) => ({ kind: 'page', sequence: ofArray(teamMemberRows(call, teamIndex(call))) }),
  },
  {
    api: 'v2',
    path: '/v2/teams/{teamId}/accessible-lists',
    params: { ...paged, ...totalCount },
    minVersion: newestVersion,
    handle: (call) => ({ kind: 'page', sequence: ofArray(teamLists(call, teamIndex(call))) }),
  },
  {
    api: 'v2',
    path: '/v2/webhooks',
    params: { ...paged, ...filter, ...totalCount },
    filter: { id: rule.id, createdAt: rule.time, updatedAt: rule.time },
    handle: (call) => ({ kind: 'page', sequence: rowsOf(call, call.account.webhooks) }),
  },
  {
    api: 'v2',
    path: '/v2/webhooks/{webhookId}',
    params: {},
    handle: (call) => {
      const index = call.account.webhooks.find(call.id('webhookId'));
      if (index === undefined) throw notFound('Webhook');
      return json(call.account.webhooks.rowAt(index));
    },
  },
];
