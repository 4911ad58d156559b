import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../sandbox/changes/change.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { byKey, readStream, startQuietSandbox } from './read-sandbox.ts';

const HOUR_MS = 3_600_000;

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startQuietSandbox();
});

afterEach(async () => {
  await sandbox.close();
});

describe('an interrupted sync', () => {
  it.each<[string, Change]>([
    ['note_replies', { kind: 'update', stream: 'note_replies', count: 200 }],
    ['notes_v2', { kind: 'update', stream: 'notes_v2', count: 150 }],
  ])('of %s brings what changes before it is resumed, then or the next time', async (name, change) => {
    const { rows, states } = await readStream(sandbox, name);
    sandbox.advance(HOUR_MS);
    sandbox.change(change);
    const truth = byKey(name, sandbox.rows(name));
    for (const { state, rowsBefore } of states) {
      const resumed = await readStream(sandbox, name, { state });
      const next = await readStream(sandbox, name, { state: resumed.states.at(-1)?.state });
      expect(byKey(name, [...rows.slice(0, rowsBefore), ...resumed.rows, ...next.rows])).toEqual(truth);
    }
  });

  it('goes on within the parents it had begun, whether or not one was done', async () => {
    const { states } = await readStream(sandbox, 'note_replies');
    const begun = states.filter(({ state }) => state.begun.size > 0);
    const fresh = begun.map(({ state, rowsBefore }) => ({
      rowsBefore,
      state: { ...state, finished: { ...state.finished, upTo: null, beyond: [] } },
    }));
    expect(begun.length).toBeGreaterThan(0);
    for (const { state } of [...begun, ...fresh]) {
      const { requests } = await readStream(sandbox, 'note_replies', { state });
      expect(requests.filter((request) => /\/replies\?.*cursor=/.test(request))).toHaveLength(state.begun.size);
      const begunNotes = [...state.begun.keys()].map(
        (key) => `/v2/notes/${key.replace('note ', '')}/replies?limit=100`,
      );
      for (const first of begunNotes) expect(requests).not.toContain(first);
    }
  });

  it('does not ask again for what a second interruption follows upon', async () => {
    const { states } = await readStream(sandbox, 'relationships');
    const twice = await readStream(sandbox, 'relationships', { state: states[5]?.state });
    const upTo = twice.states.map(({ state }) => state.finished.upTo ?? Number.POSITIVE_INFINITY);
    expect(upTo).toEqual(upTo.toSorted((a, b) => a - b));
  });
});

describe('a start date', () => {
  it.each(['note_replies', 'notes_v2', 'company_merges', 'transcript_fragments'])(
    'of %s leaves out what is older, and brings it when it is moved back',
    async (name) => {
      const first = await readStream(sandbox, name, { startDate: '2026-01-01' });
      const all = byKey(name, sandbox.rows(name));
      expect(first.rows.length).toBeGreaterThan(0);
      expect(first.rows.length).toBeLessThan(all.size);
      const state = first.states.at(-1)?.state;
      const second = await readStream(sandbox, name, { startDate: '2000-01-01', state });
      expect(byKey(name, [...first.rows, ...second.rows])).toEqual(all);
    },
  );

  it.each(['note_replies', 'notes_v2', 'company_merges', 'transcript_fragments'])(
    'of %s that is moved back while a sync is interrupted is read from there',
    async (name) => {
      const { rows, states } = await readStream(sandbox, name, { startDate: '2026-01-01' });
      const all = byKey(name, sandbox.rows(name));
      for (const { state, rowsBefore } of states) {
        const rest = await readStream(sandbox, name, { startDate: '2000-01-01', state });
        expect(byKey(name, [...rows.slice(0, rowsBefore), ...rest.rows])).toEqual(all);
      }
    },
  );
});
