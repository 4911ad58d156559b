import { all, answerWith, changeFields, EMPTY_PAGE, on, refuse, setInValues, type WrongCase } from '../bends.ts';

const SAMPLES = /^\/v2\/companies$|list-entries$/;
const ENTRIES = /list-entries$/;
const FORBIDDEN = 'status 403 (validation, no permission)';
const NONE = 'undecided: no field with several values on the first pages';
const data = (type: string, value: unknown) =>
  on(
    SAMPLES,
    setInValues('data', value, (old) => old['type'] === type && old['data'] !== null),
  );
const known = setInValues('type', 'text', ({ type }) => type === 'geo-polygon');
const named = setInValues('type', 'Mira Okafor', ({ type }) => type === 'geo-polygon');
const bare = on(
  SAMPLES,
  changeFields(() => []),
);
const uncounted = on(SAMPLES, setInValues('totalCount', undefined));
const short = on(
  SAMPLES,
  setInValues('data', [1], ({ data }) => Array.isArray(data)),
);
const hundredAndOne = data(
  'number-multi',
  Array.from({ length: 101 }, () => 1),
);
const noEntries = answerWith({ data: null, pagination: {} });
const oneField = changeFields((fields) => fields.filter(({ id }) => id === 'affinity-data-location'));

export const fieldCases: readonly WrongCase[] = [
  ['value-types', 'known', on(SAMPLES, known), /^confirmed: \d+ types, all known$/],
  ['value-types', 'no word', on(SAMPLES, named), 'refuted: unknown: (another word)'],
  ['value-types', 'no fields', bare, 'undecided: no fields on the first pages'],
  ['value-types', 'companies are forbidden', on(/companies$/, refuse(403)), 'refuted: unknown: geo-polygon'],
  ['value-types', 'all is forbidden', on(/companies|lists/, refuse(403)), `undecided: ${FORBIDDEN}`],
  [
    'text-values',
    'a number',
    data('filterable-text-multi', [7]),
    /^refuted: (\d+) items, 0 with a link, \1 of another/,
  ],
  ['text-values', 'no fields', bare, 'undecided: no such value on the first pages'],
  ['formulas', 'a number', data('formula-number', 7), 'refuted: one is a number'],
  ['formulas', 'no fields', bare, 'undecided: no formula on the first pages'],
  ['cut-values', 'no counts', uncounted, /^refuted: (\d+) of \1 fields without `totalCount`, the longest with 100$/],
  ['cut-values', 'short, no counts', all(uncounted, short), /^refuted: (\d+) of \1 fields .* the longest with 1$/],
  ['cut-values', 'longer', hundredAndOne, /^refuted: 0 of \d+ fields without `totalCount`, the longest with 101$/],
  ['cut-values', 'no fields', bare, NONE],
  ['metadata-lag', 'none is missing', on(ENTRIES, oneField), 'confirmed: all 1 fields'],
  ['metadata-lag', 'no entries', on(ENTRIES, noEntries), 'undecided: no entries with fields on the first page'],
  ['metadata-lag', 'no lists', on(/^\/v2\/lists$/, answerWith(EMPTY_PAGE)), 'undecided: no lists'],
];
