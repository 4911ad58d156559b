import { brokenPage } from '../affinity/answers.ts';
import type { Affinity } from '../affinity/client.ts';
import { ApiError } from '../affinity/errors.ts';
import type { Partition, ReadContext, ReadItem, Row } from './stream.ts';

/** The partition of one row that has rows of its own. Throws a `system_error` for a row without an id. */
export function parentPartition(
  kind: string,
  { id }: Row,
  more: Pick<Partition, 'parent' | 'need' | 'changedMs'> = {},
): Partition {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw brokenPage(`each ${kind}`, 'id', 'a whole number');
  return { key: `${kind} ${id}`, parentId: id, ...more };
}

/** By ascending id, each once: the API may repeat a row. */
export function inOrder(parents: readonly Partition[]): Partition[] {
  const byKey = new Map(parents.map((parent) => [parent.key, parent]));
  return [...byKey.values()].sort((a, b) => (a.parentId ?? 0) - (b.parentId ?? 0));
}

/** Deleted records answer 404, and those that became part of another one 422. */
const GONE_STATUSES: ReadonlySet<number> = new Set([404, 422]);

interface DeletedParent {
  readonly kind: string;
  /** Where the parent itself is. */
  readonly path: string;
  /** Where there are few, each is worth a WARN of its own. */
  readonly name?: string;
}

/**
 * Reads the rows of a parent, of which there are none if it was deleted since it was listed. An endpoint that is not
 * there at all must not look like that, so the parent itself is asked for before anything is believed.
 */
export async function* unlessDeleted(
  { affinity, warn }: ReadContext,
  { kind, path, name = `at least one ${kind}` }: DeletedParent,
  items: AsyncGenerator<ReadItem, void, undefined>,
): AsyncGenerator<ReadItem, void, undefined> {
  try {
    yield* items;
  } catch (error) {
    if (!isGone(error) || !(await isDeleted(affinity, path))) throw error;
    warn(`${name} was deleted after Affinity had listed it; it has no rows.`);
  }
}

async function isDeleted({ v2 }: Affinity, path: string): Promise<boolean> {
  return await v2.get(path).then(
    () => false,
    (error: unknown) => {
      if (isGone(error)) return true;
      throw error;
    },
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && !error.stopsSync && GONE_STATUSES.has(error.status);
}
