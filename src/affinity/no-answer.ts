import { ConnectorError, type FailureType } from '../errors.ts';
import type { RetriesExhaustedError } from '../http/client.ts';
import type { TransportFailureKind } from '../http/transport-error.ts';

interface Words {
  readonly failureType: FailureType;
  readonly why: (host: string) => string;
}

/** What each kind of failure means to somebody who can change settings, a network or a time table. */
const byKind: Readonly<Record<TransportFailureKind, Words>> = {
  timeout: { failureType: 'transient_error', why: (host) => `${host} did not answer in time` },
  reset: { failureType: 'transient_error', why: (host) => `the connection to ${host} broke each time` },
  refused: { failureType: 'transient_error', why: (host) => `${host} refuses connections` },
  dns: { failureType: 'transient_error', why: (host) => `the name ${host} is not known to this network` },
  unreachable: { failureType: 'transient_error', why: (host) => `this network has no way to ${host}` },
  tls: {
    failureType: 'config_error',
    why: (host) =>
      `the certificate of ${host} is not trusted here; if your network has a certificate authority of its own, name it in NODE_EXTRA_CA_CERTS`,
  },
  proxy: {
    failureType: 'config_error',
    why: (host) => `the proxy does not connect to ${host}; see HTTPS_PROXY and NO_PROXY`,
  },
  'body-too-large': { failureType: 'system_error', why: (host) => `the answer of ${host} is too large to be one page` },
  protocol: { failureType: 'transient_error', why: (host) => `what ${host} sends is not readable as HTTP` },
};

/** The error for a request that was tried in vain. The connector's own retries are behind it. */
export function noAnswerError(
  error: RetriesExhaustedError,
  { what, host }: { what: string; host: string },
): ConnectorError {
  const { failureType, why } = wordsOf(error);
  const times = error.attempts === 1 ? '' : ` (${error.attempts} attempts)`;
  return new ConnectorError(failureType, `No usable answer for ${what}: ${why(host)}${times}.`, { cause: error });
}

function wordsOf({ lastError, lastStatus, isUnreadable }: RetriesExhaustedError): Words {
  if (lastError !== undefined) return byKind[lastError.kind];
  if (isUnreadable) {
    const why = (host: string): string =>
      `${host} answers ${lastStatus}, but not with JSON; something in between, such as a proxy's page, may have answered instead`;
    return { failureType: 'transient_error', why };
  }
  if (lastStatus === 429) {
    return { failureType: 'transient_error', why: () => 'Affinity kept refusing it because of its rate limit (429)' };
  }
  return { failureType: 'transient_error', why: (host) => `${host} kept failing (status ${lastStatus})` };
}
