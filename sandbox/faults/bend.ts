import type { Page } from '../http/page.ts';
import type { Reply } from '../http/reply.ts';
import type { Fault } from './fault-book.ts';

/** A page with its rows or its next URL bent. No row is lost by this: where rows are held back, the next URL leads to them. */
export function bendPage(page: Page, fault: Fault, requestUrl: string): Page {
  const next = (url: string | null) => ({ ...page.pagination, next: url });
  switch (fault.kind) {
    case 'empty-page':
      return { ...page, data: Buffer.from('[]'), pagination: next(page.again()) };
    case 'null-data':
      return { ...page, data: null, pagination: next(page.again()) };
    case 'duplicate-page':
      return { ...page, pagination: next(page.again()) };
    case 'repeated-next-url':
      return {
        ...page,
        pagination: next(
          page.key === 'data' ? requestUrl : (new URL(requestUrl).searchParams.get('page_token') ?? page.again()),
        ),
      };
    case 'foreign-next-url':
      return {
        ...page,
        pagination: next(`https://api.attacker.example/v2/next?cursor=${encodeURIComponent(requestUrl)}`),
      };
    default:
      return page;
  }
}

const html =
  '<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Something went wrong</h1></body></html>';

/** The answer with another status, body or content type. Faults that concern the connection change nothing here. */
export function bendReply(reply: Reply, fault: Fault): Reply {
  const { kind } = fault;
  const asHtml = { ...reply.headers, 'content-type': 'text/html; charset=utf-8' };
  const status = /^(\d{3})-html$/.exec(kind)?.[1];
  if (status !== undefined) return { status: Number(status), headers: asHtml, body: html };
  switch (kind) {
    case '500-json':
      return refuse(reply, 500, 'server', 'Internal error');
    case '400-json':
      return refuse(reply, 400, 'bad-request', 'Not like this');
    case '403-json':
      return refuse(reply, 403, 'authorization', 'Not for you');
    case '404-json':
      return refuse(reply, 404, 'not-found', 'Not here');
    case '405-json':
      return refuse(reply, 405, 'method-not-allowed', 'Not this way');
    case '410-json':
      return refuse(reply, 410, 'not-found', 'Not any more');
    case '422-json':
      return refuse(reply, 422, 'unprocessable-entity', 'Merged into another one');
    case 'html-200':
      return { status: 200, headers: asHtml, body: html };
    case 'broken-json':
      return { ...reply, body: `${String(reply.body).slice(0, -1)},,]` };
    case 'short-json':
      return { ...reply, body: String(reply.body).slice(0, Math.ceil(String(reply.body).length / 2)) };
    case 'wrong-content-type':
      return { ...reply, headers: { ...reply.headers, 'content-type': 'text/plain' } };
    case 'redirect':
      return { status: 302, headers: { ...reply.headers, location: 'https://login.attacker.example/' }, body: '' };
    default:
      return reply;
  }
}

function refuse(reply: Reply, status: number, code: string, message: string): Reply {
  return { ...reply, status, body: JSON.stringify({ errors: [{ code, message }] }) };
}

/** The 429 of a fault: with the pool at its end, with room left, with a time to wait, or without any header. */
export function rateLimitReply(fault: Fault, headers: Record<string, string>, body: string): Reply {
  const { kind, retryAfterSeconds } = fault;
  if (kind === 'rate-limit-bare') {
    const kept = Object.entries(headers).filter(([name]) => !name.startsWith('x-ratelimit'));
    return { status: 429, headers: Object.fromEntries(kept), body };
  }
  if (kind === 'rate-limit-concurrency') return { status: 429, headers, body };
  const empty = {
    ...headers,
    'x-ratelimit-limit-user-remaining': '0',
    'x-ratelimit-limit-user-reset': String(retryAfterSeconds),
  };
  return {
    status: 429,
    headers: kind === 'rate-limit-retry-after' ? { ...empty, 'retry-after': String(retryAfterSeconds) } : empty,
    body,
  };
}
