import { ConnectorError } from '../errors.ts';
import { StaleCursorError } from './errors.ts';

export const MOST_RESTARTS = 3;

export interface RestartOptions {
  /** What is read, in words that go on with "is read again". */
  readonly what: string;
  readonly warn?: ((message: string) => void) | undefined;
  /** Called before each further reading. */
  readonly onRestart?: () => void;
}

/**
 * Reads pages from their start to their end, and all of them again when Affinity refuses a cursor it has given: `read`
 * must keep nothing of a reading that failed. Rejects with a `transient_error` when cursors are refused each time.
 */
export async function readAgainIfStale<T>(
  read: () => Promise<T>,
  { what, warn, onRestart }: RestartOptions,
): Promise<T> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StaleCursorError)) throw error;
      if (restarts === MOST_RESTARTS) {
        throw new ConnectorError(
          'transient_error',
          `Affinity keeps refusing the page cursors it has given: ${what} could not be read to its end.`,
          { cause: error },
        );
      }
      warn?.(`Affinity no longer accepts a page cursor; ${what} is read again from its start.`);
      onRestart?.();
    }
  }
}
