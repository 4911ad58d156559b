import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { API_KEY, configOf, openAccount } from '../support/affinity-account.ts';
import {
  discoverCatalog,
  type SingerMessage,
  selectStreams,
  syncTap,
  type TapCatalog,
  type TapOutput,
} from '../support/singer-run.ts';

const MINUTE_MS = 60_000;
const FAN_OUT = ['dropdown_options', 'note_replies', 'relationships', 'transcript_fragments'];

let account: Sandbox;
let catalog: TapCatalog;
let whole: TapOutput;
let again: TapOutput;
let byDefault: TapOutput;

beforeAll(async () => {
  account = await openAccount();
  const config = configOf(account, { list_references: ['all', '3300/911'] });
  catalog = selectStreams(await discoverCatalog(config));
  whole = await syncTap(config, { catalog });
  account.advance(MINUTE_MS);
  again = await syncTap(config, { catalog, state: whole.state });
  byDefault = await syncTap(config);
});

afterAll(() => account.close());

const isIncremental = (name: string): boolean =>
  catalog.streams.some((each) => each.tap_stream_id === name && each.replication_method === 'INCREMENTAL');

describe('a sync of all streams', () => {
  it('brings every row of every stream', () => {
    const counts = account.counts();
    const written = Object.fromEntries(whole.streams.map((name) => [name, whole.recordsOf(name).length]));
    const expected = Object.fromEntries(whole.streams.map((name) => [name, counts[name]]));
    expect(written).toEqual(expected);
    expect(whole.streams.length).toBeGreaterThanOrEqual(35);
    expect(whole.streams).toEqual(catalog.streams.map(({ tap_stream_id }) => tap_stream_id));
    expect(whole.exitCode).toBe(0);
  });

  it('writes a SCHEMA of each stream once, with its keys, and bookmarks where it is incremental', () => {
    for (const { tap_stream_id: name, key_properties, replication_key } of catalog.streams) {
      expect(whole.messages.filter((each) => each.type === 'SCHEMA' && each.stream === name)).toHaveLength(1);
      const { key_properties: keys, bookmark_properties: bookmarks } = whole.schemaOf(name);
      expect(keys).toEqual(key_properties);
      expect(bookmarks).toEqual(isIncremental(name) ? [replication_key] : undefined);
    }
  });

  it('puts one version on the records of a full-table stream and activates it after the last, before the final STATE', () => {
    const { messages } = whole;
    for (const name of whole.streams.filter((each) => !isIncremental(each))) {
      const { written, activated } = whole.versionsOf(name);
      expect(activated, name).toHaveLength(1);
      if (whole.recordsOf(name).length > 0) expect(written, name).toEqual(activated);
      const at = messages.findIndex((each) => each.type === 'ACTIVATE_VERSION' && each.stream === name);
      const lastRecord = messages.findLastIndex((each) => each.type === 'RECORD' && each.stream === name);
      const firstComplete = messages.findIndex((each) => each.type === 'STATE' && isFinished(each, name));
      expect(at).toBeGreaterThan(lastRecord);
      expect(firstComplete).toBeGreaterThan(at);
    }
  });

  it('puts no version on incremental streams', () => {
    for (const name of whole.streams.filter(isIncremental)) {
      expect(whole.versionsOf(name), name).toEqual({
        written: whole.recordsOf(name).length > 0 ? [undefined] : [],
        activated: [],
      });
    }
  });

  it('ends with a STATE that has a bookmark of each stream', () => {
    expect(whole.messages.at(-1)?.type).toBe('STATE');
    expect(Object.keys(whole.bookmarks).sort()).toEqual([...whole.streams].sort());
  });

  it('writes no two equal STATEs in a row', () => {
    expect(repeatedStates(whole)).toEqual([]);
  });

  it('logs on stderr: how many rows each stream had, and never the key', () => {
    for (const name of whole.streams) {
      const metric = `METRIC: ${JSON.stringify({
        type: 'counter',
        metric: 'record_count',
        value: whole.recordsOf(name).length,
        tags: { stream: name },
      })}\n`;
      expect(whole.logs).toContain(metric);
    }
    expect(whole.logs).toMatch(/INFO API calls: \d+\./);
    expect(whole.logs + whole.text).not.toContain(API_KEY);
  });
});

function repeatedStates({ messages }: TapOutput): string[] {
  const states = messages.flatMap((each) => (each.type === 'STATE' ? [JSON.stringify(each.value)] : []));
  return states.filter((state, index) => state === states[index - 1]);
}

function isFinished(message: SingerMessage & { type: 'STATE' }, name: string): boolean {
  return message.value.bookmarks[name]?.['complete'] !== undefined;
}

describe('a second sync', () => {
  it('brings full-table streams whole, under a newer version', () => {
    for (const name of whole.streams.filter((each) => !isIncremental(each))) {
      expect(again.recordsOf(name), name).toHaveLength(whole.recordsOf(name).length);
      expect(again.versionsOf(name).activated[0]).toBeGreaterThan(whole.versionsOf(name).activated[0] ?? Infinity);
    }
  });

  it('writes no two equal STATEs in a row, either, although the state it began with says that full tables are through', () => {
    expect(repeatedStates(again)).toEqual([]);
    expect(Object.keys(again.bookmarks).sort()).toEqual([...again.streams].sort());
  });

  it('brings of incremental streams only what the overlap covers', () => {
    for (const name of whole.streams.filter(isIncremental)) {
      const before = whole.recordsOf(name).length;
      if (before > 20) expect(again.recordsOf(name).length, name).toBeLessThan(before / 4);
    }
    expect(again.exitCode).toBe(0);
  });
});

describe('a sync without a catalog', () => {
  it('reads all but the streams that cost a call for each parent', () => {
    const expected = whole.streams.filter((name) => !FAN_OUT.includes(name));
    expect(byDefault.streams).toEqual(expected);
    for (const name of expected) expect(byDefault.recordsOf(name)).toHaveLength(account.counts()[name] ?? -1);
  });
});
