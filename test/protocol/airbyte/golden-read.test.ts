import { expect, it } from 'vitest';
import { systemClock } from '../../../src/http/clock.ts';
import { configOf, configure, discoverStreams, openAccountForTest, read } from '../../support/affinity-account.ts';

const STREAMS = ['lists', 'list_3305_view_961_entries', 'list_3304_entries', 'company_merges'];

/** The stream that a line is about; streams are read side by side, and only the order of each one's lines is certain. */
function streamOf(line: string): string {
  const { record, state, trace } = JSON.parse(line);
  const about = state?.stream ?? trace?.stream_status ?? trace?.error;
  return record?.stream ?? about?.stream_descriptor?.name ?? '~';
}

it('a small sync looks as it always did', async () => {
  const account = await openAccountForTest();
  const nowMs = Date.UTC(2026, 9, 15, 12);
  const config = configOf(account, { list_references: ['3305/961', '3304'] });
  const streams = (await discoverStreams(config)).filter(({ name }) => STREAMS.includes(name));
  const { text, exitCode } = await read(config, configure(streams, 'incremental'), {
    clock: { ...systemClock, now: () => nowMs },
  });
  expect(exitCode).toBe(0);
  const lines = text.split('\n').slice(0, -1);
  const sorted = STREAMS.flatMap((stream) => lines.filter((line) => streamOf(line) === stream));
  // What is left is how many calls were made.
  expect(lines.filter((line) => !sorted.includes(line)).map((line) => JSON.parse(line).log?.level)).toEqual(['INFO']);
  await expect(`${sorted.join('\n')}\n`).toMatchFileSnapshot('../../golden/airbyte-read.jsonl');
});
