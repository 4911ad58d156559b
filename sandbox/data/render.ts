import type { Account } from './account.ts';
import { type Field, type FieldPiece, wholeText } from './field.ts';
import type { FieldSet } from './field-set.ts';
import type { EntityKind } from './lists.ts';
import { itemAt } from './random.ts';

/** Which fields a reader wants: null for none at all. */
export type FieldChoice = { includes: (field: Field) => boolean } | null;

/** Every field of the newest version. */
export const everyField: FieldChoice = { includes: () => true };

/** Turns indexes into JSON text. Chosen fields are worked out once, so make one per request. */
export class Renderer {
  readonly #account: Account;
  readonly #choice: FieldChoice;
  readonly #isWhole: boolean;
  readonly #chosen = new Map<FieldSet, readonly Field[]>();
  /** Opportunities of the oldest version tell less. */
  readonly #isOldest: boolean;

  constructor(account: Account, choice: FieldChoice, options: { isWhole?: boolean; isOldest?: boolean } = {}) {
    this.#account = account;
    this.#choice = choice;
    this.#isWhole = options.isWhole ?? false;
    this.#isOldest = options.isOldest ?? false;
  }

  company(index: number): string {
    const row = JSON.stringify(this.#account.companies.rowAt(index));
    return this.#withFields(row, this.#texts(this.#account.fields.company, index), 'absent');
  }

  person(index: number): string {
    const row = JSON.stringify(this.#account.persons.rowAt(index));
    return this.#withFields(row, this.#texts(this.#account.fields.person, index), 'empty');
  }

  opportunity(index: number): string {
    const { id, name, listId, ...rest } = this.#account.opportunities.rowAt(index);
    return JSON.stringify(this.#isOldest ? { id, name, listId } : { id, name, listId, ...rest });
  }

  /** An entry with the record it shows. */
  entry(list: number, entry: number): string {
    const { entries, plans, lists } = this.#account;
    const { id, createdAt, creatorId } = itemAt(entries, list).rowAt(entry);
    const { kind } = itemAt(plans, list);
    const head = JSON.stringify({ id, type: kind, listId: lists.idAt(list), createdAt, creatorId });
    const entity = this.#account.entityOf(list, entry) ?? 0;
    return `${head.slice(0, -1)},"entity":${this.#entity(list, entry, kind, entity)}}`;
  }

  /** An entry as it is told under its company or person: with all its fields and the list's name. */
  entryOfEntity(list: number, entry: number): string {
    const { id, createdAt, creatorId } = itemAt(this.#account.entries, list).rowAt(entry);
    const { id: listId, name: listName } = this.#account.lists.rowAt(list);
    const head = JSON.stringify({ id, listId, listName, createdAt, creatorId });
    return this.#withFields(head, this.#joined(list, entry), 'empty');
  }

  /** The fields of an entry: of the list, then of the record. */
  entryPieces(list: number, entry: number): FieldPiece[] {
    const { fields, opportunities, plans } = this.#account;
    const { kind } = itemAt(plans, list);
    const entity = this.#account.entityOf(list, entry) ?? 0;
    const own = this.#pieces(itemAt(fields.lists, list), entry);
    if (kind !== 'opportunity') return [...own, ...this.entityPieces(kind, entity)];
    const { isRedacted, isRestricted } = opportunities.rowAt(entity);
    if (isRedacted) return [];
    return isRestricted ? own.map(({ field }) => field.hiddenPiece()) : own;
  }

  /** The chosen fields of a company or person. */
  entityPieces(kind: 'company' | 'person', index: number): FieldPiece[] {
    return this.#pieces(this.#account.fields[kind], index);
  }

  #entity(list: number, entry: number, kind: EntityKind, entity: number): string {
    const texts = () => (this.#choice === null ? null : this.#joined(list, entry));
    if (kind === 'company')
      return this.#withFields(JSON.stringify(this.#account.companies.rowAt(entity)), texts(), 'absent');
    if (kind === 'person')
      return this.#withFields(JSON.stringify(this.#account.persons.rowAt(entity)), texts(), 'empty');
    const { listName: _, isRestricted, isRedacted, ...row } = this.#account.opportunities.rowAt(entity);
    return this.#withFields(
      JSON.stringify(this.#isOldest ? row : { ...row, isRestricted, isRedacted }),
      texts(),
      'empty',
    );
  }

  /** Fields that were not asked for are left out of companies and empty elsewhere: both happen. */
  #withFields(row: string, texts: string | null, otherwise: 'absent' | 'empty'): string {
    if (texts === null) return otherwise === 'absent' ? row : `${row.slice(0, -1)},"fields":[]}`;
    return `${row.slice(0, -1)},"fields":[${texts}]}`;
  }

  #texts(set: FieldSet, index: number): string | null {
    if (this.#choice === null) return null;
    let text = '';
    for (const field of this.#fieldsOf(set)) {
      const part = this.#text(set.piece(field, index));
      text += text === '' ? part : `,${part}`;
    }
    return text;
  }

  #pieces(set: FieldSet, index: number): FieldPiece[] {
    return this.#fieldsOf(set).map((field) => set.piece(field, index));
  }

  #fieldsOf(set: FieldSet): readonly Field[] {
    let chosen = this.#chosen.get(set);
    if (chosen === undefined) {
      const choice = this.#choice;
      chosen = choice === null ? [] : set.all.filter((field) => choice.includes(field));
      this.#chosen.set(set, chosen);
    }
    return chosen;
  }

  #joined(list: number, entry: number): string {
    return this.entryPieces(list, entry)
      .map((piece) => this.#text(piece))
      .join(',');
  }

  #text(piece: FieldPiece): string {
    return this.#isWhole ? wholeText(piece) : piece.text;
  }
}
