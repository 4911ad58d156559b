import type { Sandbox } from '../../sandbox/server.ts';

const fieldTypes = 'fieldTypes=enriched&fieldTypes=global&fieldTypes=relationship-intelligence';
const includes =
  'includes=companiesPreview&includes=personsPreview&includes=opportunitiesPreview&includes=repliesCount';

/** Values of a path's placeholder, chosen so that special rows are among them. */
function valuesOf(sandbox: Sandbox, name: string, path: string): (string | number)[] {
  const { account } = sandbox;
  const { entries, lists, views, notes, transcripts } = account;
  const fields = {
    '/v2/companies': ['field-700104', 'field-700101', 'field-700103', 'affinity-data-industry', 'persons', 'lists'],
    '/v2/persons': ['field-710101', 'field-710102'],
  };
  switch (name) {
    case 'companyId':
      return [0, 3, 6, 7, 8, 9, 10, 11, 12, 17].map((index) => account.companies.idAt(index));
    case 'personId':
      return [0, 1, 3, 20, 23, 60].map((index) => account.persons.idAt(index));
    case 'opportunityId':
      return [0, 3, 5].map((index) => account.opportunities.idAt(index));
    case 'listId':
      return /\{(listEntryId|viewId|fieldId)\}/.test(path)
        ? [3301]
        : [...lists.indexes()].map((index) => lists.idAt(index));
    case 'listEntryId':
      return [0, 1, 2].map((index) => entries[1]?.idAt(index) ?? 0);
    case 'viewId':
      return path.endsWith('list-entries') ? [920, 921] : [920, 922, views[1]?.idAt(4) ?? 0];
    case 'noteId':
      return path.includes('attached') || path.endsWith('replies')
        ? [5, 6, 23].map((index) => notes.roots.idAt(index))
        : [3, 6, 8, 23].map((index) => notes.roots.idAt(index));
    case 'transcriptId':
      return [0, 1, 2, 4].filter((index) => transcripts.rows.has(index)).map((index) => transcripts.rows.idAt(index));
    case 'fieldId': {
      if (path.includes('/lists/'))
        return path.includes('{listEntryId}') ? ['field-800302', 'field-800301'] : ['field-700103'];
      return path.startsWith('/v2/companies') ? fields['/v2/companies'] : fields['/v2/persons'];
    }
    case 'taskId':
      return [account.merges[path.includes('company') ? 'company' : 'person'].rowAt(0).taskId];
    case 'dropdownOptionId':
      return [700103001];
    case 'mergeId':
      return [12, 14];
    case 'meetingId':
      return [99_000, 99_006];
    case 'reminderId':
      return [1200, 1202];
    case 'teamId':
      return [42, 43, 44];
    case 'webhookId':
      return [9, 10];
    case 'userId':
      return [90_001, 90_004];
    case 'fileId':
      return [500, 505];
    case 'note_id':
      return [notes.roots.idAt(0), 1_900_000_000];
    default:
      throw new Error(`no example for ${name}`);
  }
}

function queriesOf(path: string, params: readonly string[]): string[] {
  const queries = [''];
  if (params.includes('fieldTypes'))
    queries.push(path.includes('/lists/') ? `${fieldTypes}&fieldTypes=list` : fieldTypes);
  if (path === '/v2/notes' || path === '/v2/notes/{noteId}') queries.push(includes);
  else if (params.includes('includes'))
    queries.push(
      path.includes('team')
        ? 'includes=membersPreview&includes=accessibleListsPreview'
        : 'includes=filterability&includes=sortability',
    );
  if (params.includes('totalCount')) queries.push('totalCount=true');
  return queries;
}

/** URLs of a route that answer 200. */
export function examplesOf(sandbox: Sandbox, path: string, params: readonly string[]): string[] {
  let paths = [path];
  for (const hole of path.matchAll(/\{(\w+)\}/g)) {
    const name = hole[1] ?? '';
    paths = paths.flatMap((each) =>
      valuesOf(sandbox, name, path).map((value) => each.replace(`{${name}}`, String(value))),
    );
  }
  return paths.flatMap((each) => queriesOf(path, params).map((query) => (query === '' ? each : `${each}?${query}`)));
}
