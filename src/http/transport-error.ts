/**
 * Why no whole response arrived. `dns`: the host's name does not exist. `unreachable`: no way to it just now, or none
 * that a proxy knows. `refused`: nobody listens there. `proxy`: the proxy would not connect. `reset`: the connection broke, perhaps in the
 * middle of the body. `protocol`: what came is not HTTP, or not the encoding it claims.
 */
export type TransportFailureKind =
  | 'timeout'
  | 'reset'
  | 'refused'
  | 'dns'
  | 'unreachable'
  | 'tls'
  | 'proxy'
  | 'body-too-large'
  | 'protocol';

/** No whole response arrived. The message holds neither headers nor body; `cause` is what the network said. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly kind: TransportFailureKind;

  constructor(kind: TransportFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const kinds: readonly (readonly [pattern: RegExp, kind: TransportFailureKind])[] = [
  [/^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/, 'timeout'],
  [/^(UND_ERR_RES_EXCEEDED_MAX_SIZE|ERR_BUFFER_TOO_LARGE)$/, 'body-too-large'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^ENOTFOUND$/, 'dns'],
  [/^(EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/, 'unreachable'],
  [/CERT|^UNABLE_TO_|^ERR_(TLS|SSL)|^UND_ERR_PRX_TLS$|^EPROTO$|^HOSTNAME_MISMATCH$/, 'tls'],
  [/^(HPE_|Z_|ERR_?_?BROTLI|ERR__ERROR_FORMAT|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH)/, 'protocol'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_DESTROYED|UND_ERR_CLOSED)$/, 'reset'],
];

/** What undici, zlib, or the socket threw, as a TransportError; a misuse of the API (a defect) is thrown as it is. */
export function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (!(error instanceof Error)) return new TransportError('protocol', 'The request failed.', { cause: error });
  // It carries the bytes it stumbled over: perhaps rows, which have no place in a log.
  if (error.name === 'HTTPParserError') return new TransportError('protocol', error.message);
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') throw error;
  // What the proxy could not reach, time may mend; that it does not let us through, only settings.
  if (/^Proxy response \(5\d\d\)/.test(error.message))
    return new TransportError('unreachable', error.message, { cause: error });
  if (/proxy/i.test(error.message)) return new TransportError('proxy', error.message, { cause: error });
  const kind = kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'reset';
  const message = error.message === '' ? code : error.message;
  return new TransportError(kind, message, { cause: error });
}

/** The innermost code: undici wraps a socket's error, and several addresses' errors come as one AggregateError. */
function codeOf(error: Error): string {
  let code = '';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') code = at.code;
  }
  return code;
}
