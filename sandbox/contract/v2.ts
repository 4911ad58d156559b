import * as z from 'zod';
import { companyData, count, id, oneOf, paged, personData, text, time, user } from './common.ts';
import { dropdownOption, field, fieldMetadata, fieldValues } from './fields.ts';
import * as rows from './rows.ts';

const window = z.strictObject({ limit: count, remaining: count, reset: count, used: count });
const hasTotal = true;
const entries = paged(rows.entryWithEntity, { isNullable: true });

function holder(path: string): Record<string, z.ZodType> {
  return { [path]: paged(field), [`${path}/{fieldId}`]: field, [`${path}/{fieldId}/values`]: fieldValues };
}

function metadata(path: string): Record<string, z.ZodType> {
  return { [path]: paged(fieldMetadata), [`${path}/{fieldId}/dropdown-options`]: paged(dropdownOption) };
}

function merges(kind: string, row: z.ZodType): Record<string, z.ZodType> {
  return {
    [`/v2/${kind}-merges`]: paged(row),
    [`/v2/${kind}-merges/{mergeId}`]: row,
    [`/v2/tasks/${kind}-merges`]: paged(rows.mergeTask),
    [`/v2/tasks/${kind}-merges/{taskId}`]: rows.mergeTask,
  };
}

function record(base: string): Record<string, z.ZodType> {
  return {
    [`${base}/list-entries`]: paged(rows.entry),
    [`${base}/lists`]: paged(rows.list),
    [`${base}/relationships`]: paged(rows.relationship, { hasTotal }),
    [`${base}/notes`]: paged(rows.rootNote, { hasTotal }),
    ...holder(`${base}/fields`),
  };
}

/** Answers of the newest version by path. */
export const v2Contract: Readonly<Record<string, z.ZodType>> = {
  '/v2/auth/whoami': z.strictObject({
    tenant: z.strictObject({ id, name: text, subdomain: text }),
    user,
    grant: z.strictObject({ type: oneOf(['api-key', 'access-token']), scopes: z.array(text), createdAt: time }),
  }),
  '/v2/rate-limit': z.strictObject({ callerPerMinute: window, orgPerMonth: window.exactOptional() }),
  '/v2/companies': paged(rows.company),
  '/v2/companies/{companyId}': rows.company,
  ...record('/v2/companies/{companyId}'),
  ...metadata('/v2/companies/fields'),
  '/v2/persons': paged(rows.person),
  '/v2/persons/{personId}': rows.person,
  ...record('/v2/persons/{personId}'),
  ...metadata('/v2/persons/fields'),
  '/v2/opportunities': paged(rows.opportunity),
  '/v2/opportunities/{opportunityId}': rows.opportunity,
  '/v2/opportunities/{opportunityId}/notes': paged(rows.rootNote, { hasTotal }),
  '/v2/lists': paged(rows.listWithType),
  '/v2/lists/{listId}': rows.listWithType,
  ...metadata('/v2/lists/{listId}/fields'),
  '/v2/lists/{listId}/fields/{fieldId}/dropdown-options/{dropdownOptionId}': dropdownOption,
  '/v2/lists/{listId}/list-entries': entries,
  '/v2/lists/{listId}/list-entries/{listEntryId}': rows.entryWithEntity,
  '/v2/lists/{listId}/list-entries/{listEntryId}/field-value-changes': paged(rows.fieldValueChange),
  ...holder('/v2/lists/{listId}/list-entries/{listEntryId}/fields'),
  '/v2/lists/{listId}/saved-views': paged(rows.savedView),
  '/v2/lists/{listId}/saved-views/{viewId}': rows.savedView,
  '/v2/lists/{listId}/saved-views/{viewId}/list-entries': entries,
  '/v2/field-value-changes': paged(rows.fieldValueChange),
  '/v2/notes': paged(rows.rootNote, { hasTotal }),
  '/v2/notes/{noteId}': rows.note,
  '/v2/notes/{noteId}/attached-companies': paged(companyData, { hasTotal }),
  '/v2/notes/{noteId}/attached-persons': paged(personData, { hasTotal }),
  '/v2/notes/{noteId}/attached-opportunities': paged(rows.opportunity, { hasTotal }),
  '/v2/notes/{noteId}/replies': paged(rows.reply, { hasTotal }),
  '/v2/emails': paged(rows.email),
  '/v2/meetings': paged(rows.meeting),
  '/v2/meetings/{meetingId}': rows.meeting,
  '/v2/calls': paged(rows.call),
  '/v2/chat-messages': paged(rows.chatMessage),
  '/v2/reminders': paged(rows.reminder, { hasTotal }),
  '/v2/reminders/{reminderId}': rows.reminder,
  '/v2/transcripts': paged(rows.transcript, { hasTotal }),
  '/v2/transcripts/{transcriptId}': rows.transcriptWithFragments,
  '/v2/transcripts/{transcriptId}/fragments': paged(rows.fragment, { hasTotal }),
  '/v2/files': paged(rows.file, { hasTotal }),
  '/v2/files/{fileId}': rows.fileWithUrl,
  '/v2/users': paged(rows.userData),
  '/v2/users/{userId}': rows.userData,
  '/v2/teams': paged(rows.team, { hasTotal }),
  '/v2/teams/{teamId}': rows.team,
  '/v2/teams/{teamId}/members': paged(rows.teamMember, { hasTotal }),
  '/v2/teams/{teamId}/accessible-lists': paged(rows.listWithType, { hasTotal }),
  '/v2/webhooks': paged(rows.webhook, { hasTotal }),
  '/v2/webhooks/{webhookId}': rows.webhook,
  ...merges('company', rows.companyMerge),
  ...merges('person', rows.personMerge),
};

const codes = [
  'authentication',
  'authorization',
  'bad-request',
  'not-found',
  'method-not-allowed',
  'unprocessable-entity',
  'rate-limit',
  'server',
];

/** Bodies of errors: `validation` names the parameter, the others never do. */
export const v2Error = z.strictObject({
  errors: z
    .array(
      z.union([
        z.strictObject({ code: oneOf(codes), message: text }),
        z.strictObject({ code: z.literal('validation'), message: text, param: text }),
      ]),
    )
    .length(1),
});
