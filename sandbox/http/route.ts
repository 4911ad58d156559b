import type { Account } from '../data/account.ts';
import type { FilterRules, Predicate } from '../filter/rules.ts';
import type { Settings } from '../options.ts';
import type { Api } from './api-error.ts';
import type { Limits } from './limits.ts';
import type { ParamSpecs, Params } from './params.ts';
import type { Sequence } from './sequence.ts';

/** What a handler gives back: text of a JSON body, or a page of a sequence. */
export type Answer =
  | { kind: 'json'; text: string }
  | { kind: 'page'; sequence: Sequence; extra?: string; isNullable?: boolean; isCacheable?: boolean }
  | { kind: 'v1-page'; key: string; rows: V1Rows };

/** Rows that V1 pages through by offset. */
export type V1Rows = { count: number; textAt: (offset: number) => string };

/** What a handler knows about the request. */
export type Call = {
  account: Account;
  settings: Settings;
  limits: Limits;
  /** A number of the path by its name; the route declares it. */
  id: (name: string) => number;
  /** A text of the path by its name. */
  name: (name: string) => string;
  params: Params;
  filter: Predicate | null;
  version: string;
  nowMs: number;
  /** Permission of the role that changes what rows show. */
  may: (permission: string) => boolean;
};

/** An endpoint, as data. */
export type Route = {
  api: Api;
  /** Placeholders stand in braces; their name says what they hold. */
  path: string;
  params: ParamSpecs;
  filter?: FilterRules;
  isFilterRequired?: boolean;
  permission?: string;
  minVersion?: string;
  isMonthlyExempt?: boolean;
  handle: (call: Call) => Answer;
};
