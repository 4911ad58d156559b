import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { giveBack, joinToOwn, toOwn } from '../json/memory.ts';
import { TransportError, toTransportError } from './transport-error.ts';

/** A body of this size is nothing out of the ordinary: dozens of them may be under way together. */
const ORDINARY_BYTES = 8 * 1024 * 1024;

export interface BodyReaderOptions {
  /** The most a body may have when it is unpacked; what it has as sent is undici's to watch. */
  readonly maxBodyBytes: number;
}

/** Takes bodies to their end and unpacks them. Large ones are taken one after the other: together they fill the memory. */
export interface BodyReader {
  start(): Body;
}

/** One body that is under way. */
export interface Body {
  /** Told, where it is known, how many bytes will be sent: what has room from the start is not there twice at the end. */
  expect(length: number): void;
  /** Adds a piece; the other side may be kept waiting for the next one. */
  take(chunk: Buffer, sender: { pause(): void; resume(): void }): void;
  /** All pieces, which were sent in this encoding. Rejects with what zlib said, or with a TransportError. */
  unpack(encoding: string | undefined): Promise<Buffer>;
  /** To be called at last, whatever became of it. */
  end(): void;
}

const decompressors = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
} as const;

export function createBodyReader({ maxBodyBytes }: BodyReaderOptions): BodyReader {
  const turns = createTurns();
  return {
    start() {
      const turn = turns.ask();
      const chunks: Buffer[] = [];
      let length = 0;
      let isLarge = false;
      let expected = 0;
      /** Of the size that was announced: from the first piece on, or, if that is large, from its turn on. */
      let whole: Buffer | undefined;

      function makeRoom(): void {
        whole = Buffer.allocUnsafeSlow(expected);
        let at = 0;
        for (const chunk of chunks.splice(0)) at += chunk.copy(whole, at);
      }

      return {
        expect(announced) {
          expected = announced <= maxBodyBytes ? announced : 0;
        },
        take(chunk, sender) {
          if (length === 0 && chunk.length < expected && expected <= ORDINARY_BYTES) makeRoom();
          if (whole === undefined) chunks.push(chunk);
          else if (chunk.copy(whole, length) < chunk.length)
            throw new TransportError('protocol', 'The answer is longer than it says.');
          length += chunk.length;
          if (isLarge || length <= ORDINARY_BYTES) return;
          isLarge = true;
          sender.pause();
          void turn.come().then(() => {
            if (length < expected) makeRoom();
            sender.resume();
          });
        },
        async unpack(encoding) {
          const body = whole === undefined ? join(chunks, length) : toOwn(whole.subarray(0, length));
          whole = undefined;
          chunks.length = 0;
          return await decompress(body, { encoding, maxBodyBytes, turn });
        },
        end: () => turn.end(),
      };
    },
  };
}

/** One piece is not copied, though its memory is not ours then. */
function join(chunks: readonly Buffer[], length: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : joinToOwn(chunks, length);
}

interface DecompressOptions extends BodyReaderOptions {
  readonly encoding: string | undefined;
  readonly turn: Turn;
}

async function decompress(body: Buffer, { encoding, maxBodyBytes, turn }: DecompressOptions): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  // An empty body (204, 304) is not valid gzip, whatever its headers say.
  if (name === '' || name === 'identity' || body.length === 0) return body;
  if (!Object.hasOwn(decompressors, name)) {
    throw new TransportError('protocol', `The answer is encoded as "${name}", which was not asked for.`);
  }
  const unpack = async (maxOutputLength: number): Promise<Buffer> => {
    const unpacked = await decompressors[name as keyof typeof decompressors](body, { maxOutputLength });
    giveBack(body);
    return toOwn(unpacked);
  };
  if (maxBodyBytes <= ORDINARY_BYTES) return await unpack(maxBodyBytes);
  try {
    return await unpack(ORDINARY_BYTES);
  } catch (error) {
    if (toTransportError(error).kind !== 'body-too-large') throw error;
  }
  // Once more from the beginning: that is rare, and costs less than to keep what many have unpacked so far.
  await turn.come();
  return await unpack(maxBodyBytes);
}

/** The right to a large body, in the order in which it was needed. */
interface Turn {
  come(): Promise<void>;
  /** May also be called before the turn came, or was asked for. */
  end(): void;
}

function createTurns(): { ask(): Turn } {
  let last: Promise<void> = Promise.resolve();
  return {
    ask() {
      const over = Promise.withResolvers<void>();
      let mine: Promise<void> | undefined;
      return {
        come() {
          if (mine !== undefined) return mine;
          mine = last;
          last = mine.then(() => over.promise);
          return mine;
        },
        end: over.resolve,
      };
    },
  };
}
