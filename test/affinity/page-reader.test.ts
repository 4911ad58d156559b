import { describe, expect, it } from 'vitest';
import { type PageForm, V2_PAGE, v1Page } from '../../src/affinity/answers.ts';
import { type RowReader, rowByRow } from '../../src/affinity/page-reader.ts';
import { joinToOwn } from '../../src/json/memory.ts';

const PAGE = '{"data":[{"id":1},{"id":2}],"pagination":{"nextUrl":null}}';

function parse(text: string, reader: RowReader<unknown>, form: PageForm = V2_PAGE) {
  const body = joinToOwn([Buffer.from(text)], Buffer.byteLength(text));
  const page = rowByRow(reader, form).parse?.({ body, headers: () => undefined });
  return { page, isGivenBack: body.length === 0 };
}

describe('the body of a page that is read row by row', () => {
  it('is given back once its rows are objects', () => {
    const { page, isGivenBack } = parse(PAGE, { read: ({ id }) => id });
    expect(page).toMatchObject({ items: [1, 2], envelope: { pagination: { nextUrl: null } } });
    expect(isGivenBack).toBe(true);
  });

  it.each([
    ['V1', '{"next_page_token":"t","notes":[{"id":1},{"id":2}]}', { next_page_token: 't', notes: [] }],
    ['V1, and has nothing around them', '[{"id":1},{"id":2}]', []],
  ])('is given back also where it is one of %s', (_what, text, envelope) => {
    const { page, isGivenBack } = parse(text, { read: ({ id }) => id }, v1Page('notes'));
    expect(page).toMatchObject({ items: [1, 2], envelope });
    expect(isGivenBack).toBe(true);
  });

  it('of V2 is a page only with something around its rows', () => {
    const { page } = parse('[{"id":1}]', { read: ({ id }) => id });
    expect(page).toEqual([{ id: 1 }]);
  });

  it.each<[string, RowReader<unknown>]>([
    ['one of them was read as bytes', { read: ({ id }, bytes) => (id === 2 ? bytes()?.toString() : id) }],
    [
      'one of them was not even parsed',
      { read: ({ id }) => id, skim: () => (from) => ({ item: '{"id":2}', end: from + 8 }) },
    ],
  ])('stays where %s', (_what, reader) => {
    const { page, isGivenBack } = parse(PAGE, reader);
    expect(page).toMatchObject({ items: [expect.anything(), '{"id":2}'] });
    expect(isGivenBack).toBe(false);
  });

  it('is still there to be parsed as a whole where it cannot be read row by row', () => {
    const { page, isGivenBack } = parse(PAGE.replace('"data":[', '"data":[\n'), { read: ({ id }) => id });
    expect(isGivenBack).toBe(true);
    expect(page).toMatchObject({ items: [1, 2] });
    const odd = parse(PAGE.replace('{"id":2}', '2'), { read: ({ id }) => id });
    expect(odd).toEqual({ page: { data: [{ id: 1 }, 2], pagination: { nextUrl: null } }, isGivenBack: false });
    const doubled = parse(PAGE.replace('{', '{"data":[{"id":3}],').replace('[{"id":1},{"id":2}]', '[]'), {
      read: ({ id }) => id,
    });
    expect(doubled.page).toEqual({ data: [], pagination: { nextUrl: null } });
  });
});
