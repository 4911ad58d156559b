import type { ConnectorError } from '../errors.ts';
import type { PreparedRow } from '../streams/prepared-row.ts';
import type { StreamState } from './stream-state.ts';

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/**
 * What a sync tells the protocols. Rows come in pages and are JSON already: each protocol only puts its own message around
 * them. They are good until the next event is asked for.
 */
export type SyncEvent =
  | { readonly type: 'stream-start'; readonly stream: string }
  | {
      readonly type: 'page';
      readonly stream: string;
      readonly rows: readonly PreparedRow[];
      readonly emittedAtMs: number;
    }
  /** Everything of the stream before this is out, and `state` is where to go on. */
  | { readonly type: 'checkpoint'; readonly stream: string; readonly state: StreamState }
  /** `error` is absent on success and where a stop was asked for. */
  | {
      readonly type: 'stream-end';
      readonly stream: string;
      readonly isComplete: boolean;
      readonly error?: ConnectorError;
    }
  /** No request may be sent until then (epoch ms); `streams` are those still being read. */
  | { readonly type: 'rate-limited'; readonly streams: readonly string[]; readonly untilMs: number }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string };
