import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { progressOn } from '../../src/cli/progress.ts';
import { ConnectorError } from '../../src/errors.ts';
import type { PacerSnapshot } from '../../src/http/pacing.ts';
import { configOf, nameStreams, openAccountForTest, read } from '../support/affinity-account.ts';
import { prepared } from '../support/prepared-rows.ts';

function openTerminal(): { terminal: NodeJS.WriteStream; shown(): string } {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = Object.assign(output, { isTTY: true, columns: 100, rows: 8 }) as unknown as NodeJS.WriteStream;
  return { terminal, shown: () => stripVTControlCharacters(text) };
}

const pace = (): PacerSnapshot => ({
  inFlight: 1,
  level: 4,
  callsMade: 1234,
  callsByLane: { companies: 1200, persons: 34 },
  minuteRemaining: 700,
  monthRemaining: 98_765,
});

const rows = (count: number) => Array.from({ length: count }, (_, id) => prepared({ id }));

describe('the progress display', () => {
  it('shows the streams under way as they go on, and no more than the terminal has lines for', async () => {
    const { terminal, shown } = openTerminal();
    const view = progressOn(terminal)(pace);
    for (let index = 0; index < 20; index += 1) view.observe({ type: 'stream-start', stream: `stream_${index}` });
    view.observe({ type: 'page', stream: 'stream_0', rows: rows(1500), emittedAtMs: 0 });
    view.observe({ type: 'stream-end', stream: 'stream_1', isComplete: true });
    await expect.poll(shown, { timeout: 5000 }).toMatch(/1 of 20 streams done, .* 1,234 calls/);
    expect(shown()).toMatch(/… stream_0 +1,500 rows/);
    expect(shown()).toContain('and 15 more');
    expect(shown()).toContain('700 left this minute, 98,765 left this month');
    view.finish();
  });

  it('ends with a table of all streams, and what became of them', () => {
    const { terminal, shown } = openTerminal();
    const view = progressOn(terminal)(pace);
    for (const stream of ['companies', 'persons']) view.observe({ type: 'stream-start', stream });
    view.observe({ type: 'page', stream: 'companies', rows: rows(2000), emittedAtMs: 0 });
    view.observe({ type: 'stream-end', stream: 'companies', isComplete: true });
    const error = new ConnectorError('config_error', 'Forbidden.');
    view.observe({ type: 'stream-end', stream: 'persons', isComplete: false, error });
    view.finish();
    expect(shown()).toMatch(/✓ +│ companies +│ +2,000 │ +[\d,]+ │ +1,200 │/);
    expect(shown()).toMatch(/✗ +│ persons +│ +0 │ +0 │ +34 │/);
    expect(shown()).toMatch(/2,000 rows in \d+\.\d s, 1,234 calls/);
  });

  it('watches a read without changing what it says', async () => {
    const { terminal, shown } = openTerminal();
    const account = await openAccountForTest();
    const output = await read(configOf(account), nameStreams(['lists']), { progress: progressOn(terminal) });
    expect([output.exitCode, output.recordsOf('lists')]).toEqual([0, account.rows('lists')]);
    expect(shown()).toMatch(/✓ +│ lists +│ +6 │/);
  });

  it('leaves nothing running when the read fails', async () => {
    const { terminal, shown } = openTerminal();
    const account = await openAccountForTest();
    const { exitCode } = await read(configOf(account), nameStreams(['nonsense']), { progress: progressOn(terminal) });
    expect(exitCode).toBe(1);
    expect(shown()).toMatch(/✗ +│ nonsense/);
  });
});
