import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { configOf, configure, discoverStreams, openAccount, read } from '../support/affinity-account.ts';
import type { AirbyteStream } from '../support/airbyte-run.ts';
import { discoverCatalog, selectStreams, syncTap, type TapCatalog } from '../support/singer-run.ts';

let account: Sandbox;
let config: Record<string, unknown>;
let catalog: TapCatalog;
let streams: readonly AirbyteStream[];

beforeAll(async () => {
  account = await openAccount({ scale: 2 });
  config = configOf(account);
  catalog = await discoverCatalog(config);
  streams = await discoverStreams(config);
});

afterAll(() => account.close());

const airbyteCatalog = (...names: string[]): object =>
  configure(
    streams.filter(({ name }) => names.includes(name)),
    'incremental',
  );
const singerCatalog = (...names: string[]): TapCatalog => selectStreams(catalog, names);
const count = (stream: string): number => account.counts()[stream] ?? -1;

async function withFailingCompanies<Output>(act: () => Promise<Output>): Promise<Output> {
  account.addFault({ kind: 'foreign-next-url', match: '^GET /v2/companies\\?', nth: 2 });
  const output = await act();
  account.clearFaults();
  return output;
}

describe('states of the other protocol', () => {
  it('start the tap: the lines that source-affinity wrote', async () => {
    const before = await read(config, airbyteCatalog('emails'));
    const output = await syncTap(config, { catalog: singerCatalog('emails'), state: before.text });
    expect(before.records).toHaveLength(count('emails'));
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('emails').length).toBeLessThan(count('emails') / 4);
  });

  it('start source-affinity: the lines that the tap wrote, or the value of the last one', async () => {
    const before = await syncTap(config, { catalog: singerCatalog('emails') });
    for (const state of [before.text, before.state]) {
      const output = await read(config, airbyteCatalog('emails'), { state });
      expect(output.exitCode).toBe(0);
      expect(output.records.length).toBeLessThan(count('emails') / 4);
    }
  });

  it('resume a full-table read in the tap, which then activates nothing: rows before it have no version', async () => {
    const before = await withFailingCompanies(() => read(config, airbyteCatalog('companies')));
    const output = await syncTap(config, { catalog: singerCatalog('companies'), state: before.states });
    const { written, activated } = output.versionsOf('companies');
    expect(before.exitCode).toBe(1);
    expect(output.exitCode).toBe(0);
    expect(before.records.length + output.recordsOf('companies').length).toBe(count('companies'));
    expect(written).toEqual([expect.any(Number)]);
    expect(activated).toEqual([]);

    const next = await syncTap(config, { catalog: singerCatalog('companies'), state: output.state });
    expect(next.recordsOf('companies')).toHaveLength(count('companies'));
    expect(next.versionsOf('companies').activated[0]).toBeGreaterThan(written[0] ?? Infinity);
  });

  it('resume a full-table read in source-affinity', async () => {
    const before = await withFailingCompanies(() => syncTap(config, { catalog: singerCatalog('companies') }));
    const output = await read(config, airbyteCatalog('companies'), { state: before.state });
    expect(output.exitCode).toBe(0);
    expect(before.recordsOf('companies').length + output.records.length).toBe(count('companies'));
  });
});

describe('the state of streams that are not selected', () => {
  it('is handed on untouched', async () => {
    const before = await syncTap(config, { catalog: singerCatalog('emails', 'lists') });
    const foreign = { replication_key_value: '2024-01-01' };
    const state = { bookmarks: { ...before.bookmarks, sofas: foreign } };
    const output = await syncTap(config, { catalog: singerCatalog('lists'), state });
    for (const message of output.messages) {
      if (message.type !== 'STATE') continue;
      expect(message.value.bookmarks['emails']).toEqual(before.bookmarks['emails']);
      expect(message.value.bookmarks['sofas']).toEqual(foreign);
    }
    expect(output.state).toBeDefined();
    expect(output.exitCode).toBe(0);
  });
});

describe('a state file', () => {
  it.each([
    ['empty', ''],
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['null', 'null'],
    ['no bookmarks', '{"bookmarks":{}}'],
    ['a null bookmark', '{"bookmarks":{"lists":null}}'],
  ])('that is %s means that there is no state', async (_what, state) => {
    const output = await syncTap(config, { catalog: singerCatalog('lists'), state });
    expect(output.exitCode).toBe(0);
    expect(output.recordsOf('lists')).toHaveLength(count('lists'));
  });

  it('of another tap fails the stream, and keeps its state', async () => {
    const foreign = { replication_key_value: '2024-01-01' };
    const output = await syncTap(config, {
      catalog: singerCatalog('emails', 'lists'),
      state: { bookmarks: { emails: foreign } },
    });
    expect(output.exitCode).toBe(1);
    expect(output.logs).toContain('ERROR emails: The saved state of the stream "emails" was not written by this');
    expect(output.recordsOf('lists')).toHaveLength(count('lists'));
    expect(output.bookmarks['emails']).toEqual(foreign);
    expect(output.streams).toEqual(['lists']);
  });
});
