import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http/exchange.ts';
import { streams as allStreams } from '../../src/streams/index.ts';
import { openVirtualAccount, syncVirtually, type VirtualAccount } from '../support/virtual-account.ts';

/** What the real API takes: a second for pages with field data, a third of it for others. */
function realLatencyMs({ url }: Pick<HttpRequest, 'url'>): number {
  return /\/v2\/(companies|persons)\?|\/list-entries\?/.test(url) ? 1_000 : 300;
}

/** Streams with tens of thousands of rows, or with a call for each of thousands of parents. */
const HUGE = new Set(['companies', 'persons', 'list_entries', 'note_replies', 'transcript_fragments']);
const names = allStreams.map(({ name }) => name);

/** When each stream's first row came, in milliseconds from the beginning. */
async function firstRows(account: VirtualAccount, untilMs: number): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>();
  const stop = new AbortController();
  await syncVirtually(account, {
    names,
    stop: stop.signal,
    onEvent(event) {
      const nowMs = account.clock.monotonic();
      if (event.type === 'page' && !first.has(event.stream)) first.set(event.stream, nowMs);
      if (nowMs > untilMs) stop.abort();
    },
  });
  return first;
}

describe('small streams beside huge ones', () => {
  test.each([
    ['without a monthly quota', null],
    ['with a monthly quota', 100_000],
  ])('have their first row soon, %s', async (_what, monthLimit) => {
    const account = await openVirtualAccount({ scale: 20, minuteLimit: 900, monthLimit }, realLatencyMs);
    const first = await firstRows(account, 8_000);
    const late = names.filter((name) => !HUGE.has(name) && !((first.get(name) ?? Infinity) <= 2_000));
    expect(late.map((name) => `${name}: ${first.get(name)} ms`)).toEqual([]);
    for (const name of ['companies', 'persons', 'list_entries']) expect(first.get(name), name).toBeLessThan(5_000);
  });

  test('are through while the huge ones still run', async () => {
    const account = await openVirtualAccount({ scale: 20, minuteLimit: 900, monthLimit: null }, realLatencyMs);
    const ended: string[] = [];
    const stop = new AbortController();
    await syncVirtually(account, {
      names: ['companies', 'persons', 'list_entries', 'webhooks', 'lists', 'teams', 'saved_views', 'team_members'],
      stop: stop.signal,
      onEvent(event) {
        if (event.type === 'stream-end' && event.isComplete) ended.push(event.stream);
        if (account.clock.monotonic() > 10_000) stop.abort();
      },
    });
    expect(ended.toSorted()).toEqual(['lists', 'saved_views', 'team_members', 'teams', 'webhooks']);
  });
});

describe('a stream whose answers take a minute', () => {
  test.each([
    ['one chain of pages', '/v2/companies?'],
    ['eight lists at a time', '/list-entries?'],
    ['one call for each person', '/relationships?'],
    ['eight windows of time, from its first page on', '/chat-messages?'],
  ])('makes nobody wait (%s)', async (_what, slowPath) => {
    const account = await openVirtualAccount({ scale: 8, minuteLimit: 900, monthLimit: null }, (request) =>
      request.url.includes(slowPath) ? 55_000 : realLatencyMs(request),
    );
    const others = ['emails', 'meetings', 'notes', 'lists', 'opportunities', 'field_value_changes', 'webhooks'];
    const endedMs = new Map<string, number>();
    const stop = new AbortController();
    await syncVirtually(account, {
      names: ['chat_messages', 'companies', 'list_entries', 'relationships', ...others],
      stop: stop.signal,
      onEvent(event) {
        if (event.type === 'stream-end' && event.isComplete) endedMs.set(event.stream, account.clock.monotonic());
        if (account.clock.monotonic() > 60_000) stop.abort();
      },
    });
    for (const name of others) expect(endedMs.get(name), name).toBeLessThan(15_000);
  });
});

describe('a chain of pages', () => {
  test('waits for hardly anything but its own answers beside all other streams', async () => {
    const account = await openVirtualAccount({ scale: 8, minuteLimit: 900, monthLimit: 100_000 }, realLatencyMs);
    const stop = new AbortController();
    let endedMs = Number.POSITIVE_INFINITY;
    await syncVirtually(account, {
      names,
      stop: stop.signal,
      onEvent(event) {
        if (event.type !== 'stream-end' || event.stream !== 'persons') return;
        endedMs = account.clock.monotonic();
        stop.abort();
      },
    });
    const pages = account.sandbox.requests.filter(({ path }) => path === '/v2/persons').length;
    expect(pages).toBeGreaterThan(30);
    expect(endedMs / (pages * 1_000)).toBeLessThan(1.15);
  });
});

describe('a page that is being written', () => {
  test('does not keep the next one from being asked for', async () => {
    const account = await openVirtualAccount({ scale: 1, minuteLimit: 900, monthLimit: null }, realLatencyMs);
    const asked = () => account.sandbox.requests.filter(({ path }) => path === '/v2/persons').length;
    const askedBefore: number[] = [];
    await syncVirtually(account, {
      names: ['persons'],
      onEvent(event) {
        if (event.type === 'page') askedBefore.push(asked());
      },
      writeMs: 5_000,
    });
    expect(askedBefore.length).toBeGreaterThan(3);
    // While the first page was written, for five seconds, further ones came: they take one second each.
    expect(askedBefore[1]).toBeGreaterThanOrEqual(4);
  });
});

describe.each([
  [60, 60, 0],
  [60, 60, 0.3],
  [300, 60, 0],
  [300, 60, 1.5],
  [900, 60, 0],
  [900, 60, 4],
  [100, 20, 0],
  [100, 20, 1.5],
])('%d calls in %d s, of which another tool makes %d a second', (minuteLimit, windowSeconds, competitor) => {
  test('nearly nine tenths of what it leaves are used, and none is refused', async () => {
    const account = await openVirtualAccount(
      // Enough rows that there is always something to ask for.
      { scale: minuteLimit > 300 ? 30 : 12, minuteLimit, windowSeconds, competitor, monthLimit: null },
      realLatencyMs,
    );
    const windowMs = windowSeconds * 1_000;
    const windows = minuteLimit > 300 ? 2 : 3;
    const stop = new AbortController();
    const startMs = account.sandbox.nowMs();
    await syncVirtually(account, {
      names: [
        'relationships',
        'notes_v2',
        'note_replies',
        'transcript_fragments',
        'emails',
        'entity_files',
        'companies',
      ],
      settings: { field_layout: 'array' },
      stop: stop.signal,
      onEvent() {
        if (account.clock.monotonic() > windows * windowMs) stop.abort();
      },
    });
    const { requests } = account.sandbox;
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
    const left = 0.9 * (minuteLimit - competitor * windowSeconds);
    for (let window = 0; window < windows; window += 1) {
      const used = requests.filter(({ atMs }) => Math.floor((atMs - startMs) / windowMs) === window).length;
      expect(used / left, `window ${window}`).toBeGreaterThanOrEqual(0.95);
    }
  });
});
