import type { FaultRule } from './faults/rule.ts';

/** What a sandbox can be started with; everything has a default. */
export type SandboxOptions = {
  port?: number;
  host?: string;
  seed?: number;
  /** 1 is about 3,000 rows; big collections grow linearly with it. */
  scale?: number;
  /** Lists of the account, whose rows do not grow with them; by default a few, slowly more with the scale. */
  lists?: number | null;
  /** Where the sandbox's time starts. */
  now?: string;
  /** `manual` stands still until it is advanced. */
  clock?: 'real' | 'manual';
  apiKey?: string;
  /** False: the plan has no V2, and V2 answers 401. */
  hasV2?: boolean;
  /** Version that answers a request without a version header. */
  defaultVersion?: string;
  /** Role permissions the key's owner lacks. */
  deny?: readonly string[];
  latencyMs?: number;
  /** Latency of requests that ask for field data; the same as the others unless given. */
  fieldsLatencyMs?: number;
  minuteLimit?: number;
  windowSeconds?: number;
  /** Requests at a time; more are answered with 429. */
  concurrency?: number | null;
  /** Calls a month; null when the plan has no such limit. */
  monthLimit?: number | null;
  monthRemaining?: number;
  /** Requests per second that somebody else takes from the pools. */
  competitor?: number;
  /** Whether a 429 tells how long to wait in `Retry-After`. */
  hasRetryAfter?: boolean;
  /** Age at which a cursor is no longer taken. */
  cursorTtlMs?: number | null;
  /** Pages end anywhere before their limit, and answers take up to 5 ms more: where and how much, this seed decides. */
  unevenSeed?: number | null;
  /** Probability of a random fault, or rules. */
  faults?: number | readonly FaultRule[];
  /** Requests the log remembers. */
  logSize?: number;
};

/** Settings that can change while the sandbox runs. */
export type Settings = Required<Omit<SandboxOptions, 'port' | 'host' | 'faults' | 'monthRemaining' | 'now' | 'clock'>>;

/** The moment at which time starts unless told otherwise. */
export const defaultNow = '2026-10-15T12:00:00Z';

/** Fills in the defaults. */
export function settingsOf(options: SandboxOptions): Settings {
  const latencyMs = options.latencyMs ?? 0;
  return {
    seed: options.seed ?? 1,
    scale: options.scale ?? 1,
    lists: options.lists ?? null,
    apiKey: options.apiKey ?? 'sandbox-key',
    hasV2: options.hasV2 ?? true,
    defaultVersion: options.defaultVersion ?? '2024-01-01',
    deny: options.deny ?? [],
    latencyMs,
    fieldsLatencyMs: options.fieldsLatencyMs ?? latencyMs,
    minuteLimit: options.minuteLimit ?? 900,
    windowSeconds: options.windowSeconds ?? 60,
    concurrency: options.concurrency ?? null,
    monthLimit: options.monthLimit === undefined ? 100_000 : options.monthLimit,
    competitor: options.competitor ?? 0,
    hasRetryAfter: options.hasRetryAfter ?? false,
    cursorTtlMs: options.cursorTtlMs ?? null,
    unevenSeed: options.unevenSeed ?? null,
    logSize: options.logSize ?? 100_000,
  };
}
