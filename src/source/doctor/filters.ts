import { type ApiObject, isObject } from '../../affinity/answers.ts';
import { CannotTell, count, kindOfValue, readPage, refusal } from './answers.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { lateNotes, PAST, someNotes, someReminders } from './questions.ts';

export const nullInFilters: Guess = {
  id: 'null-in-filters',
  guess: '`updatedAt>=X` leaves out rows that were never edited.',
  consequence: 'Asks for changes with `createdAt>=X | updatedAt>=X`.',
  async examine(ask) {
    const [known, late] = await Promise.all([ask.v2(...someNotes), ask.v2(...lateNotes)]);
    const { rows: returned } = readPage(late);
    if (returned.length > 0) {
      return refuted(`${count(returned.length, 'row')} for a date to come, ${neverEdited(returned)} never edited`);
    }
    const { rows } = readPage(known);
    const found = `${neverEdited(rows)} of ${count(rows.length, 'note')} never edited, none for a date to come`;
    return neverEdited(rows) > 0 ? confirmed(found) : undecided(found);
  },
};

export const eitherDate: Guess = {
  id: 'either-date',
  guess: '`createdAt>=X | updatedAt>=X` brings rows that were never edited.',
  consequence: 'All incremental streams with both dates ask so.',
  async examine(ask) {
    const answer = await ask.v2(...someNotes);
    if (answer.status === 400) return refuted(refusal(answer));
    const { rows } = readPage(answer);
    const found = `${neverEdited(rows)} of ${count(rows.length, 'note')} never edited`;
    return neverEdited(rows) > 0 ? confirmed(found) : undecided(found);
  },
};

export const wholeSeconds: Guess = {
  id: 'whole-seconds',
  guess: 'Filters refuse fractions of seconds.',
  consequence: 'Rounds bounds to whole seconds, lower ones down.',
  async examine(ask) {
    const filter = `createdAt>=${PAST.replace('Z', '.500Z')}`;
    const answer = await ask.v2('/v2/notes', { filter, limit: 1 });
    if (answer.status === 200) return refuted('status 200: fractions are taken');
    return answer.status === 400 || answer.status === 422 ? confirmed(refusal(answer)) : undecided(refusal(answer));
  },
};

export const mixedFilter: Guess = {
  id: 'mixed-filter',
  guess: 'A filter may join conditions on different properties with `|` and `&`.',
  consequence: 'Reminders are asked for by their dates, or as overdue ones since the start date.',
  async examine(ask) {
    const answer = await ask.v2(...someReminders);
    if (answer.status === 400 || answer.status === 422) return refuted(refusal(answer));
    return confirmed(`status 200, ${count(readPage(answer).rows.length, 'row')}`);
  },
};

export const emptyPage: Guess = {
  id: 'empty-page',
  guess: 'Where there is nothing, `data` is an empty array or null.',
  consequence: 'Takes both for an empty page.',
  async examine(ask) {
    const answer = await ask.v2(...lateNotes);
    if (answer.status !== 200 || !isObject(answer.json)) throw new CannotTell(refusal(answer));
    const { data } = answer.json;
    if (Array.isArray(data) && data.length > 0) return undecided('the page was not empty');
    const found = `\`data\` is ${kindOfValue(data)}`;
    return data === null || Array.isArray(data) ? confirmed(found) : refuted(found);
  },
};

function neverEdited(rows: readonly ApiObject[]): number {
  return rows.filter(({ updatedAt }) => (updatedAt ?? null) === null).length;
}
