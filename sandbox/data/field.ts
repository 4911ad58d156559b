import type { Json } from '../json.ts';
import { mix } from './random.ts';

/** The value of a field as the API tells it: cut at 100 elements, with the whole beside it when it was cut. */
export type FieldValue = { text: string; whole: { text: string; type: string; items: Json[] } | null };

/** One option of a dropdown field. */
export type DropdownOption = {
  id: number;
  type: string;
  text: string;
  rank?: number;
  color?: string | null;
  statusCategory?: string;
  winRate?: number | null;
};

/** Where the values of a field come from: a pool to pick from, or the row itself. */
export type ValueSource =
  | { kind: 'pool'; values: readonly FieldValue[]; special: ReadonlyMap<number, FieldValue> }
  | { kind: 'row'; at: (index: number) => FieldValue };

/** Everything about a field of companies, persons or a list. */
export type FieldDefinition = {
  id: string;
  name: string;
  description: string | null;
  type: string;
  enrichmentSource: string | null;
  valueType: string;
  isRequired: boolean;
  createdAt: string | null;
  /** Oldest API version that shows the field. */
  minVersion: string;
  /** 1 as a rule; 0 when metadata lacks the field though rows carry it; 2 when metadata lists it twice. */
  timesInMetadata: number;
  options: readonly DropdownOption[];
  /** One element for the change history; null when the field's changes are not tracked. */
  changeValue: ((dice: { below: (limit: number) => number }) => Json) | null;
  source: ValueSource;
};

/** One field of one row, as JSON text. */
export type FieldPiece = { field: Field; text: string; value: FieldValue };

/** A field that can be renamed; pieces of JSON are joined once and reused for every row. */
export class Field {
  readonly definition: FieldDefinition;
  readonly #salt: number;
  #name: string;
  #head = '';
  #pieces: FieldPiece[] = [];
  #hidden: FieldPiece | undefined;

  constructor(definition: FieldDefinition, salt: number) {
    this.definition = definition;
    this.#salt = salt;
    this.#name = definition.name;
    this.rename(definition.name);
  }

  get id(): string {
    return this.definition.id;
  }

  get name(): string {
    return this.#name;
  }

  rename(name: string): void {
    const { id, type, enrichmentSource, source } = this.definition;
    this.#name = name;
    this.#head = `${JSON.stringify({ id, name, type, enrichmentSource }).slice(0, -1)},"value":`;
    this.#pieces = source.kind === 'pool' ? source.values.map((value) => this.#pieceOf(value)) : [];
    this.#hidden = undefined;
  }

  /** The field of the row at an index. `shift` tells apart rows of several lists that share the field. */
  pieceAt(index: number, shift = 0): FieldPiece {
    const { source } = this.definition;
    if (source.kind === 'row') return this.#pieceOf(source.at(index));
    const special = source.special.get(index);
    if (special !== undefined) return this.#pieceOf(special);
    const piece = this.#pieces[mix(this.#salt + shift, index) % this.#pieces.length];
    if (piece === undefined) throw new RangeError(`field ${this.id} has no values`);
    return piece;
  }

  /** The field with a value given by hand. */
  pieceWith(value: FieldValue): FieldPiece {
    return this.#pieceOf(value);
  }

  /** The field as someone without access to the record sees it. */
  hiddenPiece(): FieldPiece {
    if (this.#hidden === undefined) {
      const value = { text: `{"type":${JSON.stringify(this.definition.valueType)},"data":null}`, whole: null };
      const head = { id: this.id, name: this.#name, type: 'hidden', enrichmentSource: null };
      this.#hidden = { field: this, text: `${JSON.stringify(head).slice(0, -1)},"value":${value.text}}`, value };
    }
    return this.#hidden;
  }

  #pieceOf(value: FieldValue): FieldPiece {
    return { field: this, text: `${this.#head}${value.text}}`, value };
  }
}

/** The piece with every element of a cut multi value. */
export function wholeText(piece: FieldPiece): string {
  const { text, value } = piece;
  return value.whole === null ? text : `${text.slice(0, -1 - value.text.length)}${value.whole.text}}`;
}

const longestArray = 100;
const multiTypes = new Set([
  'number-multi',
  'location-multi',
  'dropdown-multi',
  'filterable-text-multi',
  'person-multi',
  'company-multi',
  'list-multi',
]);

/** True for value types that hold an array. */
export function isMulti(valueType: string): boolean {
  return multiTypes.has(valueType);
}

/** The value object of one element, or of an array; empty arrays are told as null. */
export function fieldValue(type: string, data: Json): FieldValue {
  // An interaction names the colleague it was with, also when there was none.
  if (type === 'interaction' && data === null)
    return { text: '{"type":"interaction","data":null,"internalPerson":null}', whole: null };
  if (!Array.isArray(data)) return { text: JSON.stringify({ type, data }), whole: null };
  if (data.length === 0) return { text: JSON.stringify({ type, data: null }), whole: null };
  const text = (items: Json[]) => JSON.stringify({ type, data: items, totalCount: data.length });
  if (data.length <= longestArray) return { text: text(data), whole: null };
  return { text: text(data.slice(0, longestArray)), whole: { text: text(data), type, items: data } };
}
