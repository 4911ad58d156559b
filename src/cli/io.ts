import type { Writable } from 'node:stream';
import type { Clock } from '../http/clock.ts';
import type { PacerSnapshot } from '../http/pacing.ts';
import type { SyncEvent } from '../source/events.ts';
import type { ReadFile } from './files.ts';

/** Everything that the outside gives a command. */
export interface Io {
  readonly stdout: Writable;
  /** For what cannot be said on stdout. */
  readonly stderr?: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  /** Set where a person watches: shows how a sync gets on. */
  readonly progress?: ((pace: () => PacerSnapshot) => ProgressView) | undefined;
}

/** A display of how a sync gets on. */
export interface ProgressView {
  observe(event: SyncEvent): void;
  /** Ends the display with a summary. */
  finish(): void;
}
