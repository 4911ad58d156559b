import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyState, parseState, type StreamState, serialiseState } from '../../src/source/stream-state.ts';

const corpus = new URL('../fixtures/states/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, corpus), 'utf8'));
const valid = { connector: 'source-affinity', version: 1, mode: 'incremental' };

describe('a state that was ever written', () => {
  const names = readdirSync(corpus).filter((name) => name.endsWith('.json'));

  test('is in the corpus in every form', () => {
    expect(names.length).toBeGreaterThanOrEqual(14);
  });

  test.each(names)('is accepted, and nothing of it is lost: %s', (name) => {
    const state = parseState(read(name), 'notes');
    if (state === undefined) throw new Error('taken for no state');
    const again = JSON.parse(JSON.stringify(serialiseState(state)));
    expect(parseState(again, 'notes')).toEqual(state);
    if (!name.startsWith('with-')) expect(withoutNulls(read(name))).toEqual(withoutNulls(again));
  });
});

/** Properties that are null and those that are absent mean the same. */
function withoutNulls(json: unknown): unknown {
  return JSON.parse(
    JSON.stringify(json, (key, value) =>
      value === null && !['from', 'to', 'upTo'].includes(key) && key !== 'jobId' ? undefined : value,
    ),
  );
}

describe('no state', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    [[]],
    [{ __ab_full_refresh_sync_complete: true }],
    [{ __ab_no_cursor_state_message: true }],
  ])('is what %j means', (blob) => {
    expect(parseState(blob, 'notes')).toBeUndefined();
  });
});

describe('a state of no use is a config_error that names its stream', () => {
  test.each<[string, unknown, RegExp]>([
    ['of another connector', { cursor: 5 }, /was not written by this connector/],
    ['of a namesake', { ...valid, connector: 'dlt' }, /was not written by this connector/],
    ['that is a word', 'notes', /was not written by this connector/],
    ['that is a number', 7, /was not written by this connector/],
    ['that is a list', [1], /was not written by this connector/],
    ['of a later release', { ...valid, version: 2 }, /version 2, which this release does not know/],
    ['of no version', { ...valid, version: undefined }, /version, which this release does not know/],
    ['without a mode', { ...valid, mode: undefined }, /damaged at "mode"/],
    [
      'with a broken time',
      { ...valid, covered: [{ from: null, to: 'noon', readAt: 'noon' }] },
      /damaged at "covered\.0\.to"/,
    ],
    [
      'with a broken cursor',
      { ...valid, begun: { all: { cursor: 5, readAt: '2026-01-01T00:00:00Z' } } },
      /damaged at "begun\.all\.cursor"/,
    ],
    ['with a broken mark', { ...valid, finished: { upTo: 'x', beyond: [] } }, /damaged at "finished\.upTo"/],
  ])('%s', (_what, blob, message) => {
    expect(() => parseState(blob, 'notes')).toThrow(
      expect.objectContaining({ failureType: 'config_error', message: expect.stringMatching(message) }),
    );
    expect(() => parseState(blob, 'notes')).toThrow(/stream "notes"/);
  });
});

test('what a state holds in full survives its JSON, to the second', () => {
  const second = (seconds: number): number => Date.UTC(2026, 0, 1) + seconds * 1000;
  const slice = {
    created: [{ fromMs: null, toMs: second(1) }],
    changed: { fromMs: second(2), toMs: null },
    changedSinceStartMs: second(3),
  };
  const state: StreamState = {
    ...emptyState('incremental'),
    covered: [{ fromMs: null, toMs: second(4), readAtMs: second(5) }],
    changed: [{ fromMs: second(6), toMs: second(7) }],
    olderChanges: [{ startMs: second(8), readAtMs: second(9) }],
    begun: new Map([['part', { cursor: 'c', readAtMs: second(10), slice, rereadFromMs: second(11) }]]),
    finished: { upTo: 3, beyond: [5], sinceMs: second(12), need: 'created /' },
  };
  expect(parseState(JSON.parse(JSON.stringify(serialiseState(state))), 'x')).toEqual(state);
  const unequal = { ...state, covered: [{ fromMs: null, toMs: second(4) + 999, readAtMs: second(5) }] };
  expect(parseState(serialiseState(unequal), 'x')).toEqual(state);
});
