/** Everything that can go wrong on purpose. */
export const faultKinds = [
  'rate-limit',
  'rate-limit-retry-after',
  'rate-limit-bare',
  'rate-limit-concurrency',
  '500-html',
  '502-html',
  '503-html',
  '504-html',
  '500-json',
  '400-json',
  '403-json',
  '404-json',
  '405-json',
  '410-json',
  '422-json',
  'reset-before-answer',
  'reset-in-body',
  'cut-content-length',
  'cut-chunked',
  'short-json',
  'broken-json',
  'html-200',
  'stall',
  'hang',
  'empty-page',
  'null-data',
  'duplicate-page',
  'repeated-next-url',
  'foreign-next-url',
  'redirect',
  'wrong-content-type',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** When a fault strikes: on requests whose method and URL match, the nth of them or a number of times, or by chance. */
export type FaultRule = {
  kind: FaultKind;
  /** Pattern for `GET /v2/companies?limit=100`; every API request when missing. */
  match?: string;
  /** Only the nth matching request (from 1) and, with `times`, those after it. */
  nth?: number;
  /** How often at most; once with `nth`, else without end. */
  times?: number;
  probability?: number;
  /** How long a stall lasts. */
  delayMs?: number;
  /** What `Retry-After` says. */
  retryAfterSeconds?: number;
};
