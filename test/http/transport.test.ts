import { getEventListeners, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { type BodyReader, createBodyReader } from '../../src/http/body.ts';
import { exchange } from '../../src/http/exchange.ts';
import { type ClosableTransport, createTransport, type TransportOptions } from '../../src/http/transport.ts';
import { TransportError } from '../../src/http/transport-error.ts';
import { giveBack } from '../../src/json/memory.ts';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A real server on a port of its own; its sockets are cut when the test is over. */
async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** A server that answers whatever is asked with these bytes, then does what `afterwards` says with the socket. */
async function serveBytes(text: string, afterwards: (socket: Socket) => void = () => {}): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(text, () => afterwards(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function create(options: TransportOptions = {}): ClosableTransport {
  const transport = createTransport(options);
  closers.push(() => transport.close());
  return transport;
}

function get(url: string, options: TransportOptions = {}) {
  return create(options)({ url, headers: {} });
}

describe('a whole answer', () => {
  test.for([200, 304, 400, 401, 404, 429, 500, 503])('resolves with status %d', async (status) => {
    const { url } = await serve((_request, response) => {
      response.writeHead(status, { 'X-Word': 'said' }).end(status === 304 ? undefined : 'body');
    });
    const response = await get(url);
    expect(response.status).toBe(status);
    expect(response.headers('x-word')).toBe('said');
    expect(response.headers('X-WORD')).toBe('said');
    expect(response.headers('x-other')).toBeUndefined();
    expect(response.body.toString()).toBe(status === 304 ? '' : 'body');
  });

  test('is asked for with the headers given, and gzip is welcome', async () => {
    const { url } = await serve(({ method, headers }, response) =>
      response.end(JSON.stringify([method, headers.authorization, headers['accept-encoding']])),
    );
    const response = await create()({ url, headers: { authorization: 'Bearer k' } });
    expect(JSON.parse(response.body.toString())).toEqual(['GET', 'Bearer k', 'gzip']);
  });

  test('connections are kept open and used again', async () => {
    const { url, server } = await serve((_request, response) => response.end('{}'));
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const transport = create();
    for (let index = 0; index < 10; index += 1) await transport({ url, headers: {} });
    // Two, not one: a connection is free again a moment after its answer has been handed out.
    expect(connections).toBeLessThanOrEqual(2);
  });

  test('a redirect is an answer, and nobody follows it', async () => {
    let visits = 0;
    const { url: elsewhere } = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    const { url } = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end());
    const response = await get(url);
    expect([response.status, response.headers('location'), visits]).toEqual([302, elsewhere, 0]);
  });

  test('is what comes behind early hints, which are none', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nx-word: hinted\r\n\r\n';
    const url = await serveBytes(`${hints}HTTP/1.1 200 OK\r\nx-word: said\r\ncontent-length: 4\r\n\r\nbody`);
    const { status, headers, body } = await get(url);
    expect([status, headers('x-word'), body.toString()]).toEqual([200, 'said', 'body']);
  });

  test('repeated headers are joined', async () => {
    const { url } = await serve((_request, response) => response.setHeader('x-many', ['a', 'b']).end());
    expect((await get(url)).headers('x-many')).toBe('a, b');
  });
});

describe('the memory of an answer', () => {
  // Large enough to come in several pieces, which nobody can promise of a small one.
  const text = 'x'.repeat(1_000_000);

  test.each([
    ['plain', undefined, Buffer.from(text)],
    ['unpacked', 'gzip', gzipSync(text)],
  ])('is its own, so that it can be given back: %s', async (_what, encoding, sent) => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, encoding === undefined ? {} : { 'content-encoding': encoding }).end(sent),
    );
    const { body } = await get(url);
    expect(body.toString()).toBe(text);
    giveBack(body.subarray(5, 10));
    expect(body).toHaveLength(0);
  });
});

describe('compressed answers', () => {
  const text = JSON.stringify(Array.from({ length: 500 }, (_item, id) => ({ id })));

  test.for([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ] as const)('%s arrives as plain bytes', async ([encoding, body]) => {
    const { url } = await serve((_request, response) => response.setHeader('content-encoding', encoding).end(body));
    expect((await get(url)).body.toString()).toBe(text);
  });

  test('an empty body may claim any encoding', async () => {
    const { url } = await serve((_request, response) => response.writeHead(204, { 'content-encoding': 'gzip' }).end());
    expect((await get(url)).body).toHaveLength(0);
  });

  test.for([
    ['cut', 'gzip', gzipSync(text).subarray(0, -20)],
    ['broken', 'gzip', Buffer.concat([gzipSync(text).subarray(0, 12), Buffer.from('nonsense')])],
    ['not compressed at all', 'gzip', Buffer.from(text)],
    ['cut', 'br', brotliCompressSync(text).subarray(0, -20)],
    ['unknown', 'zip', Buffer.from(text)],
  ] as const)('a body that is %s (%s) is no answer', async ([, encoding, body]) => {
    const { url } = await serve((_request, response) => response.setHeader('content-encoding', encoding).end(body));
    await expect(get(url)).rejects.toMatchObject({ name: 'TransportError', kind: 'protocol' });
  });

  test('a small body that grows beyond the bound is refused', async () => {
    const { url } = await serve((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1_000_000))),
    );
    await expect(get(url, { maxBodyBytes: 100_000 })).rejects.toMatchObject({ kind: 'body-too-large' });
  });
});

describe('no whole answer', () => {
  test('a body beyond the bound is refused, with and without a stated length', async () => {
    const { url: stated } = await serve((_request, response) => response.end(Buffer.alloc(2_000)));
    const { url: chunked } = await serve((_request, response) => {
      response.write(Buffer.alloc(900));
      response.end(Buffer.alloc(900));
    });
    await expect(get(stated, { maxBodyBytes: 1_000 })).rejects.toMatchObject({ kind: 'body-too-large' });
    await expect(get(chunked, { maxBodyBytes: 1_000 })).rejects.toMatchObject({ kind: 'body-too-large' });
    expect((await get(stated, { maxBodyBytes: 2_000 })).body).toHaveLength(2_000);
  });

  test('a connection cut before the headers', async () => {
    const { url } = await serve((request) => request.socket.destroy());
    await expect(get(url)).rejects.toMatchObject({ name: 'TransportError', kind: 'reset' });
  });

  test('a connection cut in the middle of a body without a stated length', async () => {
    const { url } = await serve((_request, response) => {
      response.write('{"data":[');
      setImmediate(() => response.destroy());
    });
    await expect(get(url)).rejects.toMatchObject({ kind: 'reset' });
  });

  test.for([
    ['ended', (socket: Socket): void => void socket.end()],
    ['reset', (socket: Socket): void => void socket.resetAndDestroy()],
  ] as const)('a body shorter than its stated length, %s', async ([, afterwards]) => {
    const url = await serveBytes('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":[]}', afterwards);
    await expect(get(url)).rejects.toMatchObject({ kind: 'reset' });
  });

  test('chunks that never end', async () => {
    const url = await serveBytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n', (socket) =>
      socket.end(),
    );
    await expect(get(url)).rejects.toMatchObject({ kind: 'reset' });
  });

  test('something that is not HTTP', async () => {
    const url = await serveBytes('SSH-2.0-OpenSSH_9.2\r\n');
    await expect(get(url)).rejects.toMatchObject({ kind: 'protocol' });
  });

  test('silence before the headers', async () => {
    const { url } = await serve(() => {});
    await expect(get(url, { idleTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('silence in the middle of the body', async () => {
    const { url } = await serve((_request, response) => void response.write('{"data":['));
    await expect(get(url, { idleTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('a body that drips beyond the time for the whole exchange', async () => {
    const { url } = await serve((_request, response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    });
    await expect(create()({ url, headers: {}, timeoutMs: 60 })).rejects.toMatchObject({ kind: 'timeout' });
  });

  test('no time left, of which nothing is said on stderr', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    closers.push(async () => void process.off('warning', onWarning));
    const { url } = await serve(() => {});
    await expect(create()({ url, headers: {}, timeoutMs: -5 })).rejects.toMatchObject({ kind: 'timeout' });
    expect(warnings).toEqual([]);
  });

  test('nobody listening', async () => {
    const { url, server } = await serve(() => {});
    server.close();
    await expect(get(url)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('a name that nobody has', async () => {
    // No resolver is asked: names under .invalid do not exist, but a machine without network says so differently.
    await expect(get('http://nobody.invalid/')).rejects.toMatchObject({
      kind: expect.stringMatching(/^(dns|unreachable)$/),
    });
  });

  test('TLS with a host that speaks none', async () => {
    const { url } = await serve((_request, response) => response.end());
    await expect(get(url.replace('http:', 'https:'))).rejects.toMatchObject({ kind: 'tls' });
  });

  test('a header that cannot be sent is a defect of ours, and is not repeated in the message', async () => {
    const sent = create()({ url: 'http://127.0.0.1:9/', headers: { authorization: 'Bearer ses\name' } });
    await expect(sent).rejects.not.toBeInstanceOf(TransportError);
    await expect(sent).rejects.not.toThrow('ame');
  });

  test('the message tells neither headers nor body', async () => {
    const { url } = await serve((_request, response) => {
      response.write('secret row');
      setImmediate(() => response.destroy());
    });
    const error: unknown = await create()({ url, headers: { authorization: 'Bearer sesame' } }).catch(
      (e: unknown) => e,
    );
    expect(String(error)).not.toMatch(/sesame|secret/);
  });
});

describe('abort', () => {
  test.for([
    ['before the headers', () => {}],
    ['in the middle of the body', (response: Parameters<RequestListener>[1]) => void response.write('{"data":[')],
  ] as const)('%s rejects with the reason and frees the socket', async ([, answer]) => {
    const closed: Promise<unknown>[] = [];
    const stop = new AbortController();
    const reason = new Error('stopped');
    const { url } = await serve((request, response) => {
      closed.push(once(request.socket, 'close'));
      answer(response);
      setTimeout(() => stop.abort(reason), 10);
    });
    await expect(create()({ url, headers: {}, signal: stop.signal })).rejects.toBe(reason);
    await Promise.all(closed);
    expect(closed).toHaveLength(1);
  });

  test('beforehand sends nothing', async () => {
    let visits = 0;
    const { url } = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    await expect(create()({ url, headers: {}, signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
      'stopped',
    );
    expect(visits).toBe(0);
  });

  test('afterwards harms nobody', async () => {
    const { url } = await serve((_request, response) => response.end('{}'));
    const stop = new AbortController();
    const response = await create()({ url, headers: {}, signal: stop.signal });
    stop.abort();
    expect(response.body.toString()).toBe('{}');
  });

  test('is not waited for any more when nothing could be sent', async () => {
    const stop = new AbortController();
    const dispatcher = new Agent();
    dispatcher.dispatch = () => {
      throw new Error('broken');
    };
    const bodies = createBodyReader({ maxBodyBytes: 1_000 });
    const sent = exchange({ url: 'http://api.test/', headers: {}, signal: stop.signal }, { dispatcher, bodies });
    await expect(sent).rejects.toThrow('broken');
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('closing the transport ends what is in flight', async () => {
    const transport = create();
    const { url } = await serve(() => void transport.close());
    await expect(transport({ url, headers: {} })).rejects.toMatchObject({ kind: 'reset' });
  });
});

test('a body is told how long it will be before its first piece comes', async () => {
  const told: unknown[] = [];
  const bodies: BodyReader = {
    start: () => ({
      expect: (length) => told.push(length),
      take: (chunk) => told.push(chunk.toString()),
      unpack: async () => Buffer.from(''),
      end: () => {},
    }),
  };
  const { url } = await serve((_request, response) => response.end('{}'));
  const dispatcher = new Agent();
  await exchange({ url, headers: {} }, { dispatcher, bodies });
  expect(told).toEqual([2, '{}']);
  await dispatcher.close();
});

describe('proxies', () => {
  test('the one that the environment names is used, except for loopback hosts and those of NO_PROXY', async () => {
    const { url } = await serve((_request, response) => response.end('direct'));
    const { url: proxyUrl } = await serve((request, response) => response.end(`proxied ${request.url}`));
    const transport = create({ env: { HTTP_PROXY: proxyUrl, NO_PROXY: 'other.test' } });
    const read = async (wanted: string) => (await transport({ url: wanted, headers: {} })).body.toString();
    expect(await read('http://api.test/v2')).toBe('proxied http://api.test/v2');
    expect(await read(url)).toBe('direct');
    expect(await read(url.replace('127.0.0.1', 'localhost'))).toBe('direct');
    await expect(read('http://other.test/')).rejects.toMatchObject({
      kind: expect.stringMatching(/^(dns|unreachable)$/),
    });
  });

  test('one that is not there is no fault of the host behind it', async () => {
    const { url, server } = await serve(() => {});
    server.close();
    for (const proxy of [url, 'http://nobody.invalid:3128']) {
      const asked = create({ env: { https_proxy: proxy } })({ url: 'https://api.test/', headers: {} });
      await expect(asked, proxy).rejects.toMatchObject({ kind: 'unreachable' });
    }
  });

  test('one that refuses with a large page keeps no other large body waiting', async () => {
    const large = Buffer.alloc(20_000_000);
    const { url } = await serve((request, response) =>
      response.writeHead(request.url?.endsWith('refused') ? 407 : 200).end(large),
    );
    const transport = create({ env: { http_proxy: url } });
    await expect(transport({ url: 'http://api.test/refused', headers: {} })).rejects.toThrow('407');
    expect((await transport({ url: 'http://api.test/', headers: {} })).body).toHaveLength(large.length);
  });

  test('one that will not connect is named as the reason', async () => {
    const { url, server } = await serve(() => {});
    server.on('connect', (_request, client: Socket) => client.end('HTTP/1.1 407 Who are you\r\n\r\n'));
    const transport = create({ env: { https_proxy: url } });
    await expect(transport({ url: 'https://api.test/', headers: {} })).rejects.toMatchObject({ kind: 'proxy' });
  });
});
