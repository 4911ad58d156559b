import { describe, expect, test } from 'vitest';
import { noAnswerError } from '../../src/affinity/no-answer.ts';
import { RetriesExhaustedError } from '../../src/http/client.ts';
import { TransportError, type TransportFailureKind } from '../../src/http/transport-error.ts';

const asked = { what: 'companies', host: 'api.affinity.co' };

describe('a request that was tried in vain', () => {
  test.each<[TransportFailureKind, string, string]>([
    ['timeout', 'transient_error', 'did not answer in time'],
    ['reset', 'transient_error', 'broke'],
    ['refused', 'transient_error', 'refuses connections'],
    ['dns', 'transient_error', 'is not known'],
    ['unreachable', 'transient_error', 'no way'],
    ['tls', 'config_error', 'NODE_EXTRA_CA_CERTS'],
    ['proxy', 'config_error', 'HTTPS_PROXY'],
    ['body-too-large', 'system_error', 'too large'],
    ['protocol', 'transient_error', 'not readable'],
  ])('for %s is a %s in one sentence', (kind, failureType, words) => {
    const lastError = new TransportError(kind, 'ECONN something');
    const error = noAnswerError(
      new RetriesExhaustedError({ status: undefined, error: lastError, isUnreadable: false }, 6),
      asked,
    );
    expect(error.failureType).toBe(failureType);
    expect(error.message).toMatch(/^No usable answer for companies: .*api\.affinity\.co.* \(6 attempts\)\.$/);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('ECONN');
  });

  test.each([
    [{ status: 200, error: undefined, isUnreadable: true }, 'not with JSON'],
    [{ status: 503, error: undefined, isUnreadable: false }, 'status 503'],
    [{ status: 429, error: undefined, isUnreadable: false }, 'rate limit (429)'],
  ])('with a last answer %o says what it was', (last, words) => {
    const error = noAnswerError(new RetriesExhaustedError(last, 1), asked);
    expect(error.failureType).toBe('transient_error');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('attempts');
  });
});
