import type { Account } from '../data/account.ts';
import { makeOptions } from '../data/define-field.ts';
import { fieldValue } from '../data/field.ts';
import type { FieldSet } from '../data/field-set.ts';
import { itemAt } from '../data/random.ts';
import { isoSeconds } from '../data/time.ts';
import type { Change, Effect, FieldOwner } from './change.ts';

type FieldChange = Extract<Change, { owner: FieldOwner }>;
type Owned = {
  set: FieldSet;
  stream: string;
  rowStream: string;
  type: string;
  indexOf: (id: number) => number | undefined;
};

function ownerOf(account: Account, owner: FieldOwner): Owned {
  if (owner === 'company') {
    return {
      set: account.fields.company,
      stream: 'company_fields',
      rowStream: 'companies',
      type: 'global',
      indexOf: (id) => account.companies.find(id),
    };
  }
  if (owner === 'person') {
    return {
      set: account.fields.person,
      stream: 'person_fields',
      rowStream: 'persons',
      type: 'global',
      indexOf: (id) => account.persons.find(id),
    };
  }
  const list = account.lists.find(owner);
  if (list === undefined) throw new RangeError(`no list ${owner}`);
  const set = itemAt(account.fields.lists, list);
  return {
    set,
    stream: 'list_fields',
    rowStream: 'list_entries',
    type: 'list',
    indexOf: (id) => itemAt(account.entries, list).find(id),
  };
}

/** Changes what fields there are, what they are called, or a value. Every row of the owner shows it at once. */
export function changeFields(account: Account, change: FieldChange, nowMs: number): Effect[] {
  const { set, stream, rowStream, type, indexOf } = ownerOf(account, change.owner);
  if (change.kind === 'add-field') {
    const { name = 'New field', valueType = 'text' } = change;
    // Numbers of new fields are above all that the account started with.
    const id = `field-${900_000 + account.fieldCounter.next()}`;
    const optionType = valueType.replace('-multi', '');
    const options = valueType.includes('dropdown') ? { options: makeOptions(id, optionType, ['One', 'Two']) } : {};
    set.add(account.define({ id, name, type, valueType, createdAt: isoSeconds(nowMs), emptyShare: 0.2, ...options }));
    return [{ stream, action: 'inserted', ids: [id] }];
  }
  const field = known(set, change.fieldId);
  if (change.kind === 'rename-field') {
    set.rename(field.id, change.name);
    return [{ stream, action: 'updated', ids: [field.id] }];
  }
  if (change.kind === 'delete-field') {
    set.remove(field.id);
    return [{ stream, action: 'deleted', ids: [field.id] }];
  }
  const index = indexOf(change.id);
  if (index === undefined) throw new RangeError(`no row ${change.id}`);
  set.set(field.id, index, fieldValue(change.type ?? field.definition.valueType, change.value));
  return [{ stream: rowStream, action: 'updated', ids: [change.id] }];
}

function known(set: FieldSet, id: string) {
  const field = set.find(id);
  if (field === undefined) throw new RangeError(`no field ${id}`);
  return field;
}
