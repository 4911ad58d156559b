import type { Json } from '../json.ts';
import { Collection } from './collection.ts';
import type { FieldDefinition } from './field.ts';
import { itemAt, Random, saltOf } from './random.ts';
import { isoSeconds } from './time.ts';
import type { World } from './world.ts';

/** One change of a field, as V2 tells it. */
export type ChangeRow = {
  id: number;
  field: { id: string; entityType: string; name: string; type: string };
  entity: { id: number };
  listEntry: { id: number; listId: number } | null;
  changer: { id: number; firstName: string; lastName: string | null; emailAddress: string } | null;
  changedAt: string;
  actionType: string;
  type: string;
  value: Json;
};

/** A field whose changes are tracked, and the record a change may concern. */
export type TrackedField = {
  definition: FieldDefinition;
  entityType: string;
  place: (number: number) => { entityId: number; listEntry: { id: number; listId: number } | null };
};

/** Makes the history, oldest first. */
export function makeChangeHistory(
  world: World,
  tracked: readonly TrackedField[],
  changer: (n: number) => { id: number; firstName: string; lastName: string | null; emailAddress: string },
): Collection<ChangeRow> {
  const size = world.sizes.changes;
  const changedMs = world.createdMs('changes', size);
  const salt = saltOf(world.seed, 'changes');
  const fieldAt = (dice: Random) => itemAt(tracked, dice.below(tracked.length));
  const make = (index: number): ChangeRow => {
    const dice = new Random(salt, index);
    const { definition, entityType, place } = fieldAt(dice);
    const { entityId, listEntry } = place(dice.next());
    const isMulti = definition.valueType.endsWith('-multi');
    const actions = isMulti ? ['add', 'delete'] : ['add', 'update', 'update', 'delete'];
    const isLong = index === 17;
    return {
      id: 42 + index,
      field: { id: definition.id, entityType, name: definition.name, type: definition.type },
      entity: { id: entityId },
      listEntry,
      changer: index % 14 === 6 ? null : changer(dice.next()),
      changedAt: isoSeconds(changedMs(index)),
      actionType: dice.pick(actions),
      type: isLong ? 'text' : definition.valueType,
      value: isLong ? 'long text '.repeat(200) : (definition.changeValue?.(dice) ?? ''),
    };
  };
  const peekDice = (index: number) => new Random(salt, index);
  return new Collection<ChangeRow>({
    name: 'field_value_changes',
    size,
    firstId: 42,
    make,
    peek: {
      id: (index) => 42 + index,
      changedAt: changedMs,
      'field.id': (index) => fieldAt(peekDice(index)).definition.id,
    },
  });
}
