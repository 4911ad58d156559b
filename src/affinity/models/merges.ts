import * as z from 'zod';
import { integer, keyNumber, text, timestamp } from './properties.ts';

const id = keyNumber('Id of the merge.');

const merge = {
  status: text('`in-progress`, `success` or `failed`.'),
  taskId: text('Id of the task that the merge is a part of.'),
  startedAt: timestamp('When the merge began.'),
};

const outcome = {
  completedAt: timestamp('When the merge ended; null while it is under way.'),
  errorMessage: text('Why it failed.'),
};

/** A row of `company_merges`: one company that became part of another. */
export const CompanyMerge = z.looseObject({
  id,
  ...merge,
  primaryCompanyId: integer('Id of the company that stays; joins `companies.id`.'),
  duplicateCompanyId: integer('Id of the company that disappears.'),
  ...outcome,
});
export type CompanyMerge = z.infer<typeof CompanyMerge>;

/** A row of `person_merges`: one person who became part of another. */
export const PersonMerge = z.looseObject({
  id,
  ...merge,
  primaryPersonId: integer('Id of the person who stays; joins `persons.id`.'),
  duplicatePersonId: integer('Id of the person who disappears.'),
  ...outcome,
});
export type PersonMerge = z.infer<typeof PersonMerge>;
