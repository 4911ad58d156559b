import { isObject } from '../../affinity/answers.ts';
import { CannotTell, readPage, refusal } from './answers.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { someTeams } from './questions.ts';

export const ownRelationships: Guess = {
  id: 'own-relationships',
  guess: 'A user is also a person with the same id, whose relationships are all of hers, on either side of the pair.',
  consequence: 'Asks for the relationships of every user, and for nobody else.',
  async examine(ask) {
    const { ownerId } = ask;
    if (ownerId === undefined) throw new CannotTell('the id of the owner of the key is not known');
    const answer = await ask.v2(`/v2/persons/${ownerId}/relationships`, { limit: 100, totalCount: true });
    if (answer.status === 404) return refuted(`${refusal(answer)}: no such person`);
    const { rows, nextUrl, totalCount } = readPage(answer);
    const [first, second] = [1, 2].map((side) => rows.filter((row) => idOf(row[`person${side}`]) === ownerId).length);
    const strangers = rows.length - (first ?? 0) - (second ?? 0);
    const found = `${rows.length} of ${totalCount ?? 'an unknown number'}: ${first} as person1, ${second} as person2, ${strangers} of others`;
    if (rows.length === 0) return undecided('no relationships');
    const isWhole = nextUrl !== undefined || totalCount === undefined || rows.length === totalCount;
    return strangers === 0 && isWhole ? confirmed(found) : refuted(found);
  },
};

export const teamMembers: Guess = {
  id: 'team-members',
  guess: 'GET /v2/teams/{id}/members exists, with rows of id, user and addedAt.',
  consequence: 'Asks it for teams whose members do not fit into their preview.',
  async examine(ask) {
    const teams = readPage(await ask.v2(...someTeams)).rows;
    const [largest] = [...teams].sort((a, b) => previewed(b['membersPreview']) - previewed(a['membersPreview']));
    if (largest === undefined) throw new CannotTell('no teams');
    const answer = await ask.v2(`/v2/teams/${largest['id']}/members`, { limit: 100 });
    if (answer.status === 404 || answer.status === 405) return refuted(refusal(answer));
    const [member] = readPage(answer).rows;
    if (member === undefined) return undecided('status 200, but nobody is in it');
    const missing = ['id', 'user', 'addedAt'].filter((property) => !(property in member));
    const { user } = member;
    const hasUser = isObject(user) && typeof user['id'] === 'number';
    if (missing.length > 0) return refuted(`without ${missing.join(', ')}`);
    return hasUser ? confirmed('status 200, as documented') : refuted('`user` is no object with an id');
  },
};

function idOf(person: unknown): unknown {
  return isObject(person) ? person['id'] : undefined;
}

/** How many members a team has, as far as its preview tells. */
function previewed(preview: unknown): number {
  const total = isObject(preview) ? preview['totalCount'] : undefined;
  return typeof total === 'number' ? total : 0;
}
