import { all, answerWith, changeRows, EMPTY_PAGE, on, refuse, setBody, type WrongCase } from '../bends.ts';

const NOTES = /^\/v2\/notes$/;
const FORBIDDEN = 'status 403 (validation, no permission)';
const next = (url: string | null) => on(/notes$|companies$/, setBody(['pagination', 'nextUrl'], url));
const elsewhere = next('https://attacker.example/v2/notes?cursor=x');
const cursor = (bend: WrongCase[2]) => on(NOTES, bend, 'cursor');
const first = (amount: number) => changeRows((rows) => rows.slice(0, amount));
const onePage = on(NOTES, all(first(5), setBody(['pagination', 'nextUrl'], null)));

export const pagingCases: readonly WrongCase[] = [
  ['next-link', 'another host', elsewhere, 'refuted: another host, or no URL'],
  ['next-link', 'no cursor', next('/v2/notes?page=2'), 'refuted: no parameter `cursor`'],
  ['next-link', 'one page', next(null), 'undecided: no collection has a second page that could be read'],
  ['cursor-age', 'too old', cursor(refuse(410, 'gone')), 'refuted: after 15 s: status 410 (gone)'],
  ['cursor-age', 'another host', elsewhere, 'undecided: the next page is on another host'],
  ['cursor-age', 'notes are forbidden', on(NOTES, refuse(403)), 'confirmed: after 15 s: 100 rows'],
  ['unknown-cursor', 'overlooked', cursor(answerWith(EMPTY_PAGE)), 'refuted: status 200: the cursor is overlooked'],
  ['unknown-cursor', 'another status', cursor(refuse(409, 'conflict')), 'refuted: status 409 (conflict)'],
  ['unknown-cursor', 'notes are forbidden', on(NOTES, refuse(403)), `undecided: ${FORBIDDEN}`],
  ['default-limits', 'another', on(NOTES, first(10)), /^refuted: notes: 10 of 150; reminders: at least 50; /],
  ['default-limits', 'all on one page', onePage, /^undecided: notes: at least 5; reminders: at least 50; /],
  [
    'default-limits',
    'files are forbidden',
    on(/files/, refuse(403)),
    `confirmed: notes: 20 of 150; reminders: at least 50; files: ${FORBIDDEN}; teams: at least 3`,
  ],
];
