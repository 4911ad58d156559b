import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface OpportunityServer {
  readonly url: string;
  /** Pages given out so far. */
  pages(): number;
}

const PAGE = 100;

/** An account that has nothing but opportunities, as many as are asked for, at no cost. Closed after the test. */
export async function serveOpportunities(count: number): Promise<OpportunityServer> {
  let pages = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-ratelimit-limit-user', '10000000');
    response.setHeader('x-ratelimit-limit-user-remaining', '10000000');
    response.setHeader('x-ratelimit-limit-user-reset', '60');
    if (url.pathname !== '/v2/opportunities') {
      response.writeHead(404).end('{"errors":[]}');
      return;
    }
    pages += 1;
    const first = Number(url.searchParams.get('cursor') ?? 0);
    const ids = Array.from({ length: Math.min(PAGE, count - first) }, (_, index) => first + index + 1);
    const last = first + ids.length;
    const nextUrl = last < count ? `${url.origin}/v2/opportunities?cursor=${last}` : null;
    const data = ids.map((id) => ({ id, name: `Opportunity ${id} ${'with a long name '.repeat(10)}`, listId: 1 }));
    response.end(JSON.stringify({ data, pagination: { prevUrl: null, nextUrl } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pages: () => pages };
}
