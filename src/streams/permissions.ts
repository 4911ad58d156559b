import type { Permission } from './stream.ts';

/** The role permissions that Affinity documents, each with the cheapest request that needs it. */
export const permissions = {
  exportCompanies: { name: 'Export All Organizations directory', probePath: '/v2/companies' },
  exportPersons: { name: 'Export All People directory', probePath: '/v2/persons' },
  exportLists: { name: 'Export data from Lists', probePath: '/v2/opportunities' },
  // Organization admins only, besides.
  manageDuplicates: { name: 'Manage duplicates', probePath: '/v2/company-merges' },
} as const satisfies Record<string, Permission>;
