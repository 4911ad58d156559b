import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultKind, FaultRule } from '../../sandbox/faults/rule.ts';
import type { SandboxOptions } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { parseConfig } from '../../src/config.ts';
import { createTransport, type Transport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import type { SyncEvent } from '../../src/source/events.ts';
import { selectStream } from '../../src/source/select.ts';
import { type SyncMode, serialiseState } from '../../src/source/stream-state.ts';
import { sync } from '../../src/source/sync.ts';
import type { Row } from '../../src/streams/stream.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { parsed } from '../support/prepared-rows.ts';
import { idsOf, kept, outline, statesOf } from '../support/sync-run.ts';

/** About 400 persons, a few pages of 100. */
const SECOND_PAGE = '/v2/persons\\?.*cursor=';

async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ scale: 1, clock: 'manual', minuteLimit: 1_000_000, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

interface Options {
  readonly names?: readonly string[];
  readonly mode?: SyncMode;
  readonly settings?: Record<string, unknown>;
  readonly factor?: number;
  readonly states?: Readonly<Record<string, unknown>>;
  readonly onEvent?: (event: SyncEvent) => void;
}

/** Reads streams of a sandbox with little patience for silence; notes every URL that was asked. */
async function readFrom(sandbox: Sandbox, options: Options = {}) {
  const { names = ['persons'], mode = 'full_refresh', settings, factor = 50, states = {}, onEvent } = options;
  const clock = createFastClock(factor);
  const direct = createTransport({ idleTimeoutMs: 400 });
  const urls: string[] = [];
  const transport: Transport = (request) => {
    urls.push(request.url);
    return direct(request);
  };
  const config = parseConfig({
    api_key: sandbox.apiKey,
    api_base_url: sandbox.url,
    field_layout: 'array',
    ...settings,
  });
  const events: SyncEvent[] = [];
  const running = sync({
    selected: names.map((name) =>
      selectStream({ name, syncMode: mode, properties: undefined, savedState: states[name] }),
    ),
    connection: connect(config, { clock, random: () => 0.1, transport }, { patience: 'patient' }),
    config,
    clock,
    stop: new AbortController().signal,
    jobId: null,
    isDebug: false,
  });
  for await (const event of running) {
    events.push(kept(event));
    onEvent?.(event);
  }
  await direct.close();
  const endOf = (name: string) => events.find((event) => event.type === 'stream-end' && event.stream === name);
  return { events, urls, endOf };
}

const survived: FaultKind[] = [
  'rate-limit',
  'rate-limit-retry-after',
  'rate-limit-bare',
  'rate-limit-concurrency',
  '500-html',
  '502-html',
  '503-html',
  '504-html',
  '500-json',
  'reset-before-answer',
  'reset-in-body',
  'cut-content-length',
  'cut-chunked',
  'short-json',
  'broken-json',
  'html-200',
  'stall',
  'hang',
  'empty-page',
  'null-data',
  'duplicate-page',
  'wrong-content-type',
];

describe('an answer that costs no row', () => {
  test.each(survived)('%s, on the second page', async (kind) => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind, match: SECOND_PAGE, nth: 1, delayMs: 50 });
    const { events, endOf } = await readFrom(sandbox);
    expect(endOf('persons')).toMatchObject({ isComplete: true });
    const ids = idsOf(events, 'persons');
    expect(ids).toEqual(sandbox.rows('persons').map(({ id }) => id));
    expect(sandbox.requests.filter(({ fault }) => fault === kind)).toHaveLength(1);
  });

  test.each<FaultKind>(['500-html', 'html-200', 'broken-json', 'reset-before-answer', 'hang'])(
    '%s, whenever the limits are asked for at the start',
    async (kind) => {
      const sandbox = await openSandbox();
      sandbox.addFault({ kind, match: '/rate-limit' });
      const names = ['persons', 'emails'];
      const { events, endOf } = await readFrom(sandbox, { names, mode: 'incremental' });
      for (const name of names) {
        expect(endOf(name)).toMatchObject({ isComplete: true });
        expect(new Set(idsOf(events, name))).toEqual(new Set(sandbox.rows(name).map(({ id }) => id)));
      }
      expect(sandbox.requests.filter(({ fault }) => fault === kind)).toHaveLength(2);
      expect(sandbox.requests.filter(({ path }) => path === '/v2/auth/whoami')).toHaveLength(1);
      sandbox.clearFaults();
      const usual = await readFrom(sandbox, { names, mode: 'incremental' });
      // By the sandbox's clock, which stands still, and not by ours.
      expect(statesOf(events, 'emails').at(-1)).toEqual(statesOf(usual.events, 'emails').at(-1));
    },
  );

  test.each<FaultKind>(['500-html', 'broken-json', 'html-200', 'null-data', 'duplicate-page', 'cut-chunked'])(
    '%s, on a page of the legacy API',
    async (kind) => {
      const sandbox = await openSandbox({ scale: 4 });
      sandbox.addFault({ kind, match: '/notes\\?.*page_token=', nth: 1 });
      const { events } = await readFrom(sandbox, { names: ['notes'] });
      expect(idsOf(events, 'notes').toSorted()).toEqual(
        sandbox
          .rows('notes')
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(sandbox.requests.some(({ fault }) => fault === kind)).toBe(true);
    },
  );

  test('a cursor that is no longer taken reads its partition again, with a WARN', async () => {
    const sandbox = await openSandbox();
    let isExpired = false;
    const { events, endOf } = await readFrom(sandbox, {
      onEvent(event) {
        if (event.type !== 'page' || isExpired) return;
        isExpired = true;
        sandbox.expireCursors();
      },
    });
    expect(endOf('persons')).toMatchObject({ isComplete: true });
    expect(new Set(idsOf(events, 'persons'))).toEqual(new Set(sandbox.rows('persons').map(({ id }) => id)));
    expect(events.filter(({ type }) => type === 'log')).toEqual([
      expect.objectContaining({ level: 'WARN', message: expect.stringContaining('read again from its start') }),
    ]);
  });
});

describe('a cursor that is refused on the way through a list of', () => {
  /** The first page of the path comes empty and names a next one, which is refused so many times. */
  function refuseSecondPage(sandbox: Sandbox, path: string, times: number): void {
    sandbox.addFault({ kind: 'empty-page', match: `${path}\\?(?!.*cursor=)(?!.*page_token=)`, times });
    sandbox.addFault({ kind: '400-json', match: `${path}\\?.*(cursor|page_token)=`, times });
  }

  const listed: [path: string, names: string[]][] = [
    ['/v2/users', ['users', 'relationships']],
    ['/v2/lists', ['lists', 'list_entries']],
    ['/v2/companies/fields', ['company_fields', 'dropdown_options']],
    ['/v2/teams', ['teams', 'team_members']],
    ['/v2/notes', ['note_replies']],
    ['/v2/transcripts', ['transcript_fragments']],
  ];

  const rowsIn = (events: readonly SyncEvent[], name: string): number =>
    events.reduce((sum, event) => sum + (event.type === 'page' && event.stream === name ? event.rows.length : 0), 0);
  const warnings = (events: readonly SyncEvent[]): string[] =>
    events.flatMap((event) => (event.type === 'log' && event.level === 'WARN' ? [event.message] : []));

  test.each(listed)('%s costs calls and a WARN, and no row', async (path, names) => {
    const sandbox = await openSandbox();
    refuseSecondPage(sandbox, path, 2);
    const { events, endOf } = await readFrom(sandbox, { names });
    for (const name of names) {
      expect(endOf(name), name).toMatchObject({ isComplete: true });
      expect(rowsIn(events, name), name).toBe(sandbox.rows(name).length);
    }
    const told = warnings(events).filter((message) => message.includes('is read again from its start'));
    expect(told).toEqual([expect.stringContaining('the list of')]);
  });

  test.each(listed)('%s each time is a transient_error of who needs it, after four attempts', async (path, names) => {
    const sandbox = await openSandbox();
    refuseSecondPage(sandbox, path, 1000);
    const { endOf } = await readFrom(sandbox, { names });
    for (const name of names) {
      expect(endOf(name), name).toMatchObject({
        error: {
          failureType: 'transient_error',
          message: expect.stringMatching(/^Affinity keeps refusing the page cursors it has given: the list of /),
        },
      });
    }
    expect(sandbox.requests.filter(({ fault }) => fault === '400-json')).toHaveLength(4);
  });

  test('notes of the legacy API costs no thread', async () => {
    const sandbox = await openSandbox();
    const names = ['note_replies'];
    const first = await readFrom(sandbox, { names, mode: 'incremental' });
    const [state] = statesOf(first.events, 'note_replies').slice(-1);
    sandbox.advance(3_600_000);
    sandbox.change({ kind: 'reply', count: 3 });
    refuseSecondPage(sandbox, 'GET /notes', 1);
    const states = { note_replies: state && serialiseState(state) };
    const { events, endOf } = await readFrom(sandbox, { names, mode: 'incremental', states });
    expect(endOf('note_replies')).toMatchObject({ isComplete: true });
    expect(sandbox.requests.filter(({ fault }) => fault === '400-json')).toHaveLength(1);
    expect(new Set([...idsOf(first.events, 'note_replies'), ...idsOf(events, 'note_replies')])).toEqual(
      new Set(sandbox.rows('note_replies').map(({ id }) => id)),
    );
  });

  test('rows by their ids costs the rows of one page, and not the stream', async () => {
    const sandbox = await openSandbox({ monthLimit: null });
    sandbox.addFault({ kind: 'empty-page', match: '/v2/persons\\?.*ids=', nth: 2 });
    sandbox.addFault({ kind: '404-json', match: '/v2/persons\\?.*ids=.*cursor=', nth: 1 });
    const { events, endOf } = await readFrom(sandbox);
    expect(endOf('persons')).toMatchObject({ isComplete: true });
    expect(sandbox.requests.filter(({ fault }) => fault === '404-json')).toHaveLength(1);
    expect(idsOf(events, 'persons')).toEqual(sandbox.rows('persons').map(({ id }) => id));
  });
});

describe('the rest of a value that was cut', () => {
  const VALUES = '/v2/companies/\\d+/fields/[^/]+/values\\?';

  async function readCut(...faults: FaultRule[]) {
    const sandbox = await openSandbox();
    for (const fault of faults) sandbox.addFault(fault);
    const { events, endOf } = await readFrom(sandbox, { names: ['companies'] });
    const warnings = events.flatMap((event) => (event.type === 'log' && event.level === 'WARN' ? [event.message] : []));
    const askedForPages = sandbox.requests.filter(({ path }) => path === '/v2/companies').length;
    return { sandbox, ids: idsOf(events, 'companies'), end: endOf('companies'), warnings, askedForPages };
  }

  test('whose cursor is refused once is asked for again, and nothing else is', async () => {
    const undisturbed = await readCut();
    const { ids, end, warnings, askedForPages } = await readCut(
      { kind: 'empty-page', match: VALUES, nth: 1 },
      { kind: '400-json', match: `${VALUES}.*cursor=`, nth: 1 },
    );
    expect(undisturbed.sandbox.requests.filter(({ path }) => path.endsWith('/values')).length).toBeGreaterThan(0);
    expect(end).toMatchObject({ isComplete: true });
    expect([ids, warnings, askedForPages]).toEqual([undisturbed.ids, [], undisturbed.askedForPages]);
  });

  test.each<FaultKind>(['400-json', '404-json', '410-json', '422-json'])(
    'whose cursor is refused for good (%s) is left out, with a WARN, and nothing is read again',
    async (kind) => {
      const { ids, end, warnings, askedForPages } = await readCut(
        { kind: 'empty-page', match: `${VALUES}(?!.*cursor=)` },
        { kind, match: `${VALUES}.*cursor=` },
      );
      const undisturbed = await readCut();
      expect(end).toMatchObject({ isComplete: true });
      expect([ids, askedForPages]).toEqual([undisturbed.ids, undisturbed.askedForPages]);
      expect(warnings.length).toBeGreaterThan(0);
      for (const warning of warnings) expect(warning).toMatch(/could not be completed, in the field\(s\) /);
    },
  );

  test('that fails for good is a transient_error', async () => {
    const { end } = await readCut({ kind: '503-html', match: VALUES });
    expect(end).toMatchObject({ error: { failureType: 'transient_error' } });
  });
});

describe('a list that goes away after it was listed', () => {
  const names = ['list_entries', 'saved_views', 'list_fields', 'dropdown_options'];

  test('costs the rows of the others nothing, and a WARN names it', async () => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind: '404-json', match: '/v2/lists/3302(/|$)' });
    const { events, endOf } = await readFrom(sandbox, { names: [...names, 'list_3302_entries'] });
    const rowsOf = (name: string): Row[] =>
      events.flatMap((event) => (event.type === 'page' && event.stream === name ? parsed(event.rows) : []));
    for (const name of names) {
      expect(endOf(name), name).toMatchObject({ isComplete: true });
      const others = sandbox.rows(name).filter(({ listId }) => listId !== 3302);
      expect(rowsOf(name), name).toHaveLength(others.length);
      const message = `${name}: list 3302 was deleted after Affinity had listed it; it has no rows.`;
      expect(events).toContainEqual({ type: 'log', level: 'WARN', message });
    }
    // Who refers to the list has to know that it is gone.
    expect(endOf('list_3302_entries')).toMatchObject({ error: { failureType: 'config_error' } });
  });

  test('but is there when it is asked for fails the stream, which names it', async () => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind: '404-json', match: '/v2/lists/3302/' });
    const { endOf } = await readFrom(sandbox, { names });
    for (const name of names) {
      expect(endOf(name), name).toMatchObject({
        error: { failureType: 'config_error', message: expect.stringMatching(/^list 3302: .*\(404\)/) },
      });
    }
  });
});

describe('an answer that ends its stream', () => {
  test.each<[FaultKind, string, RegExp]>([
    ['repeated-next-url', 'system_error', /lead in a circle/],
    ['foreign-next-url', 'system_error', /another host \(api\.attacker\.example\)/],
    ['redirect', 'system_error', /Redirects are not followed/],
  ])('%s is a %s, the others go on, and nothing is asked elsewhere', async (kind, failureType, message) => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind, match: SECOND_PAGE, nth: 2 });
    const { events, urls, endOf } = await readFrom(sandbox, { names: ['persons', 'opportunities'] });
    expect(endOf('persons')).toMatchObject({
      isComplete: false,
      error: { failureType, message: expect.stringMatching(message) },
    });
    expect(endOf('opportunities')).toMatchObject({ isComplete: true });
    expect(idsOf(events, 'persons').length).toBeGreaterThanOrEqual(200);
    expect(urls.every((url) => url.startsWith(sandbox.url))).toBe(true);
  });

  test('a token of the legacy API that repeats is a system_error', async () => {
    const sandbox = await openSandbox({ scale: 4 });
    sandbox.addFault({ kind: 'repeated-next-url', match: '/notes\\?.*page_token=', nth: 1 });
    const { endOf } = await readFrom(sandbox, { names: ['notes'] });
    expect(endOf('notes')).toMatchObject({ error: { failureType: 'system_error' } });
  });

  test.each<FaultKind>(['500-html', 'broken-json', 'html-200', 'reset-before-answer', 'cut-content-length'])(
    '%s for good is a transient_error after six attempts, and the state keeps what was read',
    async (kind) => {
      const sandbox = await openSandbox();
      sandbox.addFault({ kind, match: SECOND_PAGE, nth: 2, times: 1000 });
      const { events, endOf } = await readFrom(sandbox);
      expect(endOf('persons')).toMatchObject({ error: { failureType: 'transient_error' } });
      expect(sandbox.requests.filter(({ fault }) => fault === kind)).toHaveLength(6);
      expect(idsOf(events, 'persons')).toHaveLength(200);

      sandbox.clearFaults();
      const [state] = statesOf(events, 'persons').slice(-1);
      const rest = await readFrom(sandbox, { states: { persons: state && serialiseState(state) } });
      const union = [...idsOf(events, 'persons'), ...idsOf(rest.events, 'persons')];
      expect(new Set(union)).toEqual(new Set(sandbox.rows('persons').map(({ id }) => id)));
      expect(union.length - new Set(union).size).toBeLessThanOrEqual(100);
    },
  );

  test.each<FaultKind>(['hang', 'stall'])(
    'an answer that stops (%s), each time, is a transient_error, and the others do not wait for it',
    async (kind) => {
      const sandbox = await openSandbox();
      // A stall comes when half of the body is there.
      sandbox.addFault({ kind, match: SECOND_PAGE, nth: 2, times: 1000, delayMs: 60_000 });
      const order: string[] = [];
      const { events, endOf } = await readFrom(sandbox, {
        names: ['persons', 'opportunities', 'emails'],
        onEvent(event) {
          if (event.type === 'stream-end') order.push(event.stream);
        },
      });
      expect(endOf('persons')).toMatchObject({
        isComplete: false,
        error: { failureType: 'transient_error', message: expect.stringMatching(/did not answer in time/) },
      });
      expect(idsOf(events, 'persons')).toHaveLength(200);
      expect(order.at(-1)).toBe('persons');
      expect(order).toHaveLength(3);
      for (const name of ['opportunities', 'emails']) expect(endOf(name)).toMatchObject({ isComplete: true });
    },
  );

  test.each<FaultKind>(['empty-page', 'null-data', 'duplicate-page'])(
    'a page that comes again under ever new links (%s) is a system_error, not a sync without end',
    async (kind) => {
      const sandbox = await openSandbox();
      sandbox.addFault({ kind, match: SECOND_PAGE, nth: 2, times: 100_000 });
      const { events, endOf } = await readFrom(sandbox, { names: ['persons', 'opportunities'], factor: 1_000 });
      expect(endOf('persons')).toMatchObject({
        error: { failureType: 'system_error', message: expect.stringMatching(/do not end/) },
      });
      expect(endOf('opportunities')).toMatchObject({ isComplete: true });
      expect(new Set(idsOf(events, 'persons')).size).toBe(idsOf(events, 'persons').length);
    },
  );

  test.each<FaultKind>(['empty-page', 'null-data', 'duplicate-page'])(
    'a page of the legacy API that comes again under ever new tokens (%s) is a system_error, too',
    async (kind) => {
      const sandbox = await openSandbox();
      sandbox.addFault({ kind, match: 'GET /notes\\?', times: 100_000 });
      const { endOf } = await readFrom(sandbox, { names: ['notes', 'opportunities'], factor: 1_000 });
      expect(endOf('notes')).toMatchObject({
        error: { failureType: 'system_error', message: expect.stringMatching(/do not end/) },
      });
      expect(endOf('opportunities')).toMatchObject({ isComplete: true });
    },
    // Five hundred pages are read and compared.
    60_000,
  );

  test('refusals without end are a transient_error after bounded waits', async () => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind: 'rate-limit-retry-after', match: SECOND_PAGE, retryAfterSeconds: 60 });
    const { events, endOf } = await readFrom(sandbox, { factor: 2000 });
    expect(endOf('persons')).toMatchObject({ error: { failureType: 'transient_error' } });
    expect(events.some(({ type }) => type === 'rate-limited')).toBe(true);
  });

  test('a missing permission is a config_error that names it, and no empty stream', async () => {
    const sandbox = await openSandbox({ deny: ['Manage duplicates'] });
    const { events, endOf } = await readFrom(sandbox, { names: ['company_merges', 'persons'] });
    expect(outline(events, 'company_merges')).toEqual([
      'stream-start',
      expect.stringMatching(/^incomplete .*"Manage duplicates"/),
    ]);
    expect(endOf('company_merges')).toMatchObject({ error: { failureType: 'config_error' } });
    expect(endOf('persons')).toMatchObject({ isComplete: true });
  });
});

describe('rows that are deleted while the pages of the legacy API are read', () => {
  test('move others to pages that were read before: these are looked for again in a first sync', async () => {
    const sandbox = await openSandbox({ scale: 4 });
    let deletedAfter: number | undefined;
    const { events, endOf } = await readFrom(sandbox, {
      names: ['notes'],
      mode: 'incremental',
      onEvent(event) {
        if (event.type !== 'page' || deletedAfter !== undefined) return;
        deletedAfter = event.rows.length;
        const ids = sandbox.rows('notes_v2').map(({ id }) => Number(id));
        sandbox.change({ kind: 'delete', stream: 'notes_v2', ids: ids.slice(0, 40) });
      },
    });
    expect(deletedAfter).toBe(500);
    expect(endOf('notes')).toMatchObject({ isComplete: true });
    const ids = idsOf(events, 'notes');
    expect(ids).toEqual(expect.arrayContaining(sandbox.rows('notes').map(({ id }) => id)));
    expect(new Set(ids).size).toBe(ids.length);
    const calls = () => sandbox.requests.filter(({ path }) => path === '/notes').length;
    expect(calls()).toBe(6);

    const states = { notes: serialiseState(statesOf(events, 'notes').at(-1) ?? expect.fail('no state')) };
    await readFrom(sandbox, { names: ['notes'], mode: 'incremental', states });
    expect(calls(), 'in a later sync each page is asked for once').toBe(9);
  });
});

describe('an answer that ends everything', () => {
  const names = ['persons', 'companies', 'notes', 'emails'];

  test('a wrong key gives each stream the same config_error', async () => {
    const sandbox = await openSandbox();
    const { events } = await readFrom(sandbox, { names, settings: { api_key: 'wrong' } });
    const ends = events.filter(({ type }) => type === 'stream-end');
    expect(ends).toHaveLength(names.length);
    for (const end of ends) expect(end).toMatchObject({ error: { failureType: 'config_error' } });
    expect(new Set(ends.map((end) => 'error' in end && end.error?.message)).size).toBe(1);
  });

  test('a host that answers nothing is asked by one, and each stream gives the same transient_error', async () => {
    const sandbox = await openSandbox();
    sandbox.addFault({ kind: 'reset-before-answer' });
    const { events, urls } = await readFrom(sandbox, { names });
    const ends = events.flatMap((event) => (event.type === 'stream-end' && !event.isComplete ? [event] : []));
    expect(ends).toHaveLength(names.length);
    for (const { error } of ends) expect(error).toMatchObject({ failureType: 'transient_error' });
    expect(new Set(ends.map(({ error }) => error?.message)).size).toBe(1);
    expect(urls.map((url) => new URL(url).pathname)).toEqual([
      ...Array(2).fill('/rate-limit'),
      ...Array(6).fill('/v2/auth/whoami'),
    ]);
  });

  test.each([
    ['an exhausted month', { monthLimit: 100_000, monthRemaining: 12 }, 0, /used up; they are reset on 20/],
    ['the reserve', { monthLimit: 100_000, monthRemaining: 512 }, 500, /"monthly_call_reserve" keeps 500/],
  ])(
    '%s stops all streams at once, each with the same sentence and a state to go on from',
    async (_what, limits, reserve, message) => {
      const sandbox = await openSandbox(limits);
      const settings = { monthly_call_reserve: reserve };
      const { events } = await readFrom(sandbox, { names, settings });
      const ends = events.flatMap((event) => (event.type === 'stream-end' && !event.isComplete ? [event] : []));
      expect(ends.length).toBeGreaterThan(0);
      for (const { error } of ends) {
        expect(error).toMatchObject({ failureType: 'config_error', message: expect.stringMatching(message) });
      }
      expect(new Set(ends.map(({ error }) => error?.message)).size).toBe(1);
      expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);

      sandbox.configure({ monthLimit: null });
      const states = Object.fromEntries(
        names.flatMap((name) => {
          const state = statesOf(events, name).at(-1);
          return state === undefined ? [] : [[name, serialiseState(state)]];
        }),
      );
      const unfinished = ends.map(({ stream }) => stream);
      const rest = await readFrom(sandbox, { names: unfinished, states });
      for (const name of unfinished) {
        const union = new Set([...idsOf(events, name), ...idsOf(rest.events, name)]);
        expect(union, name).toEqual(new Set(sandbox.rows(name).map(({ id }) => id)));
      }
    },
  );
});
