import { Webhook } from '../affinity/models/webhooks.ts';
import { readCollection } from './collection.ts';
import { defineStream } from './stream.ts';

export const webhooks = defineStream({
  name: 'webhooks',
  endpoint: 'GET /v2/webhooks',
  cost: '1 per 100 webhooks',
  description: "The webhooks of the API key's user, or everybody's for those who manage all of them.",
  row: Webhook,
  primaryKey: ['id'],
  isBeta: true,
  readPartition: (context, _partition, cursor) => readCollection(context, { path: '/v2/webhooks', cursor }),
});
