import { itemAt } from '../data/random.ts';
import { notFound } from '../http/api-error.ts';
import type { Call } from '../http/route.ts';

/** The index of the list of the path. */
export function listIndex(call: Call): number {
  const index = call.account.lists.find(call.id('listId'));
  if (index === undefined) throw notFound('List');
  return index;
}

/** True when the entry and the record it shows exist. */
export function hasEntry(account: Call['account'], list: number, entry: number): boolean {
  return itemAt(account.entries, list).has(entry) && account.entityOf(list, entry) !== undefined;
}

/** The index of the entry of the path. */
export function entryIndex(call: Call, list: number): number {
  const entry = itemAt(call.account.entries, list).find(call.id('listEntryId'));
  if (entry === undefined || !hasEntry(call.account, list, entry)) throw notFound('List entry');
  return entry;
}
