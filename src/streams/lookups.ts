import { type ApiObject, brokenPage } from '../affinity/answers.ts';
import type { Affinity } from '../affinity/client.ts';

/** What several streams need and is asked once per sync: lists, field metadata, users. A failure is everybody's. */
export interface Lookups {
  /** Every list the key sees, as the API sends it. */
  listRows(): Promise<readonly ApiObject[]>;
  /** The same by ascending id, each once. */
  lists(): Promise<readonly ListSummary[]>;
  companyFields(): Promise<readonly ApiObject[]>;
  personFields(): Promise<readonly ApiObject[]>;
  listFields(listId: number): Promise<readonly ApiObject[]>;
  /** Everybody with an account, whatever its status. */
  userRows(): Promise<readonly ApiObject[]>;
  /** Every team, with a preview of its members and lists. */
  teamRows(): Promise<readonly ApiObject[]>;
}

/** A list as the API describes it; `id` and `type` are checked. */
export interface ListSummary extends ApiObject {
  readonly id: number;
  readonly type: string | null;
}

const TEAM_PREVIEWS = ['membersPreview', 'accessibleListsPreview'];

/** Asks through `affinity`, whose lane is nobody's in particular. */
export function createLookups(affinity: (what: string) => Affinity): Lookups {
  const asked = new Map<string, Promise<unknown>>();
  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = asked.get(key) as Promise<T> | undefined;
    const answer = known ?? ask();
    asked.set(key, answer);
    return answer;
  }
  const fields = (what: string, path: string) => once(path, async () => uniqueById(await affinity(what).v2.all(path)));
  const listRows = () => once('lists', () => affinity('lists').v2.all('/v2/lists'));
  return {
    listRows,
    lists: () => once('lists-by-id', async () => toListSummaries(await listRows())),
    companyFields: () => fields('company fields', '/v2/companies/fields'),
    personFields: () => fields('person fields', '/v2/persons/fields'),
    listFields: (listId) => fields(`fields of list ${listId}`, `/v2/lists/${listId}/fields`),
    userRows: () => once('users', () => affinity('users').v2.all('/v2/users')),
    teamRows: () => once('teams', () => affinity('teams').v2.all('/v2/teams', { includes: TEAM_PREVIEWS })),
  };
}

/** The API may name a field twice; the first counts. What has no id is left for the stream to judge. */
function uniqueById(rows: readonly ApiObject[]): ApiObject[] {
  const ids = new Set<unknown>();
  return rows.filter(({ id }) => {
    if (id === undefined || id === null || !ids.has(id)) return ids.add(id);
    return false;
  });
}

function toListSummaries(rows: readonly ApiObject[]): ListSummary[] {
  const byId = new Map<number, ListSummary>();
  for (const row of rows) {
    const { id, type } = row;
    if (typeof id !== 'number') throw brokenPage('lists', 'data[].id', 'a number');
    byId.set(id, { ...row, id, type: typeof type === 'string' ? type : null });
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
