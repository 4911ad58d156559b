import * as z from 'zod';
import { changeableStreams } from './change.ts';

const id = z.int().min(1);
const count = z.int().min(1).exactOptional();
const stream = z.enum(changeableStreams);
const listId = id.exactOptional();
const ids = z.array(id).exactOptional();
const owner = z.union([z.literal('company'), z.literal('person'), id]);
const of = z.enum(['company', 'person']);

/** One change as it is sent to the control endpoint. */
export const changeBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('insert'), stream, count, listId, noteId: id.exactOptional() }),
  z.strictObject({ kind: z.literal('update'), stream, count, ids, listId }),
  z.strictObject({ kind: z.literal('delete'), stream, count, ids, listId }),
  z.strictObject({
    kind: z.literal('merge'),
    of,
    primaryId: id.exactOptional(),
    duplicateId: id.exactOptional(),
    isUnfinished: z.boolean().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('finish-merge'),
    of,
    id: id.exactOptional(),
    status: z.enum(['success', 'failed']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('reply'), noteId: id.exactOptional(), count }),
  z.strictObject({ kind: z.literal('backfill-mail'), count, sentAt: z.iso.datetime().exactOptional() }),
  z.strictObject({ kind: z.literal('reminder-falls-due') }),
  z.strictObject({
    kind: z.literal('add-field'),
    owner,
    name: z.string().exactOptional(),
    valueType: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('rename-field'), owner, fieldId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal('delete-field'), owner, fieldId: z.string() }),
  z.strictObject({
    kind: z.literal('set-value'),
    owner,
    id,
    fieldId: z.string(),
    value: z.json(),
    type: z.string().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('delete-list'), listId: id }),
  z.strictObject({ kind: z.literal('delete-view'), listId: id, viewId: id }),
]);

/** One change or several, applied in order. */
export const changesBody = z.union([changeBody.transform((change) => [change]), z.array(changeBody)]);
