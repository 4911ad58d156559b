import { User } from '../affinity/models/people-and-teams.ts';
import { defineStream, page } from './stream.ts';

export const users = defineStream({
  name: 'users',
  endpoint: 'GET /v2/users',
  cost: '1 per 100 users',
  description: 'Everybody with an account of your firm; each is also a person with the same id.',
  row: User,
  primaryKey: ['id'],
  isBeta: true,
  async *readPartition({ lookups }) {
    yield page((await lookups.userRows()).map((row) => ({ ...row })));
  },
});
