import * as z from 'zod';
import {
  attendee,
  companyData,
  count,
  id,
  int32,
  location,
  nullableText,
  oneOf,
  personData,
  preview,
  reference,
  text,
  time,
  user,
} from './common.ts';
import { deviations } from './deviations.ts';
import { field, noteBase } from './fields.ts';

const fields = z.array(field).exactOptional();
const kind = oneOf(['company', 'opportunity', 'person']);

export const company = z.strictObject({
  id,
  name: text,
  domain: nullableText,
  domains: z.array(text),
  isGlobal: z.boolean(),
  fields,
});
export const person = z.strictObject({
  id,
  firstName: text,
  lastName: nullableText,
  primaryEmailAddress: nullableText,
  emailAddresses: z.array(text),
  type: oneOf(['internal', 'external']),
  fields,
});
export const opportunity = z.strictObject({
  id,
  name: text,
  listId: id,
  listName: text,
  isRestricted: z.boolean(),
  isRedacted: z.boolean(),
});
const opportunityWithFields = z.strictObject({
  id,
  name: text,
  listId: id,
  isRestricted: z.boolean(),
  isRedacted: z.boolean(),
  fields,
});

const listBase = { id, name: text, creatorId: id, ownerId: id, isPublic: z.boolean(), createdAt: time };
export const list = z.strictObject(listBase);
export const listWithType = z.strictObject({ ...listBase, type: kind });
const entryBase = { id, listId: id, createdAt: time, creatorId: id.nullable() };
export const entryWithEntity = z.discriminatedUnion('type', [
  z.strictObject({ ...entryBase, type: z.literal('company'), entity: company }),
  z.strictObject({ ...entryBase, type: z.literal('person'), entity: person }),
  z.strictObject({ ...entryBase, type: z.literal('opportunity'), entity: opportunityWithFields }),
]);
export const entry = z.strictObject({ ...entryBase, listName: text, fields: z.array(field) });
export const savedView = z.strictObject({
  id,
  name: text,
  type: oneOf(['sheet', 'board', 'dashboard'], deviations.viewTypes),
  createdAt: time,
});

const interactionReference = z.strictObject({ id, type: oneOf(['meeting', 'call', 'chat-message', 'email']) });
const meetingReference = z.strictObject({ id, type: z.literal('meeting') });
const transcriptId = int32.nullable();
const rootParts = {
  ...noteBase,
  repliesCount: count.exactOptional(),
  companiesPreview: preview(companyData).exactOptional(),
  personsPreview: preview(personData).exactOptional(),
  opportunitiesPreview: preview(opportunity).exactOptional(),
};
const notetaker = { type: z.literal('ai-notetaker'), interaction: meetingReference.exactOptional(), transcriptId };
const replyParts = { ...noteBase, parent: z.strictObject({ id: int32 }) };
const notetakerReply = z.strictObject({
  ...replyParts,
  type: z.literal('ai-notetaker-reply'),
  interaction: meetingReference.exactOptional(),
  transcriptId,
});
const userReply = z.strictObject({ ...replyParts, type: z.literal('user-reply') });
const rootNotes = [
  z.strictObject({ ...rootParts, type: z.literal('entities') }),
  z.strictObject({ ...rootParts, type: z.literal('interaction'), interaction: interactionReference }),
  z.strictObject({ ...rootParts, ...notetaker }),
] as const;
export const rootNote = z.discriminatedUnion('type', rootNotes);
export const reply = z.discriminatedUnion('type', [userReply, notetakerReply]);
export const note = z.discriminatedUnion('type', [...rootNotes, userReply, notetakerReply]);

const times = { createdAt: time, updatedAt: time.nullable() };
const event = {
  id,
  title: nullableText,
  startTime: time,
  endTime: time.nullable(),
  allDay: z.boolean(),
  creator: attendee.nullable(),
  ...times,
  attendeesPreview: preview(attendee),
};
const direction = oneOf(['sent', 'received']);
export const email = z.strictObject({
  id,
  sentAt: time,
  loggingType: z.literal('automated'),
  direction,
  subject: nullableText,
  ...times,
  from: attendee,
  toParticipantsPreview: preview(attendee),
  ccParticipantsPreview: preview(attendee),
});
export const meeting = z.strictObject({
  ...event,
  loggingType: oneOf(['automated', 'manual']),
  organizer: attendee.nullable(),
});
export const call = z.strictObject({ ...event, loggingType: z.literal('manual') });
export const chatMessage = z.strictObject({
  id,
  sentAt: time,
  loggingType: z.literal('manual'),
  direction,
  creator: personData,
  ...times,
  participantsPreview: preview(personData),
});

const reminderParts = {
  id,
  content: nullableText,
  dueDate: time,
  creator: reference,
  owner: reference,
  completer: reference.nullable(),
  company: reference.nullable(),
  person: reference.nullable(),
  opportunity: reference.nullable(),
  ...times,
};
const recurrence = z.strictObject({
  resetTrigger: oneOf(['interaction', 'email', 'event']),
  periodDays: z.int().min(1),
});
export const reminder = z.discriminatedUnion('type', [
  z.strictObject({
    ...reminderParts,
    type: z.literal('one-time'),
    status: oneOf(['active', 'overdue', 'completed']),
    completedAt: time.nullable(),
    recurrence: z.null(),
  }),
  z.strictObject({
    ...reminderParts,
    type: z.literal('recurring'),
    status: oneOf(['active', 'overdue']),
    completedAt: z.null(),
    recurrence,
  }),
]);

export const fragment = z.strictObject({
  content: text,
  speaker: text,
  startTimestamp: text.regex(/^\d\d:\d\d:\d\d$/),
  endTimestamp: text.regex(/^\d\d:\d\d:\d\d$/),
});
const languages = ['de', 'en', 'es', 'fr', 'id', 'it', 'ja', 'ko', 'nl', 'pt', 'ru', 'sv', 'uk', 'zh'];
const transcriptParts = {
  id: int32,
  note: z.discriminatedUnion('type', [z.strictObject({ ...rootParts, ...notetaker }), notetakerReply]),
  createdAt: time,
  languageCode: oneOf(languages, deviations.languages),
};
export const transcript = z.strictObject(transcriptParts);
export const transcriptWithFragments = z.strictObject({ ...transcriptParts, fragmentsPreview: preview(fragment) });

const fileParts = { id: int32, name: text, size: count, type: nullableText, creator: reference.nullable(), ...times };
export const file = z.strictObject(fileParts);
export const fileWithUrl = z.strictObject({ ...fileParts, downloadUrl: z.url() });

export const userData = z.strictObject({
  id: int32,
  firstName: text,
  lastName: nullableText,
  primaryEmailAddress: nullableText,
  emailAddresses: z.array(text).max(100).exactOptional(),
  photoUrl: z.url().nullable(),
  status: oneOf(['active', 'invited', 'deactivated'], deviations.userStatuses),
  role: text.exactOptional(),
});
const privacy = oneOf(['share-subjects-bodies', 'share-subjects', 'hide-subjects-bodies', 'no-access']).exactOptional();
export const teamMember = z.strictObject({ id, user, privacyType: privacy, addedAt: time });
export const team = z.strictObject({
  id,
  name: text,
  privacyType: privacy,
  ...times,
  membersPreview: preview(teamMember, 10).exactOptional(),
  accessibleListsPreview: preview(listWithType, 10).exactOptional(),
});

const relationshipPerson = z.strictObject({
  id,
  firstName: nullableText,
  lastName: nullableText,
  primaryEmailAddress: nullableText,
});
export const relationship = z.strictObject({
  person1: relationshipPerson,
  person2: relationshipPerson,
  interactionScore: z.number().min(0).max(1),
  linkedIn: z.strictObject({ connectedOn: z.iso.date() }).nullable(),
});

const mergeStatus = oneOf(['in-progress', 'success', 'failed']);
const mergeParts = {
  id,
  status: mergeStatus,
  taskId: z.uuid(),
  startedAt: time,
  completedAt: time.nullable(),
  errorMessage: nullableText,
};
export const companyMerge = z.strictObject({ ...mergeParts, primaryCompanyId: id, duplicateCompanyId: id });
export const personMerge = z.strictObject({ ...mergeParts, primaryPersonId: id, duplicatePersonId: id });
export const mergeTask = z.strictObject({
  id: z.uuid(),
  status: mergeStatus,
  resultsSummary: z.strictObject({ total: count, inProgress: count, success: count, failed: count }),
});

const events = ['list_entry.deleted', 'organization.merged', 'note.created'];
export const webhook = z.strictObject({
  id,
  url: z.url(),
  subscriptions: z.array(oneOf(events, deviations.webhookEvents)).max(100),
  status: oneOf(['active', 'disabled']),
  creator: reference.nullable(),
  ...times,
});

const gone = z.strictObject({ referenceType: z.literal('deleted-entity'), displayValue: text });
const isEntity = z.literal('entity');
const changeParts = {
  id,
  field: z.strictObject({
    id: text,
    entityType: oneOf(['person', 'company', 'opportunity']),
    name: text,
    type: oneOf(['global', 'list']),
  }),
  entity: reference,
  listEntry: z.strictObject({ id, listId: id }).nullable(),
  changer: user.nullable(),
  changedAt: time,
};
const anyAction = oneOf(['add', 'update', 'delete']);
/** Multi values gain and lose elements, one change for each. */
const multiAction = oneOf(['add', 'delete']);
function change<Type extends string>(type: Type, value: z.ZodType) {
  return z.strictObject({
    ...changeParts,
    type: z.literal(type),
    actionType: type.endsWith('-multi') ? multiAction : anyAction,
    value,
  });
}
const companyEntity = z.union([z.strictObject({ ...companyData.shape, referenceType: isEntity }), gone]);
const personEntity = z.union([z.strictObject({ ...personData.shape, referenceType: isEntity }), gone]);
const dropdownEntity = z.union([z.strictObject({ referenceType: isEntity, dropdownOptionId: id, text }), gone]);
export const fieldValueChange = z.discriminatedUnion('type', [
  change('company', companyEntity),
  change('company-multi', companyEntity),
  change('datetime', time),
  change('dropdown', dropdownEntity),
  change('dropdown-multi', dropdownEntity),
  change('filterable-text', text),
  change('filterable-text-multi', text),
  change('location', location),
  change('location-multi', location),
  change('number', z.number()),
  change('number-multi', z.number()),
  change('person', personEntity),
  change('person-multi', personEntity),
  change(
    'ranked-dropdown',
    z.union([
      z.strictObject({ referenceType: isEntity, dropdownOptionId: id, text, rank: count, color: nullableText }),
      gone,
    ]),
  ),
  change('text', text),
]);
