import { describe, expect, it } from 'vitest';
import { teamMembers, teams } from '../../src/streams/teams.ts';
import { users } from '../../src/streams/users.ts';
import { webhooks } from '../../src/streams/webhooks.ts';
import { fakeAffinity, fakeContext, parentsOf, readPartition } from '../support/fake-affinity.ts';

const small = { id: 2, name: 'Small', membersPreview: { data: [{ id: 21 }, { id: 22 }], totalCount: 2 } };
const large = { id: 1, name: 'Large', membersPreview: { data: [{ id: 11 }], totalCount: 3 } };
const unknown = { id: 3, name: 'No preview' };
const answers = {
  '/v2/teams': [[small, large], [unknown]],
  '/v2/teams/1/members': [[{ id: 11 }, { id: 12 }], [{ id: 13 }]],
  '/v2/teams/3/members': [[{ id: 31 }]],
};

describe('teams', () => {
  it('are asked for with both previews, once for both streams', async () => {
    const affinity = fakeAffinity({ v2: answers });
    const context = fakeContext(affinity);
    const { rows } = await readPartition(teams, context, { key: 'all' });
    await parentsOf(teamMembers, context);
    expect(rows).toEqual([small, large, unknown]);
    expect(affinity.asked).toEqual([
      { path: '/v2/teams', query: { includes: ['membersPreview', 'accessibleListsPreview'] }, cursor: undefined },
    ]);
  });
});

describe('team_members', () => {
  it('have the id of their team, and cost a call only where the preview does not hold all of them', async () => {
    const affinity = fakeAffinity({ v2: answers });
    const context = fakeContext(affinity);
    const parents = await parentsOf(teamMembers, context);
    const reads = await Promise.all(parents.map((parent) => readPartition(teamMembers, context, parent)));

    expect(reads.flatMap(({ rows }) => rows)).toEqual([
      { teamId: 1, id: 11 },
      { teamId: 1, id: 12 },
      { teamId: 1, id: 13 },
      { teamId: 2, id: 21 },
      { teamId: 2, id: 22 },
      { teamId: 3, id: 31 },
    ]);
    expect(affinity.paths).toEqual(['/v2/teams', '/v2/teams/1/members', '/v2/teams/3/members']);
  });

  it('of a team without any cost no call', async () => {
    const affinity = fakeAffinity({ v2: {} });
    const parent = { id: 4, membersPreview: { data: [], totalCount: 0 } };
    const { rows } = await readPartition(teamMembers, fakeContext(affinity), { key: 'team 4', parentId: 4, parent });
    expect(rows).toEqual([]);
    expect(affinity.asked).toEqual([]);
  });
});

describe('users and webhooks', () => {
  it('come whole, all pages of them', async () => {
    const pages = [[{ id: 1, status: 'active' }], [{ id: 2, status: 'deactivated' }]];
    const context = fakeContext(fakeAffinity({ v2: { '/v2/users': pages, '/v2/webhooks': pages } }));
    expect((await readPartition(users, context, { key: 'all' })).rows).toEqual(pages.flat());
    const whole = await readPartition(webhooks, context, { key: 'all' });
    expect(whole.rows).toEqual(pages.flat());
    const rest = await readPartition(webhooks, context, { key: 'all' }, whole.checkpoints[0]?.cursor);
    expect(rest.rows).toEqual(pages[1]);
  });
});
