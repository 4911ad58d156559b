import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { start, temporaryFiles } from '../support/airbyte-process.ts';
import { type Certificate, createAuthority, createCertificate } from '../support/certificates.ts';

const API_KEY = 'aff_k3y+/=secret~0123456789';
const authority = createAuthority('The authority of a firm');

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** An API with nothing in it, behind TLS; notes the keys that came. */
async function serveApi({ pem, keyPem }: Certificate) {
  const keys: (string | undefined)[] = [];
  const server = createTlsServer({ cert: pem, key: keyPem }, (request, response) => {
    keys.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end('{"data":[],"pagination":{"nextUrl":null}}');
  });
  return { port: await listen(server), keys };
}

/** A proxy that leads every host to one port here; notes what it could see. */
async function serveProxy(toPort: number, refusal?: string) {
  const seen: { target: string | undefined; authorization: string | undefined; text: string }[] = [];
  const server = createServer((request, response) => {
    seen.push({ target: request.url, authorization: request.headers['proxy-authorization'], text: 'plain' });
    response.writeHead(500).end();
  });
  server.on('connect', (request, client: Socket) => {
    const visit = { target: request.url, authorization: request.headers['proxy-authorization'], text: '' };
    seen.push(visit);
    client.on('error', () => {});
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const upstream = connect(toPort, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.on('error', () => client.destroy());
    client.on('data', (bytes: Buffer) => {
      visit.text += bytes.toString('latin1');
    });
    client.pipe(upstream).pipe(client);
  });
  return { port: await listen(server), seen };
}

/** No settings of this machine's own network. */
const bare = { HTTP_PROXY: '', HTTPS_PROXY: '', NO_PROXY: '', http_proxy: '', https_proxy: '', no_proxy: '' };

/** What `check` answers, and what of it nobody may say. */
async function check(settings: object, env: Record<string, string> = {}) {
  const paths = await temporaryFiles({ config: { api_key: API_KEY, ...settings }, authority: authority.pem });
  const withAuthority = 'NODE_EXTRA_CA_CERTS' in env ? { ...env, NODE_EXTRA_CA_CERTS: paths.authority } : env;
  const running = start(['check', '--config', paths.config], {
    env: { ...bare, NODE_EXTRA_CA_CERTS: '', ...withAuthority },
  });
  await running.exit;
  const said = running.stdout() + running.stderr();
  expect(said).not.toContain(API_KEY);
  expect(said).not.toContain('proxy-password');
  const last = JSON.parse(running.stdout().trimEnd().split('\n').at(-1) ?? '{}');
  return { status: last.connectionStatus?.status, message: last.connectionStatus?.message, said };
}

const PRIVATE = { NODE_EXTRA_CA_CERTS: 'the authority' };

describe('a host with a certificate', () => {
  it('of a private authority is trusted where NODE_EXTRA_CA_CERTS names it, and not elsewhere', async () => {
    const api = await serveApi(createCertificate({ host: '127.0.0.1', authority }));
    const api_base_url = `https://127.0.0.1:${api.port}`;
    expect(await check({ api_base_url }, PRIVATE)).toMatchObject({ status: 'SUCCEEDED' });
    expect(api.keys.length).toBeGreaterThan(0);
    api.keys.length = 0;
    expect(await check({ api_base_url })).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/certificate of 127\.0\.0\.1:\d+ is not trusted here.*NODE_EXTRA_CA_CERTS/),
    });
    expect(api.keys).toEqual([]);
  });

  it.each([
    ['that has expired', { host: '127.0.0.1', authority, notAfter: new Date(Date.now() - 3_600_000) }],
    ['of another host', { host: 'api.attacker.example', authority }],
    ['of an authority of the same name', { host: '127.0.0.1', authority: createAuthority(authority.name) }],
  ])('%s does not get the key', async (_what, options) => {
    const api = await serveApi(createCertificate(options));
    expect(await check({ api_base_url: `https://127.0.0.1:${api.port}` }, PRIVATE)).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/certificate of 127\.0\.0\.1:\d+ is not trusted/),
    });
    expect(api.keys).toEqual([]);
  });
});

describe('a proxy', () => {
  it('that asks for a user and a password gets them, a tunnel to the API, and nothing else', async () => {
    const api = await serveApi(createCertificate({ host: 'api.affinity.co', authority }));
    const proxy = await serveProxy(api.port);
    const HTTPS_PROXY = `http://some%20one:proxy-password@127.0.0.1:${proxy.port}`;
    expect(await check({}, { ...PRIVATE, HTTPS_PROXY })).toMatchObject({ status: 'SUCCEEDED' });
    expect(api.keys).toContain(`Bearer ${API_KEY}`);
    const expected = `Basic ${Buffer.from('some one:proxy-password').toString('base64')}`;
    expect(proxy.seen.length).toBeGreaterThan(0);
    for (const { target, authorization, text } of proxy.seen) {
      expect([target, authorization]).toEqual(['api.affinity.co:443', expected]);
      expect(text).not.toMatch(/authorization|aff_k3y/i);
    }
  });

  it('may be named without a scheme, as other programs take it', async () => {
    const api = await serveApi(createCertificate({ host: 'api.affinity.co', authority }));
    const proxy = await serveProxy(api.port);
    const https_proxy = `127.0.0.1:${proxy.port}`;
    expect(await check({}, { ...PRIVATE, https_proxy })).toMatchObject({ status: 'SUCCEEDED' });
    expect(proxy.seen.length).toBeGreaterThan(0);
  });

  it('is not asked for what NO_PROXY names', async () => {
    const api = await serveApi(createCertificate({ host: 'localhost', authority }));
    const proxy = await serveProxy(api.port);
    // A host that the settings allow, that is not loopback to the connector, and that nobody else has.
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'other.example,.docker.internal' };
    const { status, message } = await check({ api_base_url: `https://host.docker.internal:${api.port}` }, env);
    expect(status).toBe('FAILED');
    expect(message).toMatch(/host\.docker\.internal/);
    expect(proxy.seen).toEqual([]);
  });

  it.each([
    ['407 Who are you', /proxy does not connect to api\.affinity\.co; see HTTPS_PROXY and NO_PROXY/],
    ['403 Forbidden', /proxy does not connect to api\.affinity\.co; see HTTPS_PROXY and NO_PROXY/],
    ['502 Bad Gateway', /this network has no way to api\.affinity\.co/],
  ])('that answers %s is named as the reason', async (refusal, words) => {
    const proxy = await serveProxy(9, refusal);
    const HTTPS_PROXY = `http://someone:proxy-password@127.0.0.1:${proxy.port}`;
    const { status, message } = await check({}, { HTTPS_PROXY });
    expect([status, message]).toEqual(['FAILED', expect.stringMatching(words)]);
  });

  it.each([
    'nonsense :: proxy-password',
    'ftp://someone:proxy-password@127.0.0.1',
    'http://someone:proxy-password@[::1',
  ])('whose name is none (%s) is a mistake in the settings, told without the name', async (HTTPS_PROXY) => {
    const { status, message } = await check({}, { HTTPS_PROXY });
    expect([status, message]).toEqual(['FAILED', expect.stringMatching(/HTTPS_PROXY.*not the URL of a proxy/)]);
  });
});
