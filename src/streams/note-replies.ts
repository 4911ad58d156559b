import { ApiError } from '../affinity/errors.ts';
import { NoteReply } from '../affinity/models/notes.ts';
import { readCollection } from './collection.ts';
import { inOrder, parentPartition, unlessDeleted } from './parents.ts';
import { defineStream, type Partition, type ReadContext, type Row } from './stream.ts';
import { isInSlice, type TimeRule, type TimeSlice } from './time.ts';
import { OVERLAP_MS } from './time-stream.ts';

/**
 * Replies can only be asked for note by note. Which notes to ask is found out in two ways, and each thread that is asked
 * costs a call: hence the short overlap, although the scan that finds the changed ones is whole anyway.
 */
const time: TimeRule = { created: 'createdAt', changed: 'updatedAt', overlapMs: OVERLAP_MS, isScan: true };

export const noteReplies = defineStream({
  name: 'note_replies',
  endpoint: 'GET /v2/notes/{id}/replies',
  cost: '1 per note with replies, and 1 per 100 notes at first; later 1 per changed thread, and 2 per 500 notes and replies',
  description: 'The replies to notes.',
  row: NoteReply,
  primaryKey: ['id'],
  cursorField: 'updatedAt',
  isFanOut: true,
  time,
  async partitions(context, need, changedSinceMs) {
    if (!reachesBack(context, need)) return inOrder(await changedThreads(context, { need, asked: need }));
    const parents = await notesWithReplies(context, need);
    if (changedSinceMs === undefined) return inOrder(parents);
    // Those that an interrupted sync has read are left out, unless they say that they have changed.
    const changed = await changedThreads(context, { need, asked: since(changedSinceMs) }).catch((error: unknown) =>
      noneIfRefused(context, error),
    );
    return inOrder([...parents, ...changed]);
  },
  readPartition: (context, { parentId: noteId, need }, cursor) => {
    const path = `/v2/notes/${noteId}`;
    const items = readCollection(context, {
      path: `${path}/replies`,
      cursor,
      toRow: (row) => ({ noteId, ...row }),
      isWanted: (row) => isInSlice(need, row['createdAt'], row['updatedAt']),
    });
    return unlessDeleted(context, { kind: 'note', path }, items);
  },
});

/** Whether rows from the very beginning are asked for, so that most threads are. */
function reachesBack({ config }: ReadContext, need: TimeSlice | undefined): boolean {
  const startMs = config.startDateMs ?? null;
  return need === undefined || need.created.some(({ fromMs }) => fromMs === null || fromMs === startMs);
}

/** Every note that has replies, however old: a new reply may answer an old note. */
async function notesWithReplies({ affinity }: ReadContext, need: TimeSlice | undefined): Promise<Partition[]> {
  const parents: Partition[] = [];
  for await (const { rows } of affinity.v2.pages('/v2/notes', { includes: ['repliesCount'] })) {
    const replied = rows.filter(({ repliesCount }) => repliesCount !== 0);
    parents.push(...replied.map((note) => parentPartition('note', note, needOf(need))));
  }
  return parents;
}

/** What was begun without V1 is brought to its end without it, too. */
function noneIfRefused({ warn }: ReadContext, error: unknown): Partition[] {
  if (!(error instanceof ApiError) || error.stopsSync) throw error;
  warn(`replies written since the interruption are left to the next sync: ${error.message}`);
  return [];
}

function since(fromMs: number): TimeSlice {
  const range = { fromMs, toMs: null };
  return { created: [range], changed: range, changedSinceStartMs: null };
}

/**
 * The notes whose replies were written or edited in the time that is asked for. A reply moves no date of its note, so V2
 * cannot tell; V1 lists replies among the notes, 500 a page. Several pages are looked through twice: they are cut by
 * offsets, so that a row moves to a page that has been read when one before it is deleted, and no later sync would look
 * for it.
 */
async function changedThreads(
  { affinity }: ReadContext,
  { need, asked }: { need: TimeSlice | undefined; asked: TimeSlice | undefined },
): Promise<Partition[]> {
  const changed = new Map<number, number>();
  const note = ({ parent_id: noteId, created_at: createdAt, updated_at: updatedAt }: Row): void => {
    if (typeof noteId !== 'number' || !isInSlice(asked, createdAt, updatedAt)) return;
    const changedMs = Date.parse(String(updatedAt ?? createdAt));
    // A time that cannot be read counts as now.
    const knownMs = Number.isNaN(changedMs) ? Number.POSITIVE_INFINITY : changedMs;
    changed.set(noteId, Math.max(changed.get(noteId) ?? knownMs, knownMs));
  };
  const look = async (): Promise<{ isOnePage: boolean }> => {
    let pages = 0;
    for await (const _page of affinity.v1.readPages({ read: note }, '/notes', 'notes')) pages += 1;
    return { isOnePage: pages <= 1 };
  };
  const { isOnePage } = await look();
  if (!isOnePage) await look();
  return [...changed].map(([id, changedMs]) => parentPartition('note', { id }, { ...needOf(need), changedMs }));
}

function needOf(need: TimeSlice | undefined): Pick<Partition, 'need'> {
  return need === undefined ? {} : { need };
}
