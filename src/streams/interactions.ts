import { isObject } from '../affinity/answers.ts';
import { Call, ChatMessage, Email, Meeting } from '../affinity/models/interactions.ts';
import { type CollectionRequest, readCollection } from './collection.ts';
import type { ReadContext, ReadItem, Row } from './stream.ts';
import { CREATED_AND_UPDATED, defineTimeStream } from './time-stream.ts';

/**
 * The rule is not by `sentAt` or `startTime`: old mail arrives late when somebody connects a mailbox, and meetings lie
 * in the future.
 */
const rule = { time: CREATED_AND_UPDATED, cursorField: 'updatedAt' } as const;

export const emails = defineTimeStream({
  name: 'emails',
  endpoint: 'GET /v2/emails',
  cost: '1 per 100 e-mails',
  description: 'E-mails, without their text, which Affinity does not give out.',
  path: '/v2/emails',
  row: Email,
  primaryKey: ['id'],
  ...rule,
  read: (context, request) => readCounting(context, request, ['toParticipantsPreview', 'ccParticipantsPreview']),
});

export const meetings = defineTimeStream({
  name: 'meetings',
  endpoint: 'GET /v2/meetings',
  cost: '1 per 100 meetings',
  description: 'Meetings, future ones included.',
  path: '/v2/meetings',
  row: Meeting,
  primaryKey: ['id'],
  ...rule,
  read: (context, request) => readCounting(context, request, ['attendeesPreview']),
});

export const calls = defineTimeStream({
  name: 'calls',
  endpoint: 'GET /v2/calls',
  cost: '1 per 100 calls',
  description: 'Phone calls that somebody logged.',
  path: '/v2/calls',
  row: Call,
  primaryKey: ['id'],
  ...rule,
  read: (context, request) => readCounting(context, request, ['attendeesPreview']),
});

export const chatMessages = defineTimeStream({
  name: 'chat_messages',
  endpoint: 'GET /v2/chat-messages',
  cost: '1 per 100 chat messages',
  description: 'Chat messages that somebody logged.',
  path: '/v2/chat-messages',
  row: ChatMessage,
  primaryKey: ['id'],
  ...rule,
  read: (context, request) => readCounting(context, request, ['participantsPreview']),
});

/** The API names a hundred participants and has no way to the others: how many rows that concerns is said at the end. */
async function* readCounting(
  context: ReadContext,
  request: CollectionRequest,
  previews: readonly string[],
): AsyncGenerator<ReadItem, void, undefined> {
  const cut = new Set<unknown>();
  const onRow = (row: Row): void => {
    if (previews.some((name) => isCut(row[name]))) cut.add(row['id']);
  };
  yield* readCollection(context, { ...request, onRow });
  if (cut.size === 0) return;
  context.warn(
    `${cut.size} row(s) of the part "${request.part}" name only the first participants, as Affinity gives no more of them; totalCount tells how many there are.`,
  );
}

function isCut(preview: unknown): boolean {
  if (!isObject(preview)) return false;
  const { data, totalCount } = preview;
  return typeof totalCount === 'number' && totalCount > (Array.isArray(data) ? data.length : 0);
}
