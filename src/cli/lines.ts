import type { Writable } from 'node:stream';

/** The reader of the output has gone: there is nobody left to write to, and nothing to say. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

/** Lines are collected up to about this size; larger writes gain nothing. */
const BATCH_BYTES = 65_536;

/**
 * Writes lines as they come, in batches, and returns what the generator returns once everything has left the process.
 * Never holds more than a batch: a slow reader slows the generator. Lines are not held back while the generator waits
 * for something. Rejects with OutputClosedError when the reader has gone, after ending the generator; `onFailure` is
 * called before that, to end what the generator may be waiting for.
 */
export async function writeLines<Result>(
  output: Writable,
  lines: AsyncGenerator<string | Buffer, Result, undefined>,
  onFailure?: () => void,
): Promise<Result> {
  const writer = createWriter(output);
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const [first] = batch;
    const chunk = batch.length === 1 && first !== undefined ? first : Buffer.concat(batch);
    batch = [];
    bytes = 0;
    await writer.write(chunk);
  };
  try {
    for (;;) {
      const pending = lines.next();
      if (bytes > 0 && !(await isReady(pending))) await flush();
      const next = await pending.catch(async (error: unknown) => {
        // What it said before it failed still goes out.
        await flush();
        throw error;
      });
      if (next.done) {
        await flush();
        return next.value;
      }
      const line = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      batch.push(line);
      bytes += line.length;
      // Bytes are good only until more is asked for.
      if (typeof next.value !== 'string' || bytes >= BATCH_BYTES) await flush();
    }
  } catch (error) {
    onFailure?.();
    throw error;
  } finally {
    writer.release();
    await lines.return(undefined as never);
  }
}

/** Whether something is settled already, or at once when others had their turn. */
async function isReady(pending: Promise<unknown>): Promise<boolean> {
  const settled = pending.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

/** Resolves a write when the stream has passed it on, so that nothing piles up in memory. */
function createWriter(output: Writable): { write(chunk: Buffer): Promise<void>; release(): void } {
  let failure: unknown;
  const onError = (error: unknown): void => {
    failure ??= error;
  };
  // Without a listener a closed pipe would end the process with a stack trace.
  output.on('error', onError);
  return {
    write(chunk) {
      if (chunk.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        output.write(chunk, (error) => {
          const reason = error ?? failure;
          if (reason === undefined || reason === null) resolve();
          else reject(isClosed(reason) ? new OutputClosedError('The output was closed.', { cause: reason }) : reason);
        });
      });
    },
    release() {
      // The listener stays for an error that a write still under way may bring.
      setImmediate(() => output.off('error', onError));
    },
  };
}

function isClosed(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ECONNRESET' || code === 'EOF';
}
