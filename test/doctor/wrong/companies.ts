import {
  all,
  answerWith,
  changeFields,
  changeRows,
  on,
  refuse,
  setBody,
  setInValues,
  type WrongCase,
} from '../bends.ts';

const COMPANIES = /^\/v2\/companies$/;
const VALUES = /\/values$/;
const REFUSED = 'status 400 (validation)';
const first = (amount: number) => changeRows((rows) => rows.slice(0, amount));
const byIds = (bend: WrongCase[2]) => on(COMPANIES, bend, 'ids=');
const combined = (bend: WrongCase[2]) => on(COMPANIES, bend, 'fieldIds=');
const onlyEnriched = changeFields((fields) => fields.filter(({ type }) => type === 'enriched'));
const onlyOthers = changeFields((fields) => fields.filter(({ type }) => type !== 'enriched'));
const fewValues = all(first(3), setBody(['pagination', 'nextUrl'], null));

export const companyCases: readonly WrongCase[] = [
  ['hundred-ids', 'refused', byIds(refuse(400)), `refuted: 100 ids: ${REFUSED}`],
  ['hundred-ids', 'too long a URL', byIds(answerWith(undefined, 414)), 'refuted: 100 ids: status 414'],
  ['hundred-ids', 'half of them come', byIds(first(50)), 'refuted: 50 of 100 rows came'],
  ['hundred-ids', 'refused with fields only', combined(refuse(400)), 'confirmed: 100 of 100 rows came'],
  [
    'hundred-ids',
    'few companies',
    on(COMPANIES, first(7)),
    'undecided: 7 of 7 rows came, and there are no more to ask for',
  ],
  ['hundred-ids', 'forbidden', on(COMPANIES, refuse(403)), 'undecided: status 403 (validation, no permission)'],
  ['field-choice', 'refused', combined(refuse(400)), `refuted: ${REFUSED}`],
  ['field-choice', 'ids are refused', byIds(refuse(400)), `undecided: ${REFUSED}`],
  ['field-choice', 'types win', combined(onlyEnriched), 'refuted: fieldTypes alone count'],
  ['field-choice', 'ids win', combined(onlyOthers), 'refuted: fieldIds alone count'],
  ['field-choice', 'neither', combined(changeFields(() => [])), 'refuted: no fields at all'],
  ['field-choice', 'no others', on(COMPANIES, onlyEnriched), 'undecided: companies have enriched fields only'],
  ['values-endpoint', 'missing', on(VALUES, refuse(404, 'not-found')), 'refuted: status 404 (not-found)'],
  ['values-endpoint', 'fewer values', on(VALUES, fewValues), /^refuted: 3 of \d+ values \([a-z-]+\)$/],
  [
    'values-endpoint',
    'no such field',
    on(COMPANIES, setInValues('data', null)),
    'undecided: no field with several values on the first page',
  ],
];
