import type { Account } from '../data/account.ts';
import type { Collection } from '../data/collection.ts';
import { uuidOf } from '../data/merges.ts';
import { isoSeconds } from '../data/time.ts';
import type { Change, Effect } from './change.ts';

type Kind = 'company' | 'person';

function recordsOf(account: Account, of: Kind): { rows: Collection<{ id: number }>; stream: string } {
  return of === 'company'
    ? { rows: account.companies, stream: 'companies' }
    : { rows: account.persons, stream: 'persons' };
}

/** Makes the duplicate vanish; entries that showed it show the primary from now on. */
function absorb(account: Account, of: Kind, primaryId: number, duplicateId: number): Effect[] {
  const { rows, stream } = recordsOf(account, of);
  const primary = rows.find(primaryId);
  const duplicate = rows.find(duplicateId);
  if (primary === undefined || duplicate === undefined)
    throw new RangeError(`no ${of} ${primary === undefined ? primaryId : duplicateId}`);
  rows.remove(duplicate);
  account.mergedInto[of].set(duplicate, primary);
  return [{ stream, action: 'deleted', ids: [duplicateId] }];
}

/** Merges two records, or begins to. */
export function merge(account: Account, change: Extract<Change, { kind: 'merge' }>, nowMs: number): Effect[] {
  const { of, isUnfinished = false } = change;
  const { rows } = recordsOf(account, of);
  // The last records but one: no other change picks them first.
  const last = [...rows.indexesDown(rows.size - 3)].slice(0, 2);
  const primaryId = change.primaryId ?? rows.idAt(last[1] ?? 0);
  const duplicateId = change.duplicateId ?? rows.idAt(last[0] ?? 1);
  const now = isoSeconds(nowMs);
  const effects = isUnfinished ? [] : absorb(account, of, primaryId, duplicateId);
  const row = account.merges[of].append(({ id }) => ({
    id,
    status: isUnfinished ? 'in-progress' : 'success',
    taskId: uuidOf(id + 5000),
    startedAt: now,
    primaryId,
    duplicateId,
    completedAt: isUnfinished ? null : now,
    errorMessage: null,
  }));
  return [...effects, { stream: `${of}_merges`, action: 'inserted', ids: [row.id] }];
}

/** Ends a merge that was under way; the oldest one unless it is named. */
export function finishMerge(
  account: Account,
  change: Extract<Change, { kind: 'finish-merge' }>,
  nowMs: number,
): Effect[] {
  const { of, status = 'success' } = change;
  const merges = account.merges[of];
  const index = [...merges.indexes()].find((each) => {
    const row = merges.rowAt(each);
    return row.status === 'in-progress' && (change.id === undefined || row.id === change.id);
  });
  if (index === undefined) throw new RangeError('no merge is under way');
  const { id, primaryId, duplicateId } = merges.rowAt(index);
  const effects = status === 'success' ? absorb(account, of, primaryId, duplicateId) : [];
  const errorMessage = status === 'success' ? null : 'The records could not be merged';
  merges.replace(index, (row) => ({ ...row, status, completedAt: isoSeconds(nowMs), errorMessage }));
  return [...effects, { stream: `${of}_merges`, action: 'updated', ids: [id] }];
}
