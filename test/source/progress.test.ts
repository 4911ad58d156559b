import { describe, expect, test } from 'vitest';
import { planStream } from '../../src/source/plan.ts';
import { StreamProgress } from '../../src/source/progress.ts';
import { emptyState, type StreamState } from '../../src/source/stream-state.ts';
import { type Partition, type ReadContext, WHOLE } from '../../src/streams/stream.ts';
import type { TimeRule } from '../../src/streams/time.ts';
import { fakeStream, SYNC_START_MS } from '../support/sync-run.ts';
import { throughJson } from './time-model.ts';

const nowMs = SYNC_START_MS;
const parent = (parentId: number): Partition => ({ key: `parent ${parentId}`, parentId });
const rule: TimeRule = { created: 'createdAt', changed: 'updatedAt', overlapMs: 600_000 };
const need = { created: [{ fromMs: null, toMs: null }], changed: null, changedSinceStartMs: null };

function start(state: StreamState = emptyState('full_refresh'), atMs = nowMs): StreamProgress {
  return new StreamProgress({ state, rule: undefined, nowMs: atMs });
}

describe('progress over parents', () => {
  test('marks as done what lies below the lowest one unfinished, and the rest one by one', () => {
    const progress = start();
    for (const id of [3, 5, 8, 9]) progress.begin(parent(id));
    progress.finish(parent(8));
    expect(progress.state.finished).toMatchObject({ upTo: null, beyond: [8] });
    progress.finish(parent(3));
    expect(progress.state.finished).toMatchObject({ upTo: 3, beyond: [8] });
    progress.finish(parent(9));
    progress.finish(parent(5));
    expect(progress.state.finished).toMatchObject({ upTo: 9, beyond: [] });
  });

  test('a parent below the mark that is read again does not lower it', () => {
    const progress = start({
      ...emptyState('full_refresh'),
      finished: { upTo: 40, beyond: [50], sinceMs: 0, need: null },
    });
    progress.begin(parent(3));
    progress.begin(parent(45));
    progress.finish(parent(3));
    expect(progress.state.finished).toMatchObject({ upTo: 40, beyond: [50] });
  });

  test('ids below zero are as good as others', () => {
    const progress = start();
    for (const id of [-2, -1, 7]) progress.begin(parent(id));
    progress.finish(parent(-2));
    expect(progress.state.finished).toMatchObject({ upTo: -2, beyond: [] });
    progress.finish(parent(7));
    expect(progress.state.finished).toMatchObject({ upTo: -2, beyond: [7] });
  });

  test('is as old as the first parent begun, also when an earlier sync began it and finished none', () => {
    const first = new StreamProgress({ state: emptyState('incremental'), rule, nowMs, need });
    first.begin(parent(1));
    first.checkpoint(parent(1), 'page 2');
    const second = new StreamProgress({ state: throughJson(first.state), rule, nowMs: nowMs + 9_000_000, need });
    second.begin(parent(1));
    second.finish(parent(1));
    second.complete(null);
    expect(second.state.covered).toEqual([{ fromMs: null, toMs: nowMs - 600_000, readAtMs: nowMs }]);
    expect(second.state.finished).toEqual({ upTo: null, beyond: [], sinceMs: null, need: null });
  });

  test('a parent with a slice of its own covers nothing alone', () => {
    const progress = new StreamProgress({ state: emptyState('incremental'), rule, nowMs, need });
    const withSlice = { ...parent(1), slice: need };
    progress.begin(withSlice);
    progress.finish(withSlice);
    expect(progress.state.covered).toEqual([]);
  });
});

describe('what is left of the parents after an interruption', () => {
  const parents = [1, 2, 3, 4].map(parent);
  const finished = { upTo: 1, beyond: [3], sinceMs: nowMs, need: 'created /' };
  const context = { config: {} } as unknown as ReadContext;
  const keysOf = async (partitions: Partition[], time?: TimeRule, state?: Partial<StreamState>) => {
    const stream = fakeStream('children', { partitions: () => Promise.resolve(partitions), time });
    const saved = { ...emptyState('incremental'), finished, ...state };
    const plan = await planStream({ stream, saved, context, nowMs: nowMs + 5_000_000 });
    return plan.partitions.map(({ key }) => key);
  };

  test('the finished ones are left out', async () => {
    expect(await keysOf(parents)).toEqual(['parent 2', 'parent 4']);
    expect(await keysOf(parents, rule)).toEqual(['parent 2', 'parent 4']);
  });

  test('those that changed since the first was begun, or within the overlap before, are read again', async () => {
    const changed = [nowMs - 600_001, nowMs, nowMs - 600_000, nowMs].map((changedMs, index) => ({
      ...parent(index + 1),
      changedMs,
    }));
    expect(await keysOf(changed, rule)).toEqual(['parent 2', 'parent 3', 'parent 4']);
  });

  test('all are read when something else is needed of them now', async () => {
    expect(await keysOf(parents, rule, { finished: { ...finished, need: 'created 2025-01-01T00:00:00Z/' } })).toEqual(
      parents.map(({ key }) => key),
    );
  });

  test('a finished full refresh starts over', async () => {
    expect(await keysOf(parents, undefined, { mode: 'full_refresh', complete: { jobId: null } })).toHaveLength(4);
  });
});

describe('progress of one partition', () => {
  test('a restart forgets the cursor, and is as old as itself', () => {
    const slice = { created: [{ fromMs: null, toMs: nowMs - 1e9 }], changed: null, changedSinceStartMs: null };
    const part: Partition = { key: 'old', slice };
    const begun = new Map([['old', { cursor: 'c', readAtMs: nowMs - 5e9, slice, rereadFromMs: 5 }]]);
    const progress = new StreamProgress({ state: { ...emptyState('incremental'), begun }, rule, nowMs });
    progress.begin(part);
    progress.restart(part);
    expect(progress.state.begun.size).toBe(0);
    progress.finish(part);
    expect(progress.state.covered).toEqual([{ fromMs: null, toMs: nowMs - 1e9, readAtMs: nowMs }]);
  });

  test('only checkpoints and ends are worth a state', () => {
    const progress = start();
    progress.begin(parent(1));
    expect(progress.hasMoved).toBe(false);
    progress.checkpoint(parent(1), 'c');
    expect(progress.hasMoved).toBe(true);
  });

  test('one that is read whole keeps its cursor at its end, until the stream is complete', () => {
    const progress = new StreamProgress({ state: emptyState('full_refresh'), rule: undefined, nowMs: 0 });
    progress.begin(WHOLE);
    progress.checkpoint(WHOLE, 'the last page');
    progress.finish(WHOLE);
    expect(progress.state.begun.get(WHOLE.key)).toMatchObject({ cursor: 'the last page' });
  });

  test('a whole full refresh leaves nothing but its mark', () => {
    const progress = start();
    progress.begin(parent(1));
    progress.checkpoint(parent(1), 'c');
    progress.complete('job 7');
    expect(progress.state).toEqual({ ...emptyState('full_refresh'), complete: { jobId: 'job 7' } });
  });
});
