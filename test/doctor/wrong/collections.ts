import { answerWith, changeRows, EMPTY_PAGE, on, refuse, setInRows, type WrongCase } from '../bends.ts';

const BOARD = /saved-views\/\d+\/list-entries/;
const NOTES = /^\/v2\/notes$/;
const PAIRS = /relationships$/;
const MEMBERS = /members$/;
const FORBIDDEN = 'status 403 (validation, no permission)';
const MISSING = 'status 404 (not-found)';
const turned = changeRows((rows) =>
  rows.map(({ person1, person2, ...row }) => ({ ...row, person1: person2, person2: person1 })),
);
const shuffled = changeRows(([first, ...rows]) => [...rows, first]);
const first = (amount: number) => changeRows((rows) => rows.slice(0, amount));
const nobody = { ownerId: undefined };

export const collectionCases: readonly WrongCase[] = [
  ['board-entries', 'a board has entries', on(BOARD, answerWith(EMPTY_PAGE)), 'refuted: a board: status 200'],
  [
    'board-entries',
    'only sheets',
    on(/views$/, setInRows('type', 'sheet')),
    'undecided: only sheets among the views of 2 lists',
  ],
  ['board-entries', 'forbidden', on(BOARD, refuse(403)), `undecided: a board: ${FORBIDDEN}`],
  ['notes-order', 'none', on(NOTES, shuffled), 'refuted: neither, of 20 rows'],
  ['notes-order', 'few', on(NOTES, first(2)), 'undecided: only 2 rows'],
  [
    'merges-order',
    'oldest first',
    on(
      /merges/,
      changeRows((rows) => rows.reverse()),
    ),
    'refuted: startedAt ascending',
  ],
  ['merges-order', 'none', on(/merges/, shuffled), 'refuted: no order by startedAt, of 6 rows'],
  ['merges-order', 'few', on(/merges/, first(1)), 'undecided: only 1 row'],
  [
    'own-relationships',
    'of others',
    on(PAIRS, setInRows('person1', { id: 5 })),
    'refuted: 35 of 35: 0 as person1, 0 as person2, 35 of others',
  ],
  [
    'own-relationships',
    'the other side',
    on(PAIRS, turned),
    'confirmed: 35 of 35: 0 as person1, 35 as person2, 0 of others',
  ],
  ['own-relationships', 'some missing', on(PAIRS, first(9)), /^refuted: 9 of 35: /],
  ['own-relationships', 'no such person', on(PAIRS, refuse(404, 'not-found')), `refuted: ${MISSING}: no such person`],
  ['own-relationships', 'none', on(PAIRS, answerWith(EMPTY_PAGE)), 'undecided: no relationships'],
  [
    'own-relationships',
    'no owner',
    on(PAIRS, refuse(500)),
    'undecided: the id of the owner of the key is not known',
    nobody,
  ],
  ['team-members', 'missing', on(MEMBERS, refuse(404, 'not-found')), `refuted: ${MISSING}`],
  ['team-members', 'other rows', on(MEMBERS, setInRows('addedAt', undefined)), 'refuted: without addedAt'],
  ['team-members', 'other users', on(MEMBERS, setInRows('user', 5)), 'refuted: `user` is no object with an id'],
  ['team-members', 'nobody', on(MEMBERS, answerWith(EMPTY_PAGE)), 'undecided: status 200, but nobody is in it'],
  ['team-members', 'no teams', on(/teams$/, answerWith(EMPTY_PAGE)), 'undecided: no teams'],
];
