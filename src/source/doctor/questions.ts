import type { ApiObject } from '../../affinity/answers.ts';
import type { Query } from '../../affinity/v2.ts';
import { CannotTell, readPage } from './answers.ts';
import type { Ask } from './ask.ts';

/** A path with its parameters. Questions that several guesses share stand here, so that they are asked once. */
export type Question = readonly [path: string, query: Query];

/** Before everything, and after it. */
export const PAST = '2000-01-01T00:00:00Z';
export const FUTURE = '2100-01-01T00:00:00Z';

export const everyList: Question = ['/v2/lists', { limit: 100 }];

/** No limit: the default shows. */
export const someNotes: Question = [
  '/v2/notes',
  { filter: `createdAt>=${PAST} | updatedAt>=${PAST}`, includes: ['repliesCount'], totalCount: true },
];

export const lateNotes: Question = ['/v2/notes', { filter: `updatedAt>=${FUTURE}`, limit: 100 }];

export const someReminders: Question = [
  '/v2/reminders',
  { filter: `createdAt>=${PAST} | status=overdue & createdAt>=${PAST}`, totalCount: true },
];

export const someFiles: Question = ['/v2/files', { totalCount: true }];
export const someTeams: Question = ['/v2/teams', { includes: ['membersPreview'], totalCount: true }];

export const someCompanies: Question = [
  '/v2/companies',
  { limit: 100, fieldTypes: ['enriched', 'global', 'relationship-intelligence'] },
];

export const legacyNotes: Question = ['/notes', { page_size: 500 }];
export const legacyFiles: Question = ['/entity-files', { page_size: 2 }];

/** Lists of companies first, since their entries show the most fields. */
export async function listsByUse(ask: Ask): Promise<readonly ApiObject[]> {
  const { rows } = readPage(await ask.v2(...everyList));
  if (rows.length === 0) throw new CannotTell('no lists');
  return [...rows].sort((a, b) => Number(b['type'] === 'company') - Number(a['type'] === 'company'));
}

/** Fields and entries of one list. */
export async function sampleList(ask: Ask): Promise<{ metadata: Question; entries: Question }> {
  const path = `/v2/lists/${(await listsByUse(ask))[0]?.['id']}`;
  return {
    metadata: [`${path}/fields`, { limit: 100 }],
    entries: [
      `${path}/list-entries`,
      { limit: 100, fieldTypes: ['enriched', 'global', 'list', 'relationship-intelligence'] },
    ],
  };
}
