import * as z from 'zod';
import { keyNumber, object, text, texts, timestamp } from './properties.ts';
import { personReference } from './references.ts';

/** A row of `webhooks`. */
export const Webhook = z.looseObject({
  id: keyNumber('Id of the webhook.'),
  url: text('Where Affinity sends the events.'),
  subscriptions: texts('Events it sends, for example `list_entry.created`; all of them when empty.'),
  status: text('`active` or `disabled`.'),
  creator: object('The user who made it.', personReference),
  createdAt: timestamp('When it was made.'),
  updatedAt: timestamp('When it last changed; null until then.'),
});
export type Webhook = z.infer<typeof Webhook>;
