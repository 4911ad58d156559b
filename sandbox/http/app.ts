import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Account } from '../data/account.ts';
import { saltOf } from '../data/random.ts';
import { bendPage, bendReply, rateLimitReply } from '../faults/bend.ts';
import type { Fault, FaultBook } from '../faults/fault-book.ts';
import type { Settings } from '../options.ts';
import { newestVersion } from '../routes/specs.ts';
import { answer, type Request, versionOf } from './answer.ts';
import { ApiError, errorBody } from './api-error.ts';
import { authenticate } from './auth.ts';
import type { Limits } from './limits.ts';
import { apiOf, type Matcher } from './match.ts';
import { type Page, pageBody, v1PageBody } from './page.ts';
import type { PageCache } from './page-cache.ts';
import { asV1Error } from './params.ts';
import { pause, type Reply, send } from './reply.ts';
import type { LogEntry, RequestLog } from './request-log.ts';

/** The parts of a running sandbox. */
export type App = {
  account: Account;
  settings: Settings;
  clock: Clock;
  limits: Limits;
  faults: FaultBook;
  log: RequestLog;
  matcher: Matcher;
  /** Cursors of an earlier epoch are no longer taken. */
  cursorEpoch: number;
  pages: PageCache;
};

/** Answers one API request from arrival to the last byte. */
export async function handleApiRequest(app: App, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const { headers, method = 'GET' } = incoming;
  const url = new URL(incoming.url ?? '/', `http://${headers.host ?? 'localhost'}`);
  const request: Request = {
    api: apiOf(url.pathname),
    path: url.pathname,
    query: url.searchParams,
    origin: url.origin,
    headers,
  };
  const entry = app.log.begin({
    method,
    path: url.pathname,
    query: url.search.slice(1),
    atMs: app.clock.nowMs(),
    headers,
  });
  const fault = app.faults.next(`${method} ${url.pathname}${url.search}`);
  entry.fault = fault?.kind ?? null;
  const visit = { entered: false };
  try {
    const reply = makeReply(app, { request, method, url: url.href, fault, visit });
    const { latencyMs, fieldsLatencyMs, unevenSeed } = app.settings;
    const wait = reply.status === 429 ? 0 : asksForFields(url.searchParams) ? fieldsLatencyMs : latencyMs;
    const more = unevenSeed === null ? 0 : saltOf(unevenSeed, incoming.url ?? '') % 6;
    if (wait + more > 0) await pause(wait + more);
    finish(entry, isBroken(fault) ? 0 : reply.status, startedAt);
    await send(response, reply, fault);
  } finally {
    if (visit.entered) app.limits.leave();
    finish(entry, entry.status, startedAt);
    app.log.end(entry);
  }
}

function finish(entry: LogEntry, status: number, startedAt: number): void {
  entry.status = status;
  entry.durationMs = performance.now() - startedAt;
}

function isBroken(fault: Fault | null): boolean {
  return fault?.kind === 'hang' || fault?.kind === 'reset-before-answer';
}

function asksForFields(query: URLSearchParams): boolean {
  const cursor = query.get('cursor');
  return query.has('fieldTypes') || query.has('fieldIds') || (cursor !== null && cursorAsksForFields(cursor));
}

/** A cursor holds the question as text; paths such as that of a field's values do not count. */
function cursorAsksForFields(cursor: string): boolean {
  return /\bfield(Types|Ids)=/.test(Buffer.from(cursor, 'base64url').toString());
}

type Visit = { request: Request; method: string; url: string; fault: Fault | null; visit: { entered: boolean } };

function makeReply(app: App, { request, method, url, fault, visit }: Visit): Reply {
  const { api } = request;
  if (fault?.kind.startsWith('rate-limit') === true) {
    const error = new ApiError(429, 'rate-limit', 'The limit of requests is reached');
    return rateLimitReply(fault, headersOf(app, request, true), errorBody(api, error));
  }
  try {
    authenticate(api, request.headers, app.settings);
    visit.entered = true;
    app.limits.enter(app.matcher.find(request.path)?.isMonthlyExempt === true);
    const version = api === 'v2' ? versionOf(request.headers, app.settings) : newestVersion;
    const match = app.matcher.match(method, request.path);
    const result = answer({ ...app, nowMs: app.clock.nowMs() }, request, match, version);
    const write = api === 'v2' ? pageBody : v1PageBody;
    const bent = (page: Page) => (fault === null ? page : bendPage(page, fault, url));
    const body = 'text' in result ? result.text : write(bent(result.page));
    const reply = { status: 200, headers: headersOf(app, request, true), body };
    return fault === null ? reply : bendReply(reply, fault);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const told = asV1Error(api, error);
    const headers = headersOf(app, request, visit.entered);
    if (told.status === 429 && app.settings.hasRetryAfter)
      headers['retry-after'] = headers['x-ratelimit-limit-user-reset'] ?? '1';
    return { status: told.status, headers, body: errorBody(api, told) };
  }
}

/** Limits are told to whoever has a key; the version on every answer of V2. */
function headersOf(app: App, request: Request, hasLimits: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    date: new Date(app.clock.nowMs()).toUTCString(),
    'content-type': 'application/json; charset=utf-8',
    ...(hasLimits ? app.limits.headers() : {}),
  };
  if (request.api === 'v2') headers['X-Affinity-Api-Version'] = echoedVersion(app, request);
  return headers;
}

function echoedVersion(app: App, request: Request): string {
  try {
    return versionOf(request.headers, app.settings);
  } catch {
    return app.settings.defaultVersion;
  }
}
