import { answerWith, changeRows, on, refuse, setInRows, type WrongCase } from '../bends.ts';

const NOTES = /^\/v2\/notes$/;
const FORBIDDEN = 'status 403 (authorization, no permission)';
const late = (bend: WrongCase[2]) => on(NOTES, bend, 'updatedAt%3E%3D2100');
const both = (bend: WrongCase[2]) => on(NOTES, bend, 'includes');
const edited = both(setInRows('updatedAt', '2026-01-01T00:00:00Z'));
const neverEdited = answerWith({ data: [{ updatedAt: null }, { updatedAt: null }], pagination: {} });

export const filterCases: readonly WrongCase[] = [
  ['null-in-filters', 'null passes', late(neverEdited), 'refuted: 2 rows for a date to come, 2 never edited'],
  ['null-in-filters', 'all edited', edited, 'undecided: 0 of 20 notes never edited, none for a date to come'],
  ['either-date', '`|` is refused', both(refuse(400)), 'refuted: status 400 (validation)'],
  ['either-date', 'all edited', edited, 'undecided: 0 of 20 notes never edited'],
  [
    'whole-seconds',
    'fractions are taken',
    on(NOTES, answerWith({}), '.500Z'),
    'refuted: status 200: fractions are taken',
  ],
  ['whole-seconds', 'forbidden', on(NOTES, refuse(403, 'authorization')), `undecided: ${FORBIDDEN}`],
  ['mixed-filter', 'refused', on(/reminders/, refuse(400)), 'refuted: status 400 (validation)'],
  ['mixed-filter', 'forbidden', on(/reminders/, refuse(403, 'authorization')), `undecided: ${FORBIDDEN}`],
  ['empty-page', 'null', late(changeRows(() => null)), 'confirmed: `data` is null'],
  ['empty-page', 'no data', late(answerWith({ pagination: {} })), 'refuted: `data` is missing'],
  ['empty-page', 'not empty', late(neverEdited), 'undecided: the page was not empty'],
];
