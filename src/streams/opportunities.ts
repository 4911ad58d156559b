import { Opportunity } from '../affinity/models/opportunities.ts';
import { readCollection } from './collection.ts';
import { permissions } from './permissions.ts';
import { defineStream } from './stream.ts';

/** The API has no field data on opportunities themselves: that is with the entries of their list. */
export const opportunities = defineStream({
  name: 'opportunities',
  endpoint: 'GET /v2/opportunities',
  cost: '1 per 100 opportunities',
  description: 'Every opportunity; its fields are with the entries of its list.',
  row: Opportunity,
  primaryKey: ['id'],
  permission: permissions.exportLists,
  readPartition: (context, _partition, cursor) => readCollection(context, { path: '/v2/opportunities', cursor }),
});
