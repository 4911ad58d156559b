import { crc32 } from 'node:zlib';
import { ConnectorError } from '../errors.ts';

/** Pages without anything new, one after the other, after which nothing new is expected any more. */
export const MOST_BARREN_PAGES = 500;

/**
 * Told every page of a walk, how many items it has and what tells it from others; returns whether it is the one before it
 * once more, whose items are not to go out again. Throws a `system_error` when pages go on without anything new.
 */
export type PageWatch = (count: number, fingerprint: string) => boolean;

/**
 * Only a page that comes twice in a row is called a repeated one: of those from further back the items go out again, since
 * a row too many costs nothing. All of them count as bringing nothing new, as do empty ones, so that pages which lead in
 * a circle come to an end although each link is a new one.
 */
export function watchPages(what: string): PageWatch {
  let previous: string | undefined;
  let barren = 0;
  // Of pages long gone a checksum is kept. Two may share one by chance, but not hundreds in a row.
  const seen = new Set<number>();

  return (count, fingerprint) => {
    const isRepeated = count > 0 && fingerprint === previous;
    const checksum = crc32(fingerprint);
    barren = count === 0 || seen.has(checksum) ? barren + 1 : 0;
    if (barren > MOST_BARREN_PAGES) throw endlessPages(what);
    if (count > 0) {
      previous = fingerprint;
      seen.add(checksum);
    }
    return isRepeated;
  };
}

function endlessPages(what: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `Affinity's pages for ${what} do not end: ${MOST_BARREN_PAGES} in a row brought nothing new.`,
  );
}
