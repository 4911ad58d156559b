import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from './clock.ts';
import { type Control, makeControl } from './control/control.ts';
import { handleControlRequest } from './control/http.ts';
import { type Account, makeAccount } from './data/account.ts';
import { msOf } from './data/time.ts';
import { FaultBook } from './faults/fault-book.ts';
import { type App, handleApiRequest } from './http/app.ts';
import { Limits } from './http/limits.ts';
import { Matcher } from './http/match.ts';
import { PageCache } from './http/page-cache.ts';
import { type LogEntry, RequestLog } from './http/request-log.ts';
import { defaultNow, type SandboxOptions, settingsOf } from './options.ts';
import { routes } from './routes/index.ts';

/** A running sandbox. */
export type Sandbox = Control & {
  /** Where it listens, without a slash at the end. */
  url: string;
  apiKey: string;
  /** What the account holds. */
  account: Account;
  /** Requests to the API so far, oldest first. */
  readonly requests: readonly LogEntry[];
  /** Ends every connection and stops listening. */
  close: () => Promise<void>;
};

/** Starts a sandbox on a free port of this machine, or where it is told to. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options);
  const startMs = msOf(options.now ?? defaultNow);
  const clock = new Clock(startMs, options.clock === 'manual');
  const account = makeAccount({ seed: settings.seed, scale: settings.scale, lists: settings.lists, startMs });
  const faults = new FaultBook(settings.seed);
  faults.set(options.faults ?? 0);
  const limits = new Limits(settings, () => clock.nowMs(), options.monthRemaining);
  const app: App = {
    account,
    settings,
    clock,
    limits,
    faults,
    log: new RequestLog(settings.logSize),
    matcher: new Matcher(routes),
    cursorEpoch: 0,
    pages: new PageCache(),
  };
  const control = makeControl(app);
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    handle(app, control, request, response).catch((error: unknown) => crash(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...control,
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    apiKey: settings.apiKey,
    account,
    get requests() {
      return app.log.entries;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(app: App, control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith('/_sandbox') === true) return handleControlRequest(control, request, response);
  request.resume();
  return handleApiRequest(app, request, response);
}

/** A mistake of the sandbox itself must not look like one of the API. */
function crash(response: ServerResponse, error: unknown): void {
  console.error(error);
  if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
  response.end(error instanceof Error ? error.message : 'unknown error');
}
