import { beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, openAccountForTest } from '../support/affinity-account.ts';
import {
  discoverCatalog,
  type SyncTapOptions,
  selectStreams,
  syncTap,
  type TapCatalog,
  type TapOutput,
} from '../support/singer-run.ts';

const STREAM = 'companies';
const THIRD_PAGE = '^GET /v2/companies\\?';

let account: Sandbox;
let catalog: TapCatalog;

beforeEach(async () => {
  account = await openAccountForTest({ scale: 2 });
  catalog = selectStreams(await discoverCatalog(configOf(account)), [STREAM]);
});

const sync = (options: SyncTapOptions = {}): Promise<TapOutput> => syncTap(configOf(account), { catalog, ...options });

/** A page that cannot be followed ends the stream at once. */
async function syncWithFailure(options: SyncTapOptions = {}): Promise<TapOutput> {
  account.addFault({ kind: 'foreign-next-url', match: THIRD_PAGE, nth: 2 });
  const output = await sync(options);
  account.clearFaults();
  return output;
}

/** Asks for a stop as soon as the stream has written something. */
async function syncWithStop(): Promise<TapOutput> {
  const stop = new AbortController();
  return await sync({
    stop: stop.signal,
    onText: (text) => {
      if (text.includes('"type":"RECORD"')) stop.abort();
    },
  });
}

const idsOf = (outputs: readonly TapOutput[]): Set<unknown> =>
  new Set(outputs.flatMap((output) => output.recordsOf(STREAM).map(({ id }) => id)));

describe('a full-table read that fails half-way', () => {
  it('leaves a state with its version, activates nothing, and ends with 1', async () => {
    const failed = await syncWithFailure();
    expect(failed.exitCode).toBe(1);
    expect(failed.recordsOf(STREAM).length).toBeGreaterThan(0);
    expect(failed.versionsOf(STREAM).activated).toEqual([]);
    expect(failed.bookmarks[STREAM]).toMatchObject({ tableVersion: failed.versionsOf(STREAM).written[0] });
    expect(failed.bookmarks[STREAM]).not.toHaveProperty('complete');
    expect(failed.logs).toMatch(/ERROR companies: /);
  });

  it('goes on under the same version and activates it once it is through', async () => {
    const failed = await syncWithFailure();
    const resumed = await sync({ state: failed.state });
    const count = account.counts()[STREAM] ?? -1;
    expect(resumed.exitCode).toBe(0);
    expect(resumed.recordsOf(STREAM).length).toBeLessThan(count);
    expect(idsOf([failed, resumed]).size).toBe(count);
    expect(resumed.versionsOf(STREAM).written).toEqual(failed.versionsOf(STREAM).written);
    expect(resumed.versionsOf(STREAM).activated).toEqual(failed.versionsOf(STREAM).written);
    expect(resumed.bookmarks[STREAM]).not.toHaveProperty('tableVersion');
  });

  it('keeps its version over a second failure', async () => {
    const failed = await syncWithFailure();
    const failedAgain = await syncWithFailure({ state: failed.state });
    const resumed = await sync({ state: failedAgain.state });
    expect(failedAgain.versionsOf(STREAM).activated).toEqual([]);
    expect(resumed.versionsOf(STREAM).activated).toEqual(failed.versionsOf(STREAM).written);
    expect(idsOf([failed, failedAgain, resumed]).size).toBe(account.counts()[STREAM]);
  });

  it('begins a new version when nothing of it was saved', async () => {
    const failed = await syncWithFailure();
    const whole = await sync();
    expect(whole.versionsOf(STREAM).activated[0]).toBeGreaterThan(failed.versionsOf(STREAM).written[0] ?? Infinity);
    expect(whole.recordsOf(STREAM)).toHaveLength(account.counts()[STREAM] ?? -1);
  });
});

describe('a sync that is asked to stop', () => {
  it('writes whole lines and a state to go on from, activates nothing, and does not end well', async () => {
    const stopped = await syncWithStop();
    expect(stopped.exitCode).toBe(1);
    expect(stopped.versionsOf(STREAM).activated).toEqual([]);
    expect(stopped.recordsOf(STREAM).length).toBeLessThan(account.counts()[STREAM] ?? 0);
    expect(stopped.logs).not.toContain('ERROR');
    const resumed = await sync({ state: stopped.state });
    expect(idsOf([stopped, resumed]).size).toBe(account.counts()[STREAM]);
    expect(resumed.versionsOf(STREAM).activated).toHaveLength(1);
  });
});

describe('a row that was deleted in Affinity', () => {
  it('is not in the next version', async () => {
    const first = await sync();
    const [effect] = account.change({ kind: 'delete', stream: STREAM, count: 1 });
    const second = await sync({ state: first.state });
    expect(first.recordsOf(STREAM).some(({ id }) => effect?.ids.includes(id as number))).toBe(true);
    expect(second.recordsOf(STREAM).some(({ id }) => effect?.ids.includes(id as number))).toBe(false);
    expect(second.versionsOf(STREAM).activated).toEqual(second.versionsOf(STREAM).written);
  });
});
