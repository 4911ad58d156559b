import { describe, expect, test } from 'vitest';
import {
  type AttemptOutcome,
  decideRetry,
  patientRetries,
  promptRetries,
  type RetryHistory,
} from '../../src/http/retry.ts';
import type { TransportFailureKind } from '../../src/http/transport-error.ts';

const first: RetryHistory = { attempts: 1, elapsedMs: 0, refusals: 0, refusedMs: 0 };

function decide(outcome: AttemptOutcome, history: Partial<RetryHistory> = {}, random = 0.5) {
  return decideRetry({ policy: patientRetries, outcome, history: { ...first, ...history }, random });
}

const status = (code: number, retryAfterMs?: number): AttemptOutcome => ({
  kind: 'status',
  status: code,
  retryAfterMs,
});
const failure = (kind: TransportFailureKind): AttemptOutcome => ({ kind: 'failure', failure: kind });

describe('which outcomes are worth another try', () => {
  test.for([200, 204, 301, 304, 400, 401, 403, 404, 409, 410, 422])('status %d is an answer', (code) => {
    expect(decide(status(code))).toEqual({ action: 'final' });
  });

  test.for([408, 500, 501, 502, 503, 504, 520, 599])('status %d is retried', (code) => {
    expect(decide(status(code))).toEqual({ action: 'retry', delayMs: 500 });
  });

  test('a body that cannot be read is retried', () => {
    expect(decide({ kind: 'unreadable', status: 200 })).toEqual({ action: 'retry', delayMs: 500 });
  });

  test.for<[TransportFailureKind, number]>([
    ['timeout', 6],
    ['reset', 6],
    ['refused', 6],
    ['unreachable', 6],
    ['protocol', 6],
    ['dns', 3],
    ['tls', 3],
    ['proxy', 3],
    ['body-too-large', 1],
  ])('%s is attempted %d times in all', ([kind, most]) => {
    for (let attempts = 1; attempts < most; attempts += 1) {
      expect(decide(failure(kind), { attempts }).action).toBe('retry');
    }
    expect(decide(failure(kind), { attempts: most })).toEqual({ action: 'give-up' });
  });
});

describe('how long to wait', () => {
  test.for([
    [1, 1_000],
    [2, 3_000],
    [3, 9_000],
    [4, 27_000],
    [5, 60_000],
  ] as const)('after attempt %d anything up to %d ms, as chance has it', ([attempts, longestMs]) => {
    expect(decide(status(500), { attempts }, 0)).toEqual({ action: 'retry', delayMs: 0 });
    expect(decide(status(500), { attempts }, 0.5)).toEqual({ action: 'retry', delayMs: longestMs / 2 });
    expect(decide(status(500), { attempts }, 0.999)).toEqual({ action: 'retry', delayMs: longestMs * 0.999 });
  });

  test('a 503 that names a time is believed when that is longer', () => {
    expect(decide(status(503, 20_000))).toEqual({ action: 'retry', delayMs: 20_000 });
    expect(decide(status(503, 100), {}, 0.5)).toEqual({ action: 'retry', delayMs: 500 });
  });

  test('a 503 that names an hour is asked again sooner, while there is time', () => {
    expect(decide(status(503, 3_600_000))).toEqual({ action: 'retry', delayMs: 60_000 });
    expect(decide(status(503, 3_600_000), { attempts: 3, elapsedMs: 121_000 })).toEqual({ action: 'give-up' });
  });
});

describe('when enough is enough', () => {
  test('the sixth attempt of a read is the last', () => {
    expect(decide(status(500), { attempts: 5 }).action).toBe('retry');
    expect(decide(status(500), { attempts: 6 })).toEqual({ action: 'give-up' });
  });

  test('no attempt begins once three minutes have passed', () => {
    expect(decide(status(500), { elapsedMs: 179_000 }).action).toBe('retry');
    expect(decide(status(500), { elapsedMs: 179_500 })).toEqual({ action: 'give-up' });
  });

  test('check and discover have done with a host after thirty seconds', () => {
    const elapsed = (elapsedMs: number) =>
      decideRetry({ policy: promptRetries, outcome: failure('reset'), history: { ...first, elapsedMs }, random: 0.5 });
    expect(elapsed(29_000).action).toBe('retry');
    expect(elapsed(29_750)).toEqual({ action: 'give-up' });
  });

  test('a refusal costs no attempt and no delay of its own', () => {
    const worn = { attempts: 5, elapsedMs: 170_000, refusals: 4, refusedMs: 60 * 60_000 };
    expect(decide(status(429), worn)).toEqual({ action: 'retry', delayMs: 0 });
  });

  test('refusals are given up only when they are many and have lasted long', () => {
    const { maxRefusals, maxRefusedMs } = patientRetries;
    expect(decide(status(429), { refusals: 100, refusedMs: maxRefusedMs - 1 }).action).toBe('retry');
    expect(decide(status(429), { refusals: maxRefusals - 1, refusedMs: maxRefusedMs }).action).toBe('retry');
    expect(decide(status(429), { refusals: maxRefusals, refusedMs: maxRefusedMs })).toEqual({ action: 'give-up' });
  });
});
