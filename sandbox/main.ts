import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { defaultNow } from './options.ts';
import { startSandbox } from './server.ts';

const args = await yargs(hideBin(process.argv))
  .scriptName('sandbox')
  .usage('$0: an Affinity API with invented data')
  .strict()
  .options({
    port: { type: 'number', default: 8080, describe: 'Port to listen on; 0 for any free one' },
    host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' },
    scale: { type: 'number', default: 1, describe: 'Size of the account; 1 is about 3,000 rows' },
    lists: { type: 'number', describe: 'Lists of the account; a few unless given' },
    seed: { type: 'number', default: 1, describe: 'The same seed gives the same data' },
    now: { type: 'string', default: defaultNow, describe: 'Where the time starts' },
    clock: {
      choices: ['real', 'manual'] as const,
      default: 'real' as const,
      describe: 'manual stands still until it is advanced',
    },
    'api-key': { type: 'string', default: 'sandbox-key', describe: 'The key that is accepted' },
    v2: { type: 'boolean', default: true, describe: 'Whether the plan has V2' },
    'default-version': { type: 'string', default: '2024-01-01', describe: 'Version without a version header' },
    deny: { type: 'array', string: true, default: [], describe: 'Role permissions that are missing' },
    'latency-ms': { type: 'number', default: 0, describe: 'Time every answer takes' },
    'fields-latency-ms': { type: 'number', describe: 'Time an answer with field data takes' },
    'minute-limit': { type: 'number', default: 900, describe: 'Calls in a window' },
    'window-seconds': { type: 'number', default: 60, describe: 'Length of the window' },
    concurrency: { type: 'number', describe: 'Calls at the same time' },
    'month-limit': { type: 'string', default: '100000', describe: 'Calls a month, or none' },
    'month-remaining': { type: 'number', describe: 'Calls left of the month' },
    competitor: { type: 'number', default: 0, describe: 'Calls a second that somebody else makes' },
    'retry-after': { type: 'boolean', default: false, describe: 'Whether a 429 carries Retry-After' },
    'cursor-ttl-ms': { type: 'number', describe: 'Age at which cursors expire' },
    faults: { type: 'number', default: 0, describe: 'Probability that an answer goes wrong' },
  })
  .parse();

const sandbox = await startSandbox({
  port: args.port,
  host: args.host,
  scale: args.scale,
  lists: args.lists ?? null,
  seed: args.seed,
  now: args.now,
  clock: args.clock,
  apiKey: args.apiKey,
  hasV2: args.v2,
  defaultVersion: args.defaultVersion,
  deny: args.deny,
  latencyMs: args.latencyMs,
  ...(args.fieldsLatencyMs === undefined ? {} : { fieldsLatencyMs: args.fieldsLatencyMs }),
  minuteLimit: args.minuteLimit,
  windowSeconds: args.windowSeconds,
  concurrency: args.concurrency ?? null,
  monthLimit: args.monthLimit === 'none' ? null : Number(args.monthLimit),
  ...(args.monthRemaining === undefined ? {} : { monthRemaining: args.monthRemaining }),
  competitor: args.competitor,
  hasRetryAfter: args.retryAfter,
  cursorTtlMs: args.cursorTtlMs ?? null,
  faults: args.faults,
});
console.log(`Sandbox on ${sandbox.url} with key ${sandbox.apiKey}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
