import type { Json } from '../json.ts';
import type { DropdownOption } from './field.ts';
import type { Names } from './names.ts';
import { itemAt } from './random.ts';
import { day, isoDateAtPacificMidnight } from './time.ts';

/** What dice can do for the makers of values. */
export type Dice = { below: (limit: number) => number };

/** Rows that values may refer to. */
export type Material = {
  names: Names;
  startMs: number;
  persons: readonly Json[];
  users: readonly Json[];
  companies: readonly Json[];
  interactions: {
    email: readonly Json[];
    meeting: readonly Json[];
    call: readonly Json[];
    'chat-message': readonly Json[];
  };
  notes: readonly Json[];
  reminders: readonly Json[];
};

function draw<Item>(dice: Dice, items: readonly Item[]): Item {
  return itemAt(items, dice.below(items.length));
}

/** An option as a value shows it. */
export function optionData(option: DropdownOption): Json {
  const base = { dropdownOptionId: option.id, text: option.text };
  return option.rank === undefined ? base : { ...base, rank: option.rank, color: option.color ?? null };
}

const makers: Record<string, (material: Material, dice: Dice, options: readonly DropdownOption[]) => Json> = {
  text: ({ names }, dice) => draw(dice, names.sentences),
  'filterable-text': ({ names }, dice) => draw(dice, names.jobTitles),
  'filterable-text-multi': ({ names }, dice) => draw(dice, names.industries),
  number: (_, dice) => (dice.below(5) === 0 ? dice.below(100000) / 8 : dice.below(5_000_000)),
  'number-multi': (_, dice) => dice.below(400) / 4,
  datetime: ({ startMs }, dice) => isoDateAtPacificMidnight(startMs - dice.below(2000) * day + 300 * day),
  location: ({ names }, dice) => {
    const place = draw(dice, names.cities);
    return dice.below(3) === 0 ? { ...place, streetAddress: null, state: null } : { ...place };
  },
  'location-multi': ({ names }, dice) => ({ ...draw(dice, names.cities) }),
  dropdown: (_, dice, options) => optionData(draw(dice, options)),
  'dropdown-multi': (_, dice, options) => optionData(draw(dice, options)),
  'ranked-dropdown': (_, dice, options) => optionData(draw(dice, options)),
  person: ({ persons }, dice) => draw(dice, persons),
  'person-multi': ({ users }, dice) => draw(dice, users),
  company: ({ companies }, dice) => draw(dice, companies),
  'company-multi': ({ companies }, dice) => draw(dice, companies),
  'formula-number': (_, dice) => ({ calculatedValue: dice.below(7) === 0 ? null : dice.below(1000) / 10 }),
  note: ({ notes }, dice) => draw(dice, notes),
  reminder: ({ reminders }, dice) => draw(dice, reminders),
  /** A type that no version of the specification knows. */
  'geo-polygon': (_, dice) => ({ rings: [[dice.below(90), dice.below(180)]], crs: 'EPSG:4326' }),
};

/** One element of a value type: the whole data of a single value, one item of a multi value. */
export function element(type: string, material: Material, dice: Dice, options: readonly DropdownOption[]): Json {
  const make = makers[type];
  if (make === undefined) throw new RangeError(`no maker for ${type}`);
  return make(material, dice, options);
}

/** How the change history tells an element: references say what they are, now and then only what they were. */
export function changeElement(type: string, value: Json, dice: Dice): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || type.startsWith('location')) return value;
  if (dice.below(9) !== 0) return { referenceType: 'entity', ...value };
  const display = value['text'] ?? value['name'] ?? value['firstName'] ?? 'someone';
  return { referenceType: 'deleted-entity', displayValue: `Former ${String(display)}` };
}
