import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, Effect } from '../../sandbox/changes/change.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { Row } from '../../src/streams/stream.ts';
import { byKey, readStream, startQuietSandbox } from './read-sandbox.ts';

const HOUR_MS = 3_600_000;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startQuietSandbox();
});

afterEach(async () => {
  await sandbox.close();
});

/** Reads a stream, lets an hour pass and something happen, and reads it again from its state. */
async function readAgain(name: string, change: () => Effect[], options: { startDate?: string } = {}) {
  const first = await readStream(sandbox, name, options);
  sandbox.advance(HOUR_MS);
  const effects = change().filter(({ stream }) => stream === name);
  const state = first.states.at(-1)?.state;
  const again = await readStream(sandbox, name, { ...options, state });
  return { first, again, changedIds: effects.flatMap(({ ids }) => ids) };
}

function idsOf(rows: readonly Row[]): unknown[] {
  return rows.map(({ id }) => id).toSorted();
}

describe('a second sync', () => {
  it.each([
    'notes_v2',
    'note_replies',
    'emails',
    'meetings',
    'calls',
    'chat_messages',
    'field_value_changes',
    'reminders',
    'transcripts',
    'transcript_fragments',
    'files',
  ])('of %s, when nothing has happened, brings at most what time alone changes', async (name) => {
    const { again } = await readAgain(name, () => []);
    const rows = name === 'reminders' ? again.rows.filter(({ status }) => status !== 'overdue') : again.rows;
    const overlapMs = sandbox.nowMs() - HOUR_MS - 600_000;
    for (const row of rows) {
      const latest = Math.max(
        Date.parse(String(row['createdAt'])),
        Date.parse(String(row['updatedAt'] ?? row['createdAt'])),
      );
      expect(latest).toBeGreaterThanOrEqual(overlapMs);
    }
    expect(again.requests.length).toBeLessThanOrEqual(name === 'note_replies' ? 3 : 2);
  });

  it.each<[string, Change[]]>([
    [
      'notes_v2',
      [
        { kind: 'insert', stream: 'notes_v2', count: 2 },
        { kind: 'update', stream: 'notes_v2', count: 3 },
      ],
    ],
    ['note_replies', [{ kind: 'update', stream: 'note_replies', count: 2 }, { kind: 'reply' }]],
    [
      'emails',
      [
        { kind: 'backfill-mail', count: 2 },
        { kind: 'update', stream: 'emails' },
      ],
    ],
    [
      'meetings',
      [
        { kind: 'insert', stream: 'meetings' },
        { kind: 'update', stream: 'meetings', count: 2 },
      ],
    ],
    [
      'calls',
      [
        { kind: 'insert', stream: 'calls' },
        { kind: 'update', stream: 'calls', count: 2 },
      ],
    ],
    [
      'chat_messages',
      [
        { kind: 'insert', stream: 'chat_messages' },
        { kind: 'update', stream: 'chat_messages' },
      ],
    ],
    ['field_value_changes', [{ kind: 'insert', stream: 'field_value_changes', count: 3 }]],
    [
      'reminders',
      [
        { kind: 'insert', stream: 'reminders' },
        { kind: 'update', stream: 'reminders', count: 2 },
      ],
    ],
    ['transcripts', [{ kind: 'insert', stream: 'transcripts', count: 2 }]],
    ['files', [{ kind: 'insert', stream: 'files', count: 2 }]],
    ['company_merges', [{ kind: 'merge', of: 'company' }]],
    ['person_merges', [{ kind: 'merge', of: 'person', isUnfinished: true }]],
  ])('of %s brings all that came or changed, as it is now', async (name, changes) => {
    const { again, changedIds } = await readAgain(name, () => sandbox.change(...changes));
    const truth = byKey(name, sandbox.rows(name));
    const brought = byKey(name, again.rows);
    expect(changedIds.length).toBeGreaterThan(0);
    for (const id of changedIds) expect(brought.get(String(id))).toEqual(truth.get(String(id)));
    // Besides the overlap, and what has no date: overdue reminders, unfinished merges.
    expect(again.rows.length).toBeLessThanOrEqual(changedIds.length + (name === 'reminders' ? 24 : 2));
  });

  it('brings the fragments of new transcripts alone', async () => {
    const { again } = await readAgain('transcript_fragments', () =>
      sandbox.change({ kind: 'insert', stream: 'transcripts', count: 2 }),
    );
    const since = sandbox.nowMs() - HOUR_MS - 600_000;
    const truth = sandbox.rows('transcript_fragments');
    const fresh = truth.filter((row) => Date.parse(String(row['transcriptCreatedAt'])) >= since);
    expect(fresh.length).toBeGreaterThan(0);
    expect(byKey('transcript_fragments', again.rows)).toEqual(byKey('transcript_fragments', fresh));
  });

  it('brings a merge that was under way the last time, finished, and asks for it no more after that', async () => {
    const finish: Change = { kind: 'finish-merge', of: 'company' };
    const { again, changedIds } = await readAgain('company_merges', () => sandbox.change(finish, finish));
    expect(changedIds).toHaveLength(2);
    expect(idsOf(again.rows)).toEqual(changedIds.toSorted());
    expect(again.rows.map(({ status }) => status)).toEqual(['success', 'success']);

    sandbox.advance(HOUR_MS);
    const third = await readStream(sandbox, 'company_merges', { state: again.states.at(-1)?.state });
    expect(third.rows).toEqual([]);
  });

  it('brings a reminder that became overdue, which no date shows', async () => {
    const { again, changedIds } = await readAgain('reminders', () => sandbox.change({ kind: 'reminder-falls-due' }));
    const found = again.rows.filter(({ id }) => changedIds.includes(Number(id)));
    expect(found).toHaveLength(changedIds.length);
    expect(found[0]).toMatchObject({ status: 'overdue' });
  });

  it('brings no overdue reminder from before the start date', async () => {
    const startDate = '2024-06-01T00:00:00Z';
    const { first, again } = await readAgain('reminders', () => [], { startDate });
    const since = Date.parse(startDate);
    for (const { createdAt, updatedAt } of [...first.rows, ...again.rows]) {
      expect(
        Math.max(Date.parse(String(createdAt)), Date.parse(String(updatedAt ?? createdAt))),
      ).toBeGreaterThanOrEqual(since);
    }
    expect(again.rows.length).toBeGreaterThan(0);
  });

  it('asks only for the threads that changed, however old their note', async () => {
    const [oldest] = sandbox.rows('notes_v2');
    const noteId = Number(oldest?.['id']);
    const { again, changedIds } = await readAgain('note_replies', () => sandbox.change({ kind: 'reply', noteId }));
    expect(again.rows.find(({ id }) => id === changedIds[0])).toMatchObject({ noteId });
    expect(again.requests.filter((request) => request.includes('/replies'))).toContain(
      `/v2/notes/${noteId}/replies?limit=100`,
    );
    expect(again.requests.length).toBeLessThanOrEqual(4);
  });
});
