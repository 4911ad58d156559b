import { LegacyNote } from '../affinity/models/legacy-notes.ts';
import { readLegacyCollection } from './collection.ts';
import { defineStream, type ReadContext, type Row } from './stream.ts';
import { isInSlice, type TimeRule, type TimeSlice } from './time.ts';

const DAY_MS = 86_400_000;

/**
 * V1 cannot filter notes by time, so every sync scans them, 500 a page, and lets out what is asked for. The overlap can
 * be generous, since it costs no call.
 */
const time: TimeRule = { created: 'created_at', changed: 'updated_at', overlapMs: 7 * DAY_MS, isScan: true };

const NOTE_TYPES = ['plain-text', 'email', 'html', 'ai-summary'];
const INTERACTION_TYPES = ['meeting', 'call', 'chat-message', 'email'];

export const legacyNotes = defineStream({
  name: 'notes',
  endpoint: 'GET /notes (V1)',
  cost: '1 per 500 notes and replies, in every sync; twice that in the first incremental one',
  description: 'Notes and their replies, with the ids of persons, companies and opportunities they belong to.',
  row: LegacyNote,
  primaryKey: ['id'],
  cursorField: 'updated_at',
  time,
  readPartition: (context, { slice }, cursor) =>
    readLegacyCollection(context, {
      path: '/notes',
      key: 'notes',
      cursor,
      isReadAgain: slice !== undefined && isOutOfReach(slice, context),
      toRow: (row) => (isInSlice(slice, row['created_at'], row['updated_at']) ? toWords(row) : undefined),
    }),
});

/** Whether rows are asked for, as in a first sync, that the overlap of the next one will not reach. */
function isOutOfReach({ created }: TimeSlice, { nowMs, config }: ReadContext): boolean {
  return created.some(({ fromMs, toMs }) => {
    if (fromMs === null) return true;
    const overlapMs = fromMs === config.startDateMs ? 0 : time.overlapMs;
    return (toMs ?? nowMs) - fromMs - overlapMs > time.overlapMs;
  });
}

/** V1 numbers its types; the words are those of V2, so that (interaction_id, interaction_type) joins its streams. */
function toWords(row: Row): Row {
  return {
    ...row,
    type: toWord(row['type'], NOTE_TYPES),
    interaction_type: toWord(row['interaction_type'], INTERACTION_TYPES),
  };
}

function toWord(value: unknown, words: readonly string[]): unknown {
  return typeof value === 'number' ? (words[value] ?? String(value)) : value;
}
