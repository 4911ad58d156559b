import type { Json } from '../json.ts';
import type { Material } from './elements.ts';
import { type FieldValue, fieldValue } from './field.ts';
import { itemAt } from './random.ts';

type InteractionKind = keyof Material['interactions'];

/** Values of a field that shows an interaction, with the colleague it was with. */
export function interactionValues(material: Material, kind: InteractionKind): FieldValue[] {
  const rows = material.interactions[kind];
  return rows.flatMap((row, index): FieldValue[] => {
    const internalPerson: Json = index % 3 === 2 ? null : itemAt(material.users, index % material.users.length);
    return [
      { text: JSON.stringify({ type: 'interaction', data: row, internalPerson }), whole: null },
      fieldValue('interaction', null),
    ];
  });
}

/** Fields of relationship intelligence, by the kind of interaction they show. */
export const interactionFields: readonly { id: string; name: string; kind: InteractionKind }[] = [
  { id: 'first-email', name: 'First Email', kind: 'email' },
  { id: 'last-email', name: 'Last Email', kind: 'email' },
  { id: 'first-event', name: 'First Event', kind: 'meeting' },
  { id: 'last-event', name: 'Last Event', kind: 'meeting' },
  { id: 'next-event', name: 'Next Event', kind: 'meeting' },
  { id: 'first-chat-message', name: 'First Chat Message', kind: 'chat-message' },
  { id: 'last-chat-message', name: 'Last Chat Message', kind: 'chat-message' },
  { id: 'last-contact', name: 'Last Contact', kind: 'call' },
];
