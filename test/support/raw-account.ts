import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLocally } from './local-server.ts';

/** An answer byte by byte. */
export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawAccount {
  readonly url: string;
  readonly apiKey: string;
  /** Methods, paths and queries, in the order of their arrival. */
  readonly asked: readonly string[];
}

export type Answering = (
  request: IncomingMessage & { readonly path: string; readonly nth: number },
  response: ServerResponse,
) => RawAnswer | undefined;

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/**
 * An account in which opportunities are answered by the test: it gives the bytes, or writes them itself. There is one
 * webhook, nothing else, and no legacy API.
 */
export async function openRawAccount(answer: Answering): Promise<RawAccount> {
  const asked: string[] = [];
  let nth = 0;
  const url = await serveLocally((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    if (!path.startsWith('/v2/opportunities')) {
      const isKnown = path.startsWith('/v2/');
      const rows = path.startsWith('/v2/webhooks') ? '{"id":1}' : '';
      response.writeHead(isKnown ? 200 : 404, JSON_TYPE).end(isKnown ? pageText(rows) : '{"errors":[]}');
      return;
    }
    nth += 1;
    const raw = answer(Object.assign(request, { path, nth }), response);
    if (raw === undefined) return;
    response.writeHead(raw.status ?? 200, { ...JSON_TYPE, ...raw.headers }).end(raw.body ?? '');
  });
  return { url, apiKey: 'aff_k3y+/=secret~0123456789', asked };
}

/** The text of a page with these rows. */
export function pageText(rows: string, next: string | null = null): string {
  return `{"data":[${rows}],"pagination":{"prevUrl":null,"nextUrl":${JSON.stringify(next)}}}`;
}
