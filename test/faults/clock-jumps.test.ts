import { describe, expect, test } from 'vitest';
import type { SyncEvent } from '../../src/source/events.ts';
import { statesOf } from '../support/sync-run.ts';
import { openVirtualAccount, syncVirtually, type VirtualSyncOptions } from '../support/virtual-account.ts';

const HOUR_MS = 3_600_000;
/** In the middle of a delay between two attempts. */
const JUMP_MS = 13_000;
const names = ['persons', 'emails', 'notes', 'lists', 'company_merges', 'note_replies', 'relationships', 'reminders'];

/** A sync under a small limit, so that it waits for resets, with some refusals and failures on the way. */
async function readUnder(clockErrorMs: NonNullable<VirtualSyncOptions['clockErrorMs']>) {
  const account = await openVirtualAccount(
    {
      scale: 1,
      minuteLimit: 30,
      windowSeconds: 10,
      monthLimit: 100_000,
      monthRemaining: 5_000,
      faults: [
        { kind: 'rate-limit-retry-after', match: '/v2/emails', nth: 3, retryAfterSeconds: 7 },
        { kind: '503-html', match: '/v2/persons\\?', nth: 2, times: 4 },
      ],
    },
    () => 300,
  );
  const startMs = account.clock.monotonic();
  const events = await syncVirtually(account, { names, mode: 'incremental', clockErrorMs });
  return { events, tookMs: account.clock.monotonic() - startMs, sandbox: account.sandbox };
}

const rowsOf = (events: readonly SyncEvent[], name: string): string[] =>
  events
    .flatMap((event) => (event.type === 'page' && event.stream === name ? event.rows : []))
    .map((row) => JSON.stringify(row))
    .toSorted();

describe('a clock of this machine that jumps during a sync', () => {
  test.each<[string, (passedMs: number) => number]>([
    ['forwards by hours', (passedMs) => (passedMs > JUMP_MS ? 5 * HOUR_MS : 0)],
    ['backwards by hours', (passedMs) => (passedMs > JUMP_MS ? -5 * HOUR_MS : 0)],
    ['forwards by weeks, beyond the month', (passedMs) => (passedMs > JUMP_MS ? 40 * 24 * HOUR_MS : 0)],
    ['backwards by weeks', (passedMs) => (passedMs > JUMP_MS ? -40 * 24 * HOUR_MS : 0)],
    ['to and fro', (passedMs) => (Math.floor(passedMs / 1_500) % 2 === 0 ? 7 * HOUR_MS : -9 * HOUR_MS)],
    ['not at all, but is a year behind', () => -365 * 24 * HOUR_MS],
  ])('%s changes no row, no state, and takes no time', async (_what, clockErrorMs) => {
    const calm = await readUnder(() => 0);
    const shaken = await readUnder(clockErrorMs);
    expect(shaken.events.filter((event) => event.type === 'stream-end' && !event.isComplete)).toEqual([]);
    for (const name of names) {
      expect(rowsOf(shaken.events, name), name).toEqual(rowsOf(calm.events, name));
      expect(rowsOf(shaken.events, name).length, name).toBe(shaken.sandbox.counts()[name]);
      expect(statesOf(shaken.events, name).at(-1), name).toEqual(statesOf(calm.events, name).at(-1));
    }
    expect(shaken.sandbox.requests.length).toBeLessThanOrEqual(calm.sandbox.requests.length + 5);
    expect(shaken.tookMs).toBeLessThanOrEqual(calm.tookMs + 11_000);
  });
});
