import type { Dispatcher } from 'undici';
import type { BodyReader } from './body.ts';
import { TransportError } from './transport-error.ts';

/** One GET. `timeoutMs` bounds the whole exchange, from the first byte sent to the last one received. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A whole answer: `body` is complete and already decompressed; header names are taken in any case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: (name: string) => string | undefined;
  /** Which headers there are, in lower case; a transport need not tell. */
  readonly headerNames?: readonly string[];
  readonly body: Buffer;
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly bodies: BodyReader;
}

/**
 * Sends a request and takes its answer to the end. Rejects with what the network, undici or zlib said, with the signal's
 * reason, or with a TransportError. Undici's `request` makes a stream of each body, which nobody reads as one here: a fifth
 * of all processor time went into that.
 */
export async function exchange(request: HttpRequest, { dispatcher, bodies }: ExchangeOptions): Promise<HttpResponse> {
  const body = bodies.start();
  try {
    const { status, headers } = await send(request, dispatcher, body);
    const header = (name: string): string | undefined => {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    return {
      status,
      headers: header,
      headerNames: Object.keys(headers),
      body: await body.unpack(header('content-encoding')),
    };
  } finally {
    body.end();
  }
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Resolves to the head of the answer once the last byte of its body was taken. */
async function send(
  { url, headers, timeoutMs, signal }: HttpRequest,
  dispatcher: Dispatcher,
  body: ReturnType<BodyReader['start']>,
): Promise<Head> {
  signal?.throwIfAborted();
  const { origin, pathname, search } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Head>();
  let head: Head | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let failure: Error | undefined;

  /** At once, also while no connection is there yet. */
  function giveUp(reason: Error): void {
    failure ??= reason;
    reject(failure);
    controller?.abort(failure);
  }

  const onAbort = (): void => giveUp(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => giveUp(tooLate(timeoutMs)), Math.max(0, timeoutMs));
  try {
    dispatcher.dispatch(
      { origin, path: `${pathname}${search}`, method: 'GET', headers: { 'accept-encoding': 'gzip', ...headers } },
      {
        onRequestStart(started) {
          controller = started;
          if (failure !== undefined) started.abort(failure);
        },
        onResponseStart(_controller, status, received) {
          // The last one is the answer's: others, such as 103 Early Hints, only come before it.
          head = { status, headers: received };
          body.expect(Number(received['content-length'] ?? 0));
        },
        onResponseData: (started, chunk) => body.take(chunk, started),
        onResponseEnd: () => head !== undefined && resolve(head),
        // Of an answer that a proxy gave in its own name the rest would still come.
        onResponseError: (_controller, error) => giveUp(error),
      },
    );
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function tooLate(timeoutMs: number): TransportError {
  return new TransportError('timeout', `No whole answer within ${Math.round(timeoutMs / 1000)} s.`);
}
