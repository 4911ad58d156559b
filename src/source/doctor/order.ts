import type { ApiObject } from '../../affinity/answers.ts';
import { CannotTell, count, readLegacyPage, readPage } from './answers.ts';
import { confirmed, type Guess, refuted } from './guess.ts';
import { legacyNotes, someNotes } from './questions.ts';

export const notesOrder: Guess = {
  id: 'notes-order',
  guess: 'Notes come in the order of their ids or of their creation.',
  consequence: 'Relies on no order.',
  async examine(ask) {
    const { rows } = readPage(await ask.v2(...someNotes));
    const order = describeOrder(rows, ['id', 'createdAt']);
    return order === '' ? refuted(`neither, of ${count(rows.length, 'row')}`) : confirmed(order);
  },
};

export const legacyNotesOrder: Guess = {
  id: 'v1-notes-order',
  guess: 'V1 lists the newest notes first.',
  consequence: 'Relies on no order: every sync scans all of them.',
  async examine(ask) {
    const { rows } = readLegacyPage(await ask.v1(...legacyNotes), 'notes');
    const order = describeOrder(rows, ['id', 'created_at']);
    return order.includes('descending')
      ? confirmed(order)
      : refuted(order || `neither, of ${count(rows.length, 'row')}`);
  },
};

export const mergesOrder: Guess = {
  id: 'merges-order',
  guess: 'Merges come newest first.',
  consequence: 'An incremental sync stops at the first page that is older than what was read before.',
  async examine(ask) {
    const { rows } = readPage(await ask.v2('/v2/company-merges', { limit: 100 }));
    const order = describeOrder(rows, ['startedAt']);
    return order === 'startedAt descending'
      ? confirmed(`${order}, ${count(rows.length, 'row')}`)
      : refuted(order || `no order by startedAt, of ${count(rows.length, 'row')}`);
  },
};

/** By which properties the rows are in order, and which way. Throws CannotTell for too few. */
function describeOrder(rows: readonly ApiObject[], properties: readonly string[]): string {
  if (rows.length < 3) throw new CannotTell(`only ${count(rows.length, 'row')}`);
  return properties.flatMap((property) => directionOf(rows, property) ?? []).join(', ');
}

function directionOf(rows: readonly ApiObject[], property: string): string | undefined {
  const values = rows.map((row) => (property === 'id' ? Number(row[property]) : Date.parse(String(row[property]))));
  const steps = values.slice(1).map((value, index) => value - (values[index] ?? Number.NaN));
  if (steps.every((step) => step === 0)) return undefined;
  if (steps.every((step) => step >= 0)) return `${property} ascending`;
  return steps.every((step) => step <= 0) ? `${property} descending` : undefined;
}
