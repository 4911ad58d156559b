import { describe, expect, test } from 'vitest';
import { streams as allStreams } from '../../src/streams/index.ts';
import type { Row } from '../../src/streams/stream.ts';
import { byKey } from '../streams/read-sandbox.ts';
import { configOf, lastStates, nameStreams, openAccount, read } from '../support/affinity-account.ts';
import type { Output } from '../support/airbyte-run.ts';
import { createFastClock } from '../support/fast-clock.ts';

const SEED = Number(process.env['FAULTS_SEED'] ?? 20261122);
/** At 50, which takes minutes, the account has about 150,000 rows. */
const SCALES = (process.env['FAULTS_SCALES'] ?? '1').split(',').map(Number);
const PLATFORM_ATTEMPTS = 4;

const NOTE_TYPES = ['plain-text', 'email', 'html', 'ai-summary'];
const INTERACTION_TYPES = ['meeting', 'call', 'chat-message', 'email'];

/** V1 numbers types, which go out as words. */
function inWords(stream: string, row: Row): Row {
  if (stream !== 'notes') return row;
  const interaction = row['interaction_type'];
  return {
    ...row,
    type: NOTE_TYPES[Number(row['type'])] ?? String(row['type']),
    interaction_type: interaction === null ? null : (INTERACTION_TYPES[Number(interaction)] ?? String(interaction)),
  };
}

describe.each(SCALES)('a read of all streams at scale %d, a fifth of whose requests go wrong', (scale) => {
  // Without a monthly quota companies and persons are read in another way.
  test.each([
    ['full_refresh', null],
    ['incremental', 100_000],
  ] as const)(
    `brings exactly the rows of the account (%s, %s calls a month, seed ${SEED})`,
    async (mode, monthLimit) => {
      const account = await openAccount({ scale, seed: SEED, faults: 0.2, clock: 'real', monthLimit });
      const settings = configOf(account, { field_layout: 'array' });
      const names = allStreams.map(({ name }) => name);
      const catalog = nameStreams(names, mode);
      const attempts: Output[] = [];
      // A platform tries again from the last states when time may help; six bad answers in a row do happen.
      while (attempts.length < PLATFORM_ATTEMPTS && attempts.at(-1)?.exitCode !== 0) {
        const state = attempts.flatMap(lastStates);
        attempts.push(
          await read(settings, catalog, {
            clock: createFastClock(50),
            random: () => 0.1,
            env: { WORKER_JOB_ID: '1' },
            ...(state.length === 0 ? {} : { state }),
          }),
        );
      }
      expect(attempts.at(-1)?.errors).toEqual([]);
      expect(attempts.length).toBeLessThanOrEqual(2);
      const wrong = attempts
        .flatMap(({ errors }) => errors)
        .filter((error) => error.failure_type !== 'transient_error');
      expect(wrong.map(({ message }) => message)).toEqual([]);

      account.clearFaults();
      for (const name of names) {
        const arrived = attempts.flatMap((attempt) => attempt.recordsOf(name));
        const held = account.rows(name).map((row) => inWords(name, row));
        expect(byKey(name, arrived), name).toEqual(byKey(name, held));
        if (attempts.length === 1) expect(arrived.length, `${name}, repeated rows`).toBe(held.length);
      }
      const struck = account.requests.filter(({ fault }) => fault !== null).length;
      expect(struck / account.requests.length).toBeGreaterThan(0.1);
      await account.close();
    },
    300_000,
  );
});
