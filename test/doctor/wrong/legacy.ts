import {
  all,
  type Bend,
  changeRows,
  type JsonObject,
  on,
  refuse,
  setBody,
  setInRows,
  type WrongCase,
} from '../bends.ts';

const NOTES = /^\/notes$/;
const FILES = /^\/entity-files$/;
const bare: Bend = (answer) => {
  answer.json = (answer.json as JsonObject)['notes'];
};
const rootsOnly = on(
  NOTES,
  changeRows((rows) => rows.filter((row) => row['parent_id'] === null), 'notes'),
);
const noneAnswered = on(/^\/v2\/notes$/, setInRows('repliesCount', 0));
const token = (value: unknown) => setBody(['next_page_token'], value);

export const legacyCases: readonly WrongCase[] = [
  ['v1-form', 'a bare array', on(NOTES, bare), 'refuted: a bare array'],
  ['v1-form', 'no token', on(NOTES, token(undefined)), 'refuted: an object without next_page_token'],
  ['v1-form', 'no V1', on(NOTES, refuse(403)), 'undecided: status 403 (validation, no permission)'],
  ['v1-replies', 'left out', rootsOnly, /^refuted: 0 of 150 rows, though V2 has \d+ notes with replies$/],
  ['v1-replies', 'nobody replied', all(rootsOnly, noneAnswered), 'undecided: 0 of 150 rows'],
  ['v1-replies', 'more pages', all(rootsOnly, on(NOTES, token('x'))), 'undecided: 0 of 150 rows'],
  [
    'v1-notes-order',
    'oldest first',
    on(
      NOTES,
      changeRows((rows) => rows.reverse(), 'notes'),
    ),
    'refuted: id ascending',
  ],
  ['v1-token', 'opaque', on(FILES, token('opaque')), 'refuted: no `offset` that could be read'],
  ['v1-token', 'one page', on(FILES, token(null)), 'undecided: no second page'],
  ['file-size', 'text', on(FILES, setInRows('size', '245760', 'entity_files')), 'refuted: text'],
  [
    'file-size',
    'no files',
    on(
      FILES,
      changeRows(() => null, 'entity_files'),
    ),
    'undecided: no files',
  ],
];
