import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { changesBody } from '../changes/body.ts';
import { advanceBody, faultsBody, ruleBody, settingsBody, spendBody } from './bodies.ts';
import type { Control } from './control.ts';

type Action = (control: Control, input: { body: unknown; query: URLSearchParams }) => unknown;

/** Controls over HTTP; they need no key. Bodies and answers are JSON. */
const actions: Readonly<Record<string, Action>> = {
  'GET /_sandbox': (control) => ({
    now: new Date(control.nowMs()).toISOString(),
    endpoints: Object.keys(actions),
    streams: control.streams(),
  }),
  'GET /_sandbox/counts': (control) => control.counts(),
  'GET /_sandbox/streams': (control) => control.streams(),
  'GET /_sandbox/requests': (control, { query }) => {
    const after = Number(query.get('after') ?? 0);
    return control.log().filter(({ number }) => number > after);
  },
  'DELETE /_sandbox/requests': (control) => control.clearRequests(),
  'GET /_sandbox/counters': (control) => control.counters(),
  'GET /_sandbox/faults': (control) => control.faultRules(),
  'PUT /_sandbox/faults': (control, { body }) => control.setFaults(faultsBody.parse(body)),
  'POST /_sandbox/faults': (control, { body }) => control.addFault(ruleBody.parse(body)),
  'DELETE /_sandbox/faults': (control) => control.clearFaults(),
  'GET /_sandbox/clock': (control) => ({ now: new Date(control.nowMs()).toISOString() }),
  'POST /_sandbox/clock': (control, { body }) => ({
    now: new Date(control.advance(advanceBody.parse(body).advanceMs)).toISOString(),
  }),
  'POST /_sandbox/changes': (control, { body }) => control.change(...changesBody.parse(body)),
  'GET /_sandbox/settings': (control) => control.settings(),
  'PATCH /_sandbox/settings': (control, { body }) => {
    control.configure(settingsBody.parse(body));
    return control.settings();
  },
  'POST /_sandbox/spend': (control, { body }) => control.spend(spendBody.parse(body)),
  'POST /_sandbox/expire-cursors': (control) => control.expireCursors(),
};

/** Answers one control request. */
export async function handleControlRequest(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const stream = /^\/_sandbox\/rows\/([^/]+)$/.exec(url.pathname)?.[1];
  if (request.method === 'GET' && stream !== undefined)
    return sendRows(control, decodeURIComponent(stream), url.searchParams, response);
  const action = actions[`${request.method} ${url.pathname.replace(/\/$/, '')}`];
  if (action === undefined)
    return sendJson(response, 404, { error: 'No such control', endpoints: Object.keys(actions) });
  try {
    const sent = await text(request);
    const result = action(control, { body: sent === '' ? {} : JSON.parse(sent), query: url.searchParams });
    sendJson(response, 200, result ?? { done: true });
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

/** One row a line, or with `format=array` one array; either way as slowly as the reader takes it. */
async function sendRows(
  control: Control,
  stream: string,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  if (!control.streams().includes(stream))
    return sendJson(response, 404, { error: `No stream ${stream}`, streams: control.streams() });
  const isArray = query.get('format') === 'array';
  response.writeHead(200, {
    'content-type': isArray ? 'application/json; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
  });
  let chunk = isArray ? '[' : '';
  let isFirst = true;
  for (const row of control.rowTexts(stream)) {
    chunk += isArray ? `${isFirst ? '' : ','}${row}` : `${row}\n`;
    isFirst = false;
    if (chunk.length < 100_000) continue;
    if (!response.write(chunk)) await once(response, 'drain');
    chunk = '';
  }
  response.end(isArray ? `${chunk}]` : chunk);
}
