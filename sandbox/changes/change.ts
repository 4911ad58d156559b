import type { Json } from '../json.ts';

/** Streams whose rows can be inserted, updated and deleted one by one. */
export const changeableStreams = [
  'companies',
  'persons',
  'opportunities',
  'list_entries',
  'notes_v2',
  'note_replies',
  'emails',
  'meetings',
  'calls',
  'chat_messages',
  'field_value_changes',
  'reminders',
  'transcripts',
  'files',
  'users',
  'teams',
  'webhooks',
] as const;

export type ChangeableStream = (typeof changeableStreams)[number];

/** Whose fields: those of companies, of persons, or of a list by its id. */
export type FieldOwner = 'company' | 'person' | number;

/** Something that happens in the account. What is not named is chosen, always the same way. */
export type Change =
  | { kind: 'insert'; stream: ChangeableStream; count?: number; listId?: number; noteId?: number }
  | { kind: 'update'; stream: ChangeableStream; ids?: number[]; count?: number; listId?: number }
  | { kind: 'delete'; stream: ChangeableStream; ids?: number[]; count?: number; listId?: number }
  | { kind: 'merge'; of: 'company' | 'person'; primaryId?: number; duplicateId?: number; isUnfinished?: boolean }
  | { kind: 'finish-merge'; of: 'company' | 'person'; id?: number; status?: 'success' | 'failed' }
  | { kind: 'reply'; noteId?: number; count?: number }
  | { kind: 'backfill-mail'; count?: number; sentAt?: string }
  | { kind: 'reminder-falls-due' }
  | { kind: 'add-field'; owner: FieldOwner; name?: string; valueType?: string }
  | { kind: 'rename-field'; owner: FieldOwner; fieldId: string; name: string }
  | { kind: 'delete-field'; owner: FieldOwner; fieldId: string }
  | { kind: 'set-value'; owner: FieldOwner; id: number; fieldId: string; value: Json; type?: string }
  | { kind: 'delete-list'; listId: number }
  | { kind: 'delete-view'; listId: number; viewId: number };

/** What a change did to one stream; field ids are texts. */
export type Effect = { stream: string; action: 'inserted' | 'updated' | 'deleted'; ids: (number | string)[] };
