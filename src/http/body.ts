import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { TransportError, toTransportError } from './transport-error.ts';

/** A body of this size is nothing out of the ordinary: dozens of them may be under way together. */
const ORDINARY_BYTES = 8 * 1024 * 1024;

export interface BodyOptions {
  readonly encoding: string | undefined;
  readonly maxBodyBytes: number;
}

/** Reads bodies to their end and unpacks them. Large ones are taken one after the other: together they fill the memory. */
export interface BodyReader {
  read(body: Dispatcher.ResponseData['body'], options: BodyOptions): Promise<Buffer>;
}

const decompressors = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
} as const;

export function createBodyReader(): BodyReader {
  const turns = createTurns();
  return {
    async read(body, { encoding, maxBodyBytes }) {
      const turn = turns.ask();
      try {
        const sent = await collect(body, turn);
        return await decompress(sent, { encoding, maxBodyBytes, turn });
      } finally {
        turn.end();
      }
    },
  };
}

/** The chunks of a body; beyond an ordinary size the other side is kept waiting until it is this body's turn. */
function collect(body: Dispatcher.ResponseData['body'], turn: Turn): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isLarge = false;
    body.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (isLarge || length <= ORDINARY_BYTES) return;
      isLarge = true;
      body.pause();
      void turn.come().then(() => body.resume());
    });
    body.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    body.on('error', reject);
  });
}

interface DecompressOptions extends BodyOptions {
  readonly turn: Turn;
}

async function decompress(body: Buffer, { encoding, maxBodyBytes, turn }: DecompressOptions): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  // An empty body (204, 304) is not valid gzip, whatever its headers say.
  if (name === '' || name === 'identity' || body.length === 0) return body;
  if (!Object.hasOwn(decompressors, name)) {
    throw new TransportError('protocol', `The answer is encoded as "${name}", which was not asked for.`);
  }
  const unpack = decompressors[name as keyof typeof decompressors];
  if (maxBodyBytes <= ORDINARY_BYTES) return await unpack(body, { maxOutputLength: maxBodyBytes });
  try {
    return await unpack(body, { maxOutputLength: ORDINARY_BYTES });
  } catch (error) {
    if (toTransportError(error).kind !== 'body-too-large') throw error;
  }
  // Once more from the beginning: that is rare, and costs less than to keep what many have unpacked so far.
  await turn.come();
  return await unpack(body, { maxOutputLength: maxBodyBytes });
}

/** The right to a large body, in the order in which it was needed. */
interface Turn {
  come(): Promise<void>;
  end(): void;
}

function createTurns(): { ask(): Turn } {
  let last: Promise<void> = Promise.resolve();
  return {
    ask() {
      let mine: Promise<void> | undefined;
      let end: () => void = () => {};
      return {
        come() {
          if (mine !== undefined) return mine;
          mine = last;
          const isOver = new Promise<void>((resolve) => {
            end = resolve;
          });
          last = mine.then(() => isOver);
          return mine;
        },
        end: () => end(),
      };
    },
  };
}
