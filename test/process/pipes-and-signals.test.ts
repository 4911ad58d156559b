import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { configOf, nameStreams, openAccountForTest } from '../support/affinity-account.ts';
import { peakMegabytes, type Running, start, temporaryFiles } from '../support/airbyte-process.ts';
import { takeApart } from '../support/airbyte-run.ts';
import { serveOpportunities } from '../support/opportunity-server.ts';

async function startRead(config: object, catalog: object, isReading = true): Promise<Running> {
  const paths = await temporaryFiles({ config, catalog });
  return start(['read', '--config', paths.config, '--catalog', paths.catalog], { isReading });
}

const slowStreams = ['companies', 'persons', 'notes', 'list_entries', 'lists'];

describe('a slow reader', () => {
  it('gets every line, and neither memory nor fetching runs ahead of it', { timeout: 60_000 }, async () => {
    const rows = 120_000;
    const server = await serveOpportunities(rows);
    const config = configOf({ ...server, apiKey: 'a-key-of-ours' });
    const running = await startRead(config, nameStreams(['opportunities']), false);
    // Nobody reads yet: what is fetched has to fit into pipes and a few pages.
    await expect.poll(server.pages, { timeout: 10_000 }).toBeGreaterThan(3);
    await sleep(1000);
    const pagesUnread = server.pages();
    expect(pagesUnread).toBeLessThan(60);

    let [lines, peak, rest] = [0, 0, ''];
    let last = '';
    running.child.stdout.setEncoding('utf8');
    for await (const chunk of running.child.stdout) {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      if (lines % 50 < parts.length) {
        // A pause now and then, as a destination that loads a batch makes it.
        await sleep(1);
        if (running.child.exitCode === null)
          peak = Math.max(peak, await peakMegabytes(running.child.pid).catch(() => 0));
      }
      lines += parts.filter((line) => line.startsWith('{"type":"RECORD"')).length;
      last = parts.at(-1) ?? last;
    }
    expect(await running.exit).toEqual({ code: 0, signal: null });
    expect([lines, rest]).toEqual([rows, '']);
    expect(JSON.parse(last).type).toBe('LOG');
    if (process.platform === 'linux') {
      expect(peak).toBeGreaterThan(20);
      expect(peak).toBeLessThan(200);
    }
  });
});

describe('a reader that goes away', () => {
  it('after the first line ends the read quietly, with a code that is no success', async () => {
    const server = await serveOpportunities(100_000);
    const running = await startRead(
      configOf({ ...server, apiKey: 'a-key-of-ours' }),
      nameStreams(['opportunities']),
      false,
    );
    await new Promise((resolve) => running.child.stdout.once('data', resolve));
    running.child.stdout.destroy();
    expect(await running.exit).toEqual({ code: 1, signal: null });
    expect(running.stderr()).toBe('');
    expect(server.pages()).toBeLessThan(200);
  });

  it('ends the read although one stream waits for an answer that does not come', async () => {
    const account = await openAccountForTest({ latencyMs: 150, faults: [{ kind: 'hang', match: '/v2/companies' }] });
    const running = await startRead(configOf(account), nameStreams(slowStreams), false);
    await new Promise((resolve) => running.child.stdout.once('data', resolve));
    running.child.stdout.destroy();
    const startedMs = performance.now();
    expect(await running.exit).toEqual({ code: 1, signal: null });
    expect(running.stderr()).toBe('');
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  it('is no reason for a word in any command', async () => {
    const account = await openAccountForTest();
    const paths = await temporaryFiles({ config: configOf(account) });
    for (const argv of [
      ['spec'],
      ['check', '--config', paths.config],
      ['discover', '--config', paths.config],
      ['--help'],
    ]) {
      const running = start(argv, { isReading: false });
      running.child.stdout.destroy();
      const { signal } = await running.exit;
      expect(signal).toBeNull();
      expect(running.stderr()).toBe('');
    }
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('in the middle of a read: whole lines, states for what is out, INCOMPLETE without an error, dead of the signal', async () => {
    const account = await openAccountForTest({ scale: 1, latencyMs: 60 });
    const running = await startRead(configOf(account), nameStreams(slowStreams, 'incremental'));
    await running.until(/"type":"RECORD","record":\{"stream":"(companies|persons)"/);
    running.child.kill(signal);
    expect(await running.exit).toEqual({ code: null, signal });
    expect(running.stderr()).toBe('');

    const { statuses, errors, records, states } = takeApart(running.stdout(), 1);
    expect(errors).toEqual([]);
    expect(Object.keys(statuses).sort()).toEqual([...slowStreams].sort());
    for (const each of Object.values(statuses)) expect(each).toMatch(/^STARTED RUNNING (COMPLETE|INCOMPLETE)$/);
    expect(Object.values(statuses)).toContain('STARTED RUNNING INCOMPLETE');
    const written = new Set(records.map(({ stream }) => stream));
    const saved = new Set(states.map(({ stream }) => stream.stream_descriptor.name));
    expect(written.size).toBeGreaterThan(0);
    expect([...saved].some((stream) => written.has(stream))).toBe(true);
    expect(states.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0)).toBeLessThanOrEqual(
      records.length,
    );
  });

  it('before check has an answer: no answer, dead of the signal', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'hang' }] });
    const paths = await temporaryFiles({ config: configOf(account) });
    const running = start(['check', '--config', paths.config]);
    await expect.poll(() => account.requests.length, { timeout: 10_000 }).toBeGreaterThan(0);
    running.child.kill(signal);
    expect(await running.exit).toEqual({ code: null, signal });
    expect([running.stdout(), running.stderr()]).toEqual(['', '']);
  });

  it('after the answer of spec, check and discover: a success', async () => {
    const account = await openAccountForTest();
    const paths = await temporaryFiles({ config: configOf(account) });
    for (const argv of [['spec'], ['check', '--config', paths.config], ['discover', '--config', paths.config]]) {
      const running = start(argv);
      await running.until(/\n$/);
      running.child.kill(signal);
      expect(await running.exit, argv[0]).toEqual({ code: 0, signal: null });
      expect(running.stderr()).toBe('');
    }
  });

  it('a second time: dead at once, whatever is still under way', async () => {
    // A reader that does not read keeps the first signal from coming to its end.
    const server = await serveOpportunities(50_000);
    const stuck = await startRead(
      configOf({ ...server, apiKey: 'a-key-of-ours' }),
      nameStreams(['opportunities']),
      false,
    );
    await expect.poll(server.pages, { timeout: 10_000 }).toBeGreaterThan(3);
    await sleep(700);
    stuck.child.kill(signal);
    await sleep(300);
    expect(stuck.child.exitCode ?? stuck.child.signalCode).toBeNull();
    stuck.child.kill(signal);
    stuck.child.stdout.resume();
    expect(await stuck.exit).toEqual({ code: null, signal });
  });
});
