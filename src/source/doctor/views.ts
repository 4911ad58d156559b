import { CannotTell, count, readPage, refusal, word } from './answers.ts';
import { confirmed, type Guess, refuted } from './guess.ts';
import { listsByUse } from './questions.ts';

/** Lists whose views are looked at. */
const MOST_LISTS = 2;

export const boardEntries: Guess = {
  id: 'board-entries',
  guess: 'Entries of views other than sheets are refused.',
  consequence: 'Takes only sheets as list references, and says so of others.',
  async examine(ask) {
    const lists = (await listsByUse(ask)).slice(0, MOST_LISTS);
    for (const { id: listId } of lists) {
      const views = readPage(await ask.v2(`/v2/lists/${listId}/saved-views`, { limit: 100 })).rows;
      const view = views.find(({ type }) => type === 'board') ?? views.find(({ type }) => type !== 'sheet');
      if (view === undefined) continue;
      const answer = await ask.v2(`/v2/lists/${listId}/saved-views/${view['id']}/list-entries`, { limit: 1 });
      const found = `a ${word(String(view['type']))}: `;
      if (answer.status === 403 || answer.status >= 500) throw new CannotTell(`${found}${refusal(answer)}`);
      return answer.status === 200 ? refuted(`${found}status 200`) : confirmed(`${found}${refusal(answer)}`);
    }
    throw new CannotTell(`only sheets among the views of ${count(lists.length, 'list')}`);
  },
};
