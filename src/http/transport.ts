import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { ConnectorError } from '../errors.ts';
import { createBodyReader } from './body.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import { TransportError, toTransportError } from './transport-error.ts';

/**
 * Resolves for every status, redirects included (they are never followed, so that a key in the headers stays with the
 * host it was meant for). Rejects with a TransportError when no whole response arrived, with the signal's reason when
 * it was aborted.
 */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

export interface ClosableTransport extends Transport {
  /** Drops idle connections; what is still in flight fails. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** How long the other side may stay silent, before the headers and between two pieces of the body. */
  readonly idleTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** The most a body may have, as sent and again when decompressed. */
  readonly maxBodyBytes?: number;
  /** Environment that may name a proxy (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in either case). */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Connections are kept open and reused; there are as many as there are requests in flight. Throws a `config_error` when
 * the environment names a proxy that is none.
 */
export function createTransport(options: TransportOptions = {}): ClosableTransport {
  const { idleTimeoutMs = 60_000, connectTimeoutMs = 10_000, maxBodyBytes = 128 * 1024 * 1024, env = {} } = options;
  const agentOptions: Agent.Options = {
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    connectTimeout: connectTimeoutMs,
    maxResponseSize: maxBodyBytes,
    keepAliveTimeout: 15_000,
    // One request a connection: a lost connection then costs one request, and the pacer's count is the server's.
    pipelining: 1,
    allowH2: false,
  };
  const direct = new Agent(agentOptions);
  const bodies = createBodyReader({ maxBodyBytes });
  const proxies = readProxies(env);
  const proxied = createProxyAgent(agentOptions, proxies);

  const transport: Transport = async (request) => {
    try {
      const dispatcher = proxied === undefined || isLoopback(request.url) ? direct : proxied;
      return await exchange(request, { dispatcher, bodies });
    } catch (error) {
      // The caller's own abort outranks whatever it made the socket say.
      if (request.signal?.aborted) throw request.signal.reason;
      const failure = toTransportError(error);
      throw isOfProxy(failure, proxies)
        ? new TransportError('unreachable', failure.message, { cause: error })
        : failure;
    }
  };
  return Object.assign(transport, {
    async close(): Promise<void> {
      await Promise.all([direct.destroy(), proxied?.destroy()]);
    },
  });
}

interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

function readProxies(env: NonNullable<TransportOptions['env']>): Proxies {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  return {
    httpProxy: proxyUrl('HTTP_PROXY', read('HTTP_PROXY')),
    httpsProxy: proxyUrl('HTTPS_PROXY', read('HTTPS_PROXY')),
    noProxy: read('NO_PROXY'),
  };
}

function createProxyAgent(agentOptions: Agent.Options, proxies: Proxies): Dispatcher | undefined {
  if (proxies.httpProxy === '' && proxies.httpsProxy === '') return undefined;
  // Empty strings, not undefined: for what is undefined undici reads the process's own environment.
  return new EnvHttpProxyAgent({ ...agentOptions, ...proxies });
}

/** Whether it is the proxy that is not there, of which the host that was asked for knows nothing. */
function isOfProxy({ kind, cause }: TransportError, { httpProxy, httpsProxy }: Proxies): boolean {
  if (kind !== 'refused' && kind !== 'dns') return false;
  const { hostname, port } = (cause ?? {}) as { readonly hostname?: unknown; readonly port?: unknown };
  return [httpProxy, httpsProxy].some((text) => {
    const url = URL.parse(text);
    return url !== null && (hostname === url.hostname || (url.port !== '' && port === Number(url.port)));
  });
}

/** Other programs take a host and a port, too. The text may hold a password, and is not repeated. */
function proxyUrl(name: string, text: string): string {
  if (text === '') return '';
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && /^(https?|socks5?):$/.test(url.protocol)) return url.href;
  throw new ConnectorError(
    'config_error',
    `The environment variable ${name} is not the URL of a proxy, such as http://proxy.example:3128.`,
  );
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
