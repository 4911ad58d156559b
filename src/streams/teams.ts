import { isObject } from '../affinity/answers.ts';
import { Team, TeamMember } from '../affinity/models/people-and-teams.ts';
import { readCollection } from './collection.ts';
import { inOrder, parentPartition, unlessDeleted } from './parents.ts';
import { defineStream, page, type Row } from './stream.ts';

export const teams = defineStream({
  name: 'teams',
  endpoint: 'GET /v2/teams',
  cost: '1 per 100 teams',
  description: 'The teams of your firm, with the first of their members and lists.',
  row: Team,
  primaryKey: ['id'],
  isBeta: true,
  async *readPartition({ lookups }) {
    yield page((await lookups.teamRows()).map((row) => ({ ...row })));
  },
});

export const teamMembers = defineStream({
  name: 'team_members',
  endpoint: 'GET /v2/teams/{id}/members',
  cost: '1 per team of more than ten',
  description: 'Who belongs to which team.',
  row: TeamMember,
  primaryKey: ['teamId', 'id'],
  isBeta: true,
  partitions: async ({ lookups }) =>
    inOrder((await lookups.teamRows()).map((team) => parentPartition('team', team, { parent: team }))),
  async *readPartition(context, { parentId: teamId, parent }, cursor) {
    const toRow = (row: Row): Row => ({ teamId, ...row });
    const members = wholePreview(parent?.['membersPreview']);
    if (members !== undefined) {
      yield page(members.map(toRow));
      return;
    }
    const path = `/v2/teams/${teamId}`;
    yield* unlessDeleted(
      context,
      { kind: 'team', path },
      readCollection(context, { path: `${path}/members`, cursor, toRow }),
    );
  },
});

/** The members that came with a small team, if they are all: asking for them again would be a call for nothing. */
function wholePreview(preview: unknown): readonly Row[] | undefined {
  if (!isObject(preview)) return undefined;
  const { data, totalCount } = preview;
  return Array.isArray(data) && data.length === totalCount && data.every(isObject) ? data : undefined;
}
