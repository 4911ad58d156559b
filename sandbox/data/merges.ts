import { Collection } from './collection.ts';
import { mix } from './random.ts';
import { isoSeconds, minute } from './time.ts';
import type { World } from './world.ts';

/** A merge of two records of a kind, by neutral names. */
export type Merge = {
  id: number;
  status: string;
  taskId: string;
  startedAt: string;
  primaryId: number;
  duplicateId: number;
  completedAt: string | null;
  errorMessage: string | null;
};

/** A believable uuid for a number. */
export function uuidOf(salt: number): string {
  const hex = [1, 2, 3, 4].map((part) => mix(salt, part).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Makes the merges of companies or persons, oldest first. The last two are still under way; those that failed left both records. */
export function makeMerges(
  world: World,
  kind: 'company' | 'person',
  idOf: (index: number) => number,
  liveIndex: (n: number) => number,
): Collection<Merge> {
  const size = world.sizes.merges;
  const createdMs = world.createdMs(`${kind}_merges`, size);
  return new Collection<Merge>({
    name: `${kind}_merges`,
    size,
    firstId: 12,
    make: (index) => {
      const status = index >= size - 2 ? 'in-progress' : index % 6 === 2 ? 'failed' : 'success';
      const started = createdMs(index);
      const primary = liveIndex(index);
      return {
        id: 12 + index,
        status,
        taskId: uuidOf(mix(kind.length, Math.floor(index / 2))),
        startedAt: isoSeconds(started),
        primaryId: idOf(primary),
        duplicateId: status === 'success' ? idOf(primary) + 1 : idOf(primary + 1),
        completedAt: status === 'in-progress' ? null : isoSeconds(started + 2 * minute),
        errorMessage: status === 'failed' ? 'The records could not be merged' : null,
      };
    },
    peek: { id: (index) => 12 + index, startedAt: createdMs },
  });
}

/** The merge with the property names of its kind. */
export function mergeRow(merge: Merge, kind: 'company' | 'person') {
  const { id, status, taskId, startedAt, primaryId, duplicateId, completedAt, errorMessage } = merge;
  const pair =
    kind === 'company'
      ? { primaryCompanyId: primaryId, duplicateCompanyId: duplicateId }
      : { primaryPersonId: primaryId, duplicatePersonId: duplicateId };
  return { id, status, taskId, startedAt, ...pair, completedAt, errorMessage };
}
