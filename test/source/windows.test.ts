import { describe, expect, test } from 'vitest';
import { StreamProgress } from '../../src/source/progress.ts';
import { emptyState, type StreamState } from '../../src/source/stream-state.ts';
import { coverSlice, planTime } from '../../src/source/windows.ts';
import type { TimeRule } from '../../src/streams/time.ts';
import { timeFilter } from '../../src/streams/time.ts';

const rule: TimeRule = { created: 'createdAt', changed: 'updatedAt', overlapMs: 600_000 };
const at = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
const now = at('2026-01-01');
const empty = emptyState('incremental');

/** The filters that a sync at `nowMs` asks with. */
function filters(state: StreamState, startMs: number | null, { nowMs = now, of = rule } = {}): (string | undefined)[] {
  return planTime({ state, rule: of, startMs, nowMs }).partitions.map(({ slice }) => timeFilter(slice, of));
}

/** The state after a whole sync. */
function whole(state: StreamState, startMs: number | null, nowMs = now, of = rule): StreamState {
  const { begun, partitions } = planTime({ state, rule: of, startMs, nowMs });
  const progress = new StreamProgress({ state: { ...state, begun }, rule: of, nowMs });
  for (const partition of partitions) progress.begin(partition);
  for (const partition of partitions) progress.finish(partition);
  progress.complete(null);
  return progress.state;
}

describe('planning a first sync', () => {
  test('without a start date it is open below and above, and cut into disjoint windows', () => {
    expect(filters(empty, null)).toEqual([
      'createdAt<2022-01-02T00:00:00Z',
      'createdAt>=2022-01-02T00:00:00Z & createdAt<2024-01-02T00:00:00Z',
      'createdAt>=2024-01-02T00:00:00Z & createdAt<2025-01-01T00:00:00Z',
      'createdAt>=2025-01-01T00:00:00Z & createdAt<2025-07-05T00:00:00Z',
      'createdAt>=2025-07-05T00:00:00Z & createdAt<2025-10-03T00:00:00Z',
      'createdAt>=2025-10-03T00:00:00Z & createdAt<2025-12-02T00:00:00Z',
      'createdAt>=2025-12-02T00:00:00Z',
    ]);
  });

  test('with a start date the first window also asks for older rows that changed since', () => {
    expect(filters(empty, at('2025-11-20'))).toEqual([
      'createdAt>=2025-11-20T00:00:00Z | createdAt<2025-11-20T00:00:00Z & updatedAt>=2025-11-20T00:00:00Z',
    ]);
  });

  test('rows that do not change are asked for by their creation alone', () => {
    const created: TimeRule = { created: 'createdAt', overlapMs: 600_000 };
    expect(filters(empty, at('2025-11-20'), { of: created })).toEqual(['createdAt>=2025-11-20T00:00:00Z']);
  });

  test('where the API cannot filter, one partition scans everything', () => {
    const { partitions } = planTime({ state: empty, rule: { ...rule, isScan: true }, startMs: null, nowMs: now });
    expect(partitions.map(({ slice }) => slice?.created)).toEqual([[{ fromMs: null, toMs: null }]]);
  });

  test('a start date in the future leaves nothing to read', () => {
    expect(filters(empty, at('2027-01-01'))).toEqual([]);
  });

  test.each([29, 59, 61, 400, 2000])('windows of a time of %i days are at least 30 days long', (days) => {
    const startMs = now - days * 86_400_000;
    const { partitions } = planTime({ state: empty, rule, startMs, nowMs: now });
    const edges = [...partitions.map(({ slice }) => slice?.created[0]?.fromMs ?? 0), now];
    for (const [index, edge] of edges.slice(1).entries())
      if (partitions.length > 1) expect(edge - (edges[index] ?? 0)).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(edges[0]).toBe(startMs);
  });
});

describe('planning a later sync', () => {
  const later = at('2026-01-01T01:00:00Z');

  test('one call asks for what is new and what has changed, from the overlap on', () => {
    expect(filters(whole(empty, null), null, { nowMs: later })).toEqual([
      'createdAt>=2025-12-31T23:50:00Z | updatedAt>=2025-12-31T23:50:00Z',
    ]);
  });

  test('an earlier start date adds the gap, and older rows that changed since it', () => {
    const state = whole(empty, at('2025-11-20'));
    expect(filters(state, at('2025-11-01'), { nowMs: later })).toEqual([
      'createdAt>=2025-11-01T00:00:00Z & createdAt<2025-11-20T00:00:00Z | createdAt<2025-11-01T00:00:00Z & updatedAt>=2025-11-01T00:00:00Z',
      'createdAt>=2025-12-31T23:50:00Z | updatedAt>=2025-12-31T23:50:00Z',
    ]);
  });

  test('a later start date adds nothing', () => {
    const state = whole(empty, at('2025-11-20'));
    expect(filters(state, at('2025-12-20'), { nowMs: later })).toHaveLength(1);
    expect(filters(whole(empty, null), at('2025-12-20'), { nowMs: later })).toEqual([
      'createdAt>=2025-12-31T23:50:00Z | updatedAt>=2025-12-31T23:50:00Z',
    ]);
  });

  test('a later start date over a hole asks for the rows of the hole that changed since', () => {
    const holed: StreamState = {
      ...empty,
      covered: [{ fromMs: at('2025-06-01'), toMs: now - 600_000, readAtMs: now }],
    };
    expect(filters(holed, at('2025-12-01'), { nowMs: later })).toEqual([
      'createdAt>=2025-12-31T23:50:00Z | updatedAt>=2025-12-31T23:50:00Z | createdAt<2025-12-01T00:00:00Z & updatedAt>=2025-12-01T00:00:00Z',
    ]);
  });

  test('a state from the future leaves nothing to read', () => {
    expect(filters(whole(empty, null, at('2099-01-01')), null, { nowMs: later })).toEqual([]);
  });

  test('a clock that went back a little reads the overlap again', () => {
    expect(filters(whole(empty, null, now + 5000), null)).toEqual([
      'createdAt>=2025-12-31T23:50:05Z | updatedAt>=2025-12-31T23:50:05Z',
    ]);
  });

  test('the state does not grow from sync to sync, wherever the start date lies', () => {
    const week: TimeRule = { ...rule, overlapMs: 7 * 86_400_000, isScan: true };
    for (const [of, startMs] of [[rule, null] as const, [rule, now + 500_000] as const, [week, now - 5000] as const]) {
      let state = whole(empty, null, now - 86_400_000, of);
      for (let sync = 0; sync < 50; sync += 1) state = whole(state, startMs, now + sync * 3_600_000, of);
      expect(state.covered.length).toBeLessThanOrEqual(2);
      expect(state.changed.length).toBeLessThanOrEqual(1);
      expect(state.olderChanges.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('planning after an interruption', () => {
  const begun = (slice: Partial<StreamState['begun'] extends ReadonlyMap<string, infer B> ? B : never>['slice']) =>
    new Map([['part', { cursor: 'c', readAtMs: now, ...(slice === undefined ? {} : { slice }) }]]);
  const window = (from: string, to: string | null) => ({
    created: [{ fromMs: at(from), toMs: to === null ? null : at(to) }],
    changed: null,
    changedSinceStartMs: null,
  });

  test('a partition that was begun goes on under its own key, and its time is not planned again', () => {
    const state = { ...empty, begun: begun(window('2025-11-01', '2025-12-01')) };
    const { partitions } = planTime({ state, rule, startMs: at('2025-11-01'), nowMs: now + 3_600_000 });
    expect(partitions.map(({ key }) => key)).toEqual([
      'part',
      expect.stringMatching(/^created 2025-12-01T00:00:00Z\/, changed 2025-12-31T23:50:00Z\//),
    ]);
  });

  test('one that lies wholly before a new start date is dropped', () => {
    const state = { ...empty, begun: begun(window('2025-11-01', '2025-12-01')) };
    const plan = planTime({ state, rule, startMs: at('2025-12-05'), nowMs: now });
    expect(plan.begun.size).toBe(0);
    expect(plan.partitions.map(({ key }) => key)).not.toContain('part');
  });

  test.each([
    ['created before it', window('2025-11-01', '2025-12-01')],
    ['created at any time', { ...window('2025-11-01', null), created: [{ fromMs: null, toMs: at('2025-12-01') }] }],
    [
      'changed before it',
      { created: [], changed: { fromMs: at('2025-11-01'), toMs: null }, changedSinceStartMs: null },
    ],
    ['changed since an earlier one', { ...window('2025-11-20', null), changedSinceStartMs: at('2025-11-01') }],
  ])('one that brings rows from behind a new start date, %s, is planned anew', (_what, slice) => {
    const state = { ...empty, begun: begun(slice) };
    const startMs = at('2025-11-15');
    const plan = planTime({ state, rule, startMs, nowMs: now });
    expect(plan.begun.size).toBe(0);
    expect(filters(state, startMs)).toEqual(filters(empty, startMs));
  });

  test('one that lies behind an earlier start date goes on', () => {
    const slice = { ...window('2025-11-20', null), changedSinceStartMs: at('2025-11-20') };
    const { begun: kept } = planTime({
      state: { ...empty, begun: begun(slice) },
      rule,
      startMs: at('2025-11-01'),
      nowMs: now,
    });
    expect([...kept.keys()]).toEqual(['part']);
  });

  test('what it had read and what may have changed since without a trace is asked for again', () => {
    const created: TimeRule = { created: 'startedAt', overlapMs: 600_000, isScan: true };
    const part = { cursor: 'c', readAtMs: now, rereadFromMs: at('2025-12-20'), slice: window('2025-12-01', null) };
    const state = { ...empty, begun: new Map([['part', part]]) };
    expect(filters(state, at('2025-12-01'), { nowMs: now + 3_600_000, of: created })).toEqual([
      'startedAt>=2025-12-01T00:00:00Z',
      'startedAt>=2025-12-20T00:00:00Z',
    ]);
  });

  test('two syncs within a second do not share a key', () => {
    const { partitions } = planTime({ state: empty, rule, startMs: now - 600_000, nowMs: now });
    const [first] = partitions;
    const state = {
      ...empty,
      begun: new Map([[first?.key ?? '', { cursor: 'c', readAtMs: now, ...(first?.slice && { slice: first.slice }) }]]),
      covered: [{ fromMs: now - 700_000, toMs: now - 600_000, readAtMs: now }],
    };
    const keys = planTime({ state, rule, startMs: now - 600_000, nowMs: now }).partitions.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('what it brings in the end is as old as its first page', () => {
    const covered = coverSlice(empty, { slice: window('2025-12-01', null), readAtMs: now }, rule);
    expect(covered.covered).toEqual([{ fromMs: at('2025-12-01'), toMs: now - 600_000, readAtMs: now }]);
  });
});
