import { describe, expect, it } from 'vitest';
import { fieldValueChanges } from '../../src/streams/field-value-changes.ts';
import { files } from '../../src/streams/files.ts';
import { calls, chatMessages, emails, meetings } from '../../src/streams/interactions.ts';
import { notes } from '../../src/streams/notes.ts';
import { reminders } from '../../src/streams/reminders.ts';
import type { Stream } from '../../src/streams/stream.ts';
import type { TimeSlice } from '../../src/streams/time.ts';
import { transcripts } from '../../src/streams/transcripts.ts';
import { created, fakeAffinity, fakeContext, readPartition, since } from '../support/fake-affinity.ts';

interface Case {
  readonly name: string;
  readonly stream: Stream;
  readonly path: string;
}

const cases: readonly Case[] = [
  { stream: notes, path: '/v2/notes' },
  { stream: emails, path: '/v2/emails' },
  { stream: meetings, path: '/v2/meetings' },
  { stream: calls, path: '/v2/calls' },
  { stream: chatMessages, path: '/v2/chat-messages' },
  { stream: reminders, path: '/v2/reminders' },
  { stream: fieldValueChanges, path: '/v2/field-value-changes' },
  { stream: transcripts, path: '/v2/transcripts' },
  { stream: files, path: '/v2/files' },
].map((each) => ({ ...each, name: each.stream.name }));
const mutable = cases.slice(0, 5);

async function filterOf(stream: Stream, path: string, slice?: TimeSlice): Promise<unknown> {
  const affinity = fakeAffinity({ v2: { [path]: [[]] } });
  await readPartition(stream, fakeContext(affinity), { key: 'part', ...(slice === undefined ? {} : { slice }) });
  return affinity.asked[0]?.query['filter'];
}

describe.each(cases)('$name', ({ stream, path }) => {
  it('goes on from each checkpoint with exactly the rest', async () => {
    const affinity = fakeAffinity({ v2: { [path]: [[{ id: 1 }, { id: 2 }], [], [{ id: 3 }], [{ id: 4 }]] } });
    const context = fakeContext(affinity);
    const whole = await readPartition(stream, context, { key: 'part' });

    expect(whole.rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(whole.checkpoints.map(({ rowsBefore }) => rowsBefore)).toEqual([2, 2, 3]);
    for (const { cursor, rowsBefore } of whole.checkpoints) {
      const rest = await readPartition(stream, context, { key: 'part' }, cursor);
      expect(rest.rows).toEqual(whole.rows.slice(rowsBefore));
    }
  });

  it('reaches ten minutes back behind the last sync', () => {
    expect(stream.time?.overlapMs).toBe(600_000);
  });

  it('asks for everything without a slice', async () => {
    expect(await filterOf(stream, path)).toBeUndefined();
  });
});

describe('filters', () => {
  it.each(mutable)('$name asks for what was created or changed since, in one call', async ({ stream, path }) => {
    const filter = await filterOf(stream, path, since('2026-10-01T08:00:00.750Z'));
    expect(filter).toBe('createdAt>=2026-10-01T08:00:00Z | updatedAt>=2026-10-01T08:00:00Z');
  });

  it.each(mutable)('$name reads a window of the past by creation alone', async ({ stream, path }) => {
    const filter = await filterOf(stream, path, created('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'));
    expect(filter).toBe('createdAt>=2026-01-01T00:00:00Z & createdAt<2026-02-01T00:00:00Z');
  });

  it('transcripts and files, which the API does not filter by change, ask by creation', async () => {
    const slice = created('2026-01-01T00:00:00Z');
    expect(await filterOf(transcripts, '/v2/transcripts', slice)).toBe('createdAt>=2026-01-01T00:00:00Z');
    expect(await filterOf(files, '/v2/files', slice)).toBe('createdAt>=2026-01-01T00:00:00Z');
  });

  it('field value changes ask by the moment of the change', async () => {
    const slice = created('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
    expect(await filterOf(fieldValueChanges, '/v2/field-value-changes', slice)).toBe(
      'changedAt>=2026-01-01T00:00:00Z & changedAt<2026-02-01T00:00:00Z',
    );
  });

  it('a resumed window asks no new question: the cursor holds it', async () => {
    const affinity = fakeAffinity({ v2: { '/v2/emails': [[{ id: 1 }], [{ id: 2 }]] } });
    const partition = { key: 'part', slice: since('2026-01-01T00:00:00Z') };
    const { rows } = await readPartition(emails, fakeContext(affinity), partition, '/v2/emails#1');
    expect(rows).toEqual([{ id: 2 }]);
    expect(affinity.asked).toHaveLength(1);
    expect(affinity.asked[0]?.cursor).toBe('/v2/emails#1');
  });
});

describe('reminders', () => {
  const slice = since('2026-10-01T08:00:00Z');
  const changes = 'createdAt>=2026-10-01T08:00:00Z | updatedAt>=2026-10-01T08:00:00Z';

  async function filter(slice: TimeSlice, startDate?: string): Promise<unknown> {
    const affinity = fakeAffinity({ v2: { '/v2/reminders': [[]] } });
    const context = fakeContext(affinity, startDate === undefined ? {} : { startDate });
    await readPartition(reminders, context, { key: 'part', slice });
    return affinity.asked[0]?.query['filter'];
  }

  it('asks for overdue ones too once changes matter, since becoming overdue changes no date', async () => {
    expect(await filter(slice)).toBe(`${changes} | status=overdue`);
  });

  it('does not ask for overdue ones from before the start date', async () => {
    expect(await filter(slice, '2026-05-01')).toBe(
      `${changes} | status=overdue & createdAt>=2026-05-01T00:00:00Z | status=overdue & updatedAt>=2026-05-01T00:00:00Z`,
    );
  });

  it('does not ask for overdue ones in a first read, which brings them anyway', async () => {
    const window = created('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
    expect(await filter(window)).toBe('createdAt>=2026-01-01T00:00:00Z & createdAt<2026-02-01T00:00:00Z');
  });
});
