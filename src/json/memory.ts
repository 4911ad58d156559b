/** Memory that nobody else has a view of. */
const own = new WeakSet<ArrayBufferLike>();

/** One buffer with what is in these, in memory of its own. */
export function joinToOwn(chunks: readonly Uint8Array[], length: number): Buffer {
  const joined = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return toOwn(joined);
}

/** Says of a buffer that nobody else knows it, nor any other view of its memory. Part of a larger memory stays shared. */
export function toOwn(buffer: Buffer): Buffer {
  if (buffer.length > 0 && buffer.length === buffer.buffer.byteLength) own.add(buffer.buffer);
  return buffer;
}

/**
 * Frees the memory behind a buffer, or behind a part of it, at once, if it is our own; all views of it are empty then.
 * Bodies are most of what a sync takes, and the garbage collector, which sees only small objects, would let dozens pile up
 * or, told of their size, look through everything for each few of them.
 */
export function giveBack({ buffer }: Buffer): void {
  if (own.delete(buffer)) (buffer as ArrayBuffer).transfer(0);
}
