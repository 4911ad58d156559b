import * as z from 'zod';
import { integer, keyNumber, object, text, timestamp } from './properties.ts';
import { personReference } from './references.ts';

/** A row of `files`: what is known of a file, without its content. */
export const File = z.looseObject({
  id: keyNumber('Id of the file; the same as in `entity_files`.'),
  name: text('Name of the file.'),
  size: integer('Size in bytes.'),
  type: text('Media type.'),
  creator: object('The user who added it.', personReference),
  createdAt: timestamp('When it was added.'),
  updatedAt: timestamp('When it last changed; null until then.'),
});
export type File = z.infer<typeof File>;

/** A row of `entity_files`, from the legacy API: which company, person or opportunity a file belongs to. */
export const EntityFile = z.looseObject({
  id: keyNumber('Id of the file; the same as in `files`.'),
  name: text('Name of the file.'),
  size: integer('Size in bytes.'),
  person_id: integer('Id of the person it belongs to; joins `persons.id`.'),
  organization_id: integer('Id of the company it belongs to; joins `companies.id`.'),
  opportunity_id: integer('Id of the opportunity it belongs to; joins `opportunities.id`.'),
  uploader_id: integer('Id of the person who added it; joins `persons.id`.'),
  created_at: timestamp('When it was added.'),
  content_type: text('Media type, where the API tells it.'),
});
export type EntityFile = z.infer<typeof EntityFile>;
