import { Field, type FieldDefinition, type FieldPiece, type FieldValue } from './field.ts';

/** The fields of companies, of persons, or of one list, in the order the API tells them. */
export class FieldSet {
  #fields: Field[];
  readonly #salt: number;
  /** Values set by hand, by field id and index. */
  readonly #values = new Map<string, FieldValue>();
  /** Goes up when fields or values change. */
  version = 0;

  constructor(definitions: readonly FieldDefinition[], salt: number) {
    this.#salt = salt;
    this.#fields = definitions.map((definition, index) => new Field(definition, salt + index * 7919));
  }

  get all(): readonly Field[] {
    return this.#fields;
  }

  find(id: string): Field | undefined {
    return this.#fields.find((field) => field.id === id);
  }

  add(definition: FieldDefinition): Field {
    const field = new Field(definition, this.#salt + this.#fields.length * 7919 + 13);
    this.#fields = [...this.#fields, field];
    this.version += 1;
    return field;
  }

  rename(id: string, name: string): void {
    this.find(id)?.rename(name);
    this.version += 1;
  }

  remove(id: string): void {
    this.#fields = this.#fields.filter((field) => field.id !== id);
    this.version += 1;
  }

  /** Sets the value of a field of the row at an index. */
  set(id: string, index: number, value: FieldValue): void {
    this.#values.set(`${id}/${index}`, value);
    this.version += 1;
  }

  piece(field: Field, index: number): FieldPiece {
    if (this.#values.size > 0) {
      const value = this.#values.get(`${field.id}/${index}`);
      if (value !== undefined) return field.pieceWith(value);
    }
    return field.pieceAt(index);
  }
}
