import { isObject } from '../../affinity/answers.ts';
import { CannotTell, count, kindOfValue, readLegacyPage, readPage } from './answers.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { legacyFiles, legacyNotes, someNotes } from './questions.ts';

export const legacyForm: Guess = {
  id: 'v1-form',
  guess: 'V1 wraps its notes in an object with `next_page_token`, though documented as a bare array.',
  consequence: 'Reads both.',
  async examine(ask) {
    const answer = await ask.v1(...legacyNotes);
    readLegacyPage(answer, 'notes');
    if (Array.isArray(answer.json)) return refuted('a bare array');
    const hasToken = isObject(answer.json) && 'next_page_token' in answer.json;
    return hasToken ? confirmed('an object') : refuted('an object without next_page_token');
  },
};

export const legacyReplies: Guess = {
  id: 'v1-replies',
  guess: 'V1 lists replies among the notes.',
  consequence: 'Later syncs of note_replies learn there which threads changed.',
  async examine(ask) {
    const { rows, token } = readLegacyPage(await ask.v1(...legacyNotes), 'notes');
    const replies = rows.filter((row) => (row['parent_id'] ?? null) !== null).length;
    const found = `${replies} of ${count(rows.length, 'row')}`;
    if (replies > 0) return confirmed(found);
    const answered = readPage(await ask.v2(...someNotes)).rows.filter((row) => Number(row['repliesCount']) > 0).length;
    if (answered === 0 || token !== undefined) return undecided(found);
    return refuted(`${found}, though V2 has ${count(answered, 'note')} with replies`);
  },
};

export const legacyToken: Guess = {
  id: 'v1-token',
  guess: 'The page token of V1 holds an offset.',
  consequence: 'Resumes one page back, since rows may have moved up meanwhile.',
  async examine(ask) {
    const files = readLegacyPage(await ask.v1(...legacyFiles), 'entity_files');
    const token = files.token ?? readLegacyPage(await ask.v1(...legacyNotes), 'notes').token;
    if (token === undefined) throw new CannotTell('no second page');
    return holdsOffset(token) ? confirmed('JSON with `offset`') : refuted('no `offset` that could be read');
  },
};

export const fileSize: Guess = {
  id: 'file-size',
  guess: 'V1 gives the size of a file as a number, though documented as text.',
  consequence: 'Digits in text become a number.',
  async examine(ask) {
    const { rows } = readLegacyPage(await ask.v1(...legacyFiles), 'entity_files');
    const strange = rows.find(({ size }) => typeof size !== 'number');
    if (rows.length === 0) return undecided('no files');
    return strange === undefined ? confirmed('a number') : refuted(kindOfValue(strange['size']));
  },
};

function holdsOffset(token: string): boolean {
  try {
    const held: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    return isObject(held) && typeof held['offset'] === 'number';
  } catch {
    return false;
  }
}
