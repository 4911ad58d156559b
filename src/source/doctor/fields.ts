import { isObject } from '../../affinity/answers.ts';
import { kindOf } from '../../affinity/fields/value-types.ts';
import { count, kindOfValue, readPage, word } from './answers.ts';
import { confirmed, type Guess, refuted, undecided } from './guess.ts';
import { sampleList } from './questions.ts';
import { fieldsOf, sampleFields } from './sample.ts';

/** What the API cuts values at. */
const MOST_VALUES = 100;

export const valueTypes: Guess = {
  id: 'value-types',
  guess: 'Values are of the documented types only.',
  consequence: 'A value of an unknown type fills a column of JSON text.',
  async examine(ask) {
    const types = new Set((await sampleFields(ask)).flatMap(({ value: { type } }) => (type ? [type] : [])));
    if (types.size === 0) return undecided('no fields on the first pages');
    const unknown = [...types].filter((type) => type !== 'hidden' && kindOf(type).family === 'json');
    if (unknown.length > 0) return refuted(`unknown: ${unknown.map(word).sort().join(', ')}`);
    return confirmed(`${count(types.size, 'type')}, all known`);
  },
};

export const formulas: Guess = {
  id: 'formulas',
  guess: 'The value of a formula is an object with `calculatedValue`.',
  consequence: 'Its number fills the column; anything else becomes null, with a warning.',
  async examine(ask) {
    const values = (await sampleFields(ask))
      .filter(({ value: { type, data } }) => type === 'formula-number' && (data ?? null) !== null)
      .map(({ value }) => value.data);
    const strange = values.filter((data) => !isObject(data) || !('calculatedValue' in data));
    if (strange.length > 0) return refuted(`one is ${kindOfValue(strange[0])}`);
    return values.length === 0 ? undecided('no formula on the first pages') : confirmed(count(values.length, 'value'));
  },
};

export const textValues: Guess = {
  id: 'text-values',
  guess: 'Items of fields with several texts are text, or objects with `link` and `text`.',
  consequence: 'Of such an object the column shows the link.',
  async examine(ask) {
    const items = (await sampleFields(ask))
      .filter(({ value: { type } }) => type === 'filterable-text-multi')
      .flatMap(({ value: { data } }): unknown[] => (Array.isArray(data) ? data : []));
    const links = items.filter((item) => isObject(item) && 'link' in item && 'text' in item).length;
    const strange = items.filter((item) => typeof item !== 'string').length - links;
    if (items.length === 0) return undecided('no such value on the first pages');
    const found = `${count(items.length, 'item')}, ${links} with a link`;
    return strange === 0 ? confirmed(found) : refuted(`${found}, ${strange} of another form`);
  },
};

export const cutValues: Guess = {
  id: 'cut-values',
  guess: 'Fields with several values show at most 100 of them, and the number of all in `totalCount`.',
  consequence: 'Completes a field whose `totalCount` is greater than what it shows.',
  async examine(ask) {
    const multi = (await sampleFields(ask)).flatMap(({ value: { data, totalCount } }) =>
      Array.isArray(data) ? [{ length: data.length, hasCount: typeof totalCount === 'number' }] : [],
    );
    if (multi.length === 0) return undecided('no field with several values on the first pages');
    const longest = Math.max(...multi.map(({ length }) => length));
    const uncounted = multi.filter(({ hasCount }) => !hasCount).length;
    const found = `${uncounted} of ${count(multi.length, 'field')} without \`totalCount\`, the longest with ${longest}`;
    // Without a count nothing tells whether there are more than a hundred.
    const isLossy = multi.some(({ length, hasCount }) => length > MOST_VALUES || (length === MOST_VALUES && !hasCount));
    return uncounted === 0 && !isLossy ? confirmed(found) : refuted(found);
  },
};

export const metadataLag: Guess = {
  id: 'metadata-lag',
  guess: "A list's metadata names every field that its entries carry.",
  consequence: 'Makes columns of the metadata and of the first page that has rows.',
  async examine(ask) {
    const { metadata, entries } = await sampleList(ask);
    const [known, page] = (await Promise.all([ask.v2(...metadata), ask.v2(...entries)])).map(readPage);
    const ids = new Set((known?.rows ?? []).map(({ id }) => id));
    let nextUrl = known?.nextUrl;
    for (let page = 2; page <= 3 && nextUrl !== undefined; page += 1) {
      const more = readPage(await ask.follow(nextUrl));
      for (const { id } of more.rows) ids.add(id);
      nextUrl = more.nextUrl;
    }
    if (nextUrl !== undefined) return undecided(`more than ${ids.size} fields in the metadata`);
    const carried = new Set((page?.rows ?? []).flatMap(fieldsOf).map(({ id }) => id));
    if (carried.size === 0) return undecided('no entries with fields on the first page');
    const missing = [...carried].filter((id) => !ids.has(id));
    if (missing.length === 0) return confirmed(`all ${carried.size} fields`);
    return refuted(`${missing.length} of ${carried.size} fields missing: ${describeFields(missing)}`);
  },
};

/** Built-in fields by their ids, which are words; the account's own only by their number. */
function describeFields(ids: readonly string[]): string {
  const own = ids.filter((id) => /\d/.test(id)).length;
  const builtIn = ids.filter((id) => !/\d/.test(id)).map(word);
  return [...builtIn.sort(), ...(own === 0 ? [] : [count(own, 'custom field')])].join(', ');
}
