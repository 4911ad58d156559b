import type { Json } from '../json.ts';
import { changeElement, type Dice, element, type Material } from './elements.ts';
import {
  type DropdownOption,
  type FieldDefinition,
  type FieldValue,
  fieldValue,
  isMulti,
  type ValueSource,
} from './field.ts';
import { Random, saltOf } from './random.ts';

/** The short form in which field tables are written. */
export type FieldSketch = {
  id: string;
  name: string;
  type: string;
  valueType: string;
  description?: string | null;
  enrichmentSource?: string | null;
  isRequired?: boolean;
  createdAt?: string | null;
  minVersion?: string;
  timesInMetadata?: number;
  options?: readonly DropdownOption[];
  /** Share of rows without a value. */
  emptyShare?: number;
  /** Elements of a multi value, from 1 to this. */
  most?: number;
  /** Index of a row → number of elements it holds, for values that are cut. */
  long?: Readonly<Record<number, number>>;
  /** Elements other than those usual for the type. */
  elements?: readonly Json[];
  /** Whole values other than those usual for the type, mixed among the usual ones. */
  extraValues?: readonly FieldValue[];
  isTracked?: boolean;
  at?: (index: number) => FieldValue;
};

const poolSize = 48;

/** Completes a sketch: fills the pool of values, the same for the same seed. */
export function defineField(sketch: FieldSketch, material: Material, seed: number): FieldDefinition {
  const { valueType } = sketch;
  const options = sketch.options ?? [];
  const salt = saltOf(seed, `field.${sketch.id}`);
  const one = (dice: Dice): Json => {
    const { elements } = sketch;
    const chosen = elements?.[dice.below(elements.length)];
    return chosen ?? element(valueType, material, dice, options);
  };
  const many = (dice: Dice, count: number): Json[] => Array.from({ length: count }, () => one(dice));
  return {
    id: sketch.id,
    name: sketch.name,
    description: sketch.description ?? null,
    type: sketch.type,
    enrichmentSource: sketch.enrichmentSource ?? null,
    valueType,
    isRequired: sketch.isRequired ?? false,
    createdAt: sketch.createdAt ?? null,
    minVersion: sketch.minVersion ?? '2024-01-01',
    timesInMetadata: sketch.timesInMetadata ?? 1,
    options,
    changeValue: sketch.isTracked === true ? (dice) => changeElement(valueType, one(dice), dice) : null,
    source: sketch.at === undefined ? pool(sketch, salt, one, many) : { kind: 'row', at: sketch.at },
  };
}

function pool(
  sketch: FieldSketch,
  salt: number,
  one: (dice: Dice) => Json,
  many: (dice: Dice, count: number) => Json[],
): ValueSource {
  const { valueType } = sketch;
  const empty = Math.round(poolSize * (sketch.emptyShare ?? 0.25));
  const values: FieldValue[] = [];
  for (let index = 0; index < poolSize; index += 1) {
    const dice = new Random(salt, index);
    if (index < empty) values.push(fieldValue(valueType, null));
    else if (isMulti(valueType)) values.push(fieldValue(valueType, many(dice, 1 + dice.below(sketch.most ?? 3))));
    else values.push(fieldValue(valueType, one(dice)));
  }
  values.push(...(sketch.extraValues ?? []));
  const special = new Map<number, FieldValue>();
  for (const [index, count] of Object.entries(sketch.long ?? {})) {
    special.set(Number(index), fieldValue(valueType, many(new Random(salt, Number(index)), count)));
  }
  return { kind: 'pool', values, special };
}

/** Options of a dropdown: numbered after the field, unknown colours and categories among them. */
export function makeOptions(fieldId: string, type: string, texts: readonly string[]): DropdownOption[] {
  const first = Number(fieldId.replace(/\D+/g, '')) * 1000;
  const colors = ['white', 'gray', 'blue', 'green', 'purple', 'orange', 'red', null, 'teal'];
  const categories = ['open', 'open', 'open', 'won', 'lost', 'on-hold', 'nurture'];
  return texts.map((text, index) => {
    const id = first + index;
    if (type === 'dropdown') return { id, type, text };
    const ranked = { id, type, text, rank: index, color: colors[index % colors.length] ?? null };
    if (type === 'ranked-dropdown') return ranked;
    const statusCategory = categories[index % categories.length] ?? 'open';
    return { ...ranked, statusCategory, winRate: statusCategory === 'open' ? Math.min(100, 10 + index * 15) : null };
  });
}
