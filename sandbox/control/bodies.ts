import * as z from 'zod';
import { faultKinds } from '../faults/rule.ts';

/** One rule of a fault. */
export const ruleBody = z.strictObject({
  kind: z.enum(faultKinds),
  match: z.string().exactOptional(),
  nth: z.int().min(1).exactOptional(),
  times: z.int().min(1).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
  delayMs: z.number().min(0).exactOptional(),
  retryAfterSeconds: z.number().min(0).exactOptional(),
});

/** All faults at once: a probability or rules. */
export const faultsBody = z.union([z.number().min(0).max(1), z.array(ruleBody)]);

/** How far to move the time. */
export const advanceBody = z.strictObject({ advanceMs: z.number().min(0) });

/** Calls that somebody else made. */
export const spendBody = z.strictObject({
  minute: z.int().min(0).exactOptional(),
  month: z.int().min(0).exactOptional(),
});

/** Settings that may change while the sandbox runs. */
export const settingsBody = z.strictObject({
  apiKey: z.string().exactOptional(),
  hasV2: z.boolean().exactOptional(),
  defaultVersion: z.string().exactOptional(),
  deny: z.array(z.string()).exactOptional(),
  latencyMs: z.number().min(0).exactOptional(),
  fieldsLatencyMs: z.number().min(0).exactOptional(),
  minuteLimit: z.int().min(0).exactOptional(),
  windowSeconds: z.number().gt(0).exactOptional(),
  concurrency: z.int().min(1).nullable().exactOptional(),
  monthLimit: z.int().min(0).nullable().exactOptional(),
  competitor: z.number().min(0).exactOptional(),
  hasRetryAfter: z.boolean().exactOptional(),
  cursorTtlMs: z.number().min(0).nullable().exactOptional(),
  unevenSeed: z.int().min(0).nullable().exactOptional(),
});
