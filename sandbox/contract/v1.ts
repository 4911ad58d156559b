import * as z from 'zod';
import { count, id, int32, nullableText, text, v1Paged, v1Time } from './common.ts';
import { deviations } from './deviations.ts';

const ids = z.array(id);
const note = z.strictObject({
  id: int32,
  creator_id: id,
  person_ids: ids,
  associated_person_ids: ids,
  interaction_person_ids: ids,
  interaction_id: id.nullable(),
  interaction_type: z.int().min(0).max(3).nullable(),
  is_meeting: z.boolean(),
  mentioned_person_ids: ids,
  organization_ids: ids,
  opportunity_ids: ids,
  parent_id: int32.nullable(),
  content: nullableText,
  type: z.union([z.int().min(0).max(3), z.literal(deviations.v1NoteTypes[0])]),
  created_at: v1Time,
  updated_at: v1Time.nullable(),
});
const file = z.strictObject({
  id: int32,
  name: text,
  size: count,
  person_id: id.nullable(),
  organization_id: id.nullable(),
  opportunity_id: id.nullable(),
  uploader_id: id.nullable(),
  created_at: v1Time,
  content_type: nullableText.exactOptional(),
});
const list = z.strictObject({
  id,
  type: z.union([z.literal(0), z.literal(1), z.literal(8)]),
  name: text,
  public: z.boolean(),
  owner_id: id,
  creator_id: id,
  list_size: count,
});
const person = z.strictObject({
  id,
  type: z.union([z.literal(0), z.literal(1)]),
  first_name: nullableText,
  last_name: nullableText,
  primary_email: nullableText,
  emails: z.array(text),
});
const organization = z.strictObject({
  id,
  name: text,
  domain: nullableText,
  domains: z.array(text),
  global: z.boolean(),
});
const amount = z.union([count, z.literal('unlimited')]);
const window = z.strictObject({ limit: amount, remaining: amount, reset: count, used: count });

/** Answers of the legacy API by path. */
export const v1Contract: Readonly<Record<string, z.ZodType>> = {
  '/auth/whoami': z.strictObject({
    tenant: z.strictObject({ id, name: text, subdomain: text }),
    user: z.strictObject({ id, firstName: text, lastName: nullableText, email: text }),
    grant: z.strictObject({ type: z.literal('api_key'), scope: z.literal('external_api'), createdAt: v1Time }),
  }),
  '/rate-limit': z.strictObject({ rate: z.strictObject({ org_monthly: window, api_key_per_minute: window }) }),
  '/lists': z.array(list),
  '/notes': v1Paged('notes', note),
  '/notes/{note_id}': note,
  '/entity-files': v1Paged('entity_files', file),
  '/persons': v1Paged('persons', person),
  '/organizations': v1Paged('organizations', organization),
};

/** Bodies of errors: V1 has no one shape. */
export const v1Error = z.union([
  z.array(text).min(1),
  z.strictObject({ error: text }),
  z.strictObject({ message: text }),
  z.strictObject({ detail: text }),
  z.strictObject({ errors: z.array(text).min(1) }),
]);
