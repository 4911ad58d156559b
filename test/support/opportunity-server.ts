import { serveLocally } from './local-server.ts';

export interface OpportunityServer {
  readonly url: string;
  /** Pages given out so far. */
  pages(): number;
}

const PAGE = 100;

/** An account that has nothing but opportunities, as many as are asked for, at no cost. Closed after the test. */
export async function serveOpportunities(count: number): Promise<OpportunityServer> {
  let pages = 0;
  const origin = await serveLocally((request, response) => {
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
  return { url: origin, pages: () => pages };
}
