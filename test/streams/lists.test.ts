import { describe, expect, it } from 'vitest';
import { dropdownOptions } from '../../src/streams/dropdown-options.ts';
import { listFields } from '../../src/streams/field-metadata.ts';
import { listEntries, listEntriesStream } from '../../src/streams/list-entries.ts';
import { savedViews } from '../../src/streams/lists.ts';
import type { Row, Stream } from '../../src/streams/stream.ts';
import {
  type FakeAnswers,
  type FakeContext,
  fakeAffinity,
  fakeContext,
  parentsOf,
  readPartition,
} from '../support/fake-affinity.ts';

const dropdown = (id: string) => ({ id, type: 'list', valueType: 'dropdown' });
const optionsOf = (owner: string, fieldId: string): string => `/v2/${owner}/fields/${fieldId}/dropdown-options`;

/** Two lists, each with an entry, a view, and a dropdown field with two options. */
const account: NonNullable<FakeAnswers['v2']> = {
  '/v2/lists': [[1, 2].map((id) => ({ id, name: `List ${id}`, type: 'company' }))],
  '/v2/companies/fields': [[]],
  '/v2/persons/fields': [[]],
  ...Object.fromEntries(
    [1, 2].flatMap((id) => [
      [`/v2/lists/${id}/list-entries`, [[{ id: id * 10, listId: id, entity: { id: 5, fields: [] } }]]],
      [`/v2/lists/${id}/saved-views`, [[{ id: id * 100 }]]],
      [`/v2/lists/${id}/fields`, [[dropdown(`field-${id}`)]]],
      [optionsOf(`lists/${id}`, `field-${id}`), [[{ id: 1 }, { id: 2 }]]],
    ]),
  ),
};
const bothThere: NonNullable<FakeAnswers['objects']> = { '/v2/lists/1': { id: 1 }, '/v2/lists/2': { id: 2 } };

async function readAll(stream: Stream, context: FakeContext): Promise<Row[]> {
  const rows: Row[] = [];
  for (const parent of await parentsOf(stream, context))
    rows.push(...(await readPartition(stream, context, parent)).rows);
  return rows;
}

/** The account, in which every request below a path is refused. */
function refusing(path: string, status: number, objects = bothThere): FakeContext {
  const refused = Object.keys(account).filter((each) => each.startsWith(`${path}/`) || each === path);
  const v2 = { ...account, ...Object.fromEntries(refused.map((each) => [each, status])) };
  return fakeContext(fakeAffinity({ v2, objects }));
}

const overAllLists: [name: string, stream: Stream, rows: number][] = [
  ['list_entries', listEntries, 1],
  ['saved_views', savedViews, 1],
  ['list_fields', listFields, 1],
  ['dropdown_options', dropdownOptions, 2],
];

describe.each(overAllLists)('%s', (_name, stream, rowsPerList) => {
  it.each([404, 422])('of a list deleted meanwhile (%i) are none, and a WARN names it', async (status) => {
    const context = refusing('/v2/lists/2', status, { '/v2/lists/1': { id: 1 }, '/v2/lists/2': status });
    expect(await readAll(stream, context)).toHaveLength(rowsPerList);
    expect(context.warnings).toEqual(['list 2 was deleted after Affinity had listed it; it has no rows.']);
  });

  it.each([403, 404])(
    'of a list that is there fail when they are refused with %i, and the list is named',
    async (status) => {
      await expect(readAll(stream, refusing('/v2/lists/2', status))).rejects.toMatchObject({
        message: expect.stringMatching(new RegExp(`^list 2: .*status ${status}$`)),
        status,
      });
    },
  );

  it('of a list that may not be asked for any more fail', async () => {
    const context = refusing('/v2/lists/2', 404, { '/v2/lists/2': 403 });
    await expect(readAll(stream, context)).rejects.toMatchObject({ status: 403 });
  });
});

describe('the entries of a list that is referred to', () => {
  it('fail when it is gone', async () => {
    const context = refusing('/v2/lists/2', 404, {});
    const stream = listEntriesStream({ kind: 'list', listId: 2 });
    await expect(readPartition(stream, context, { key: 'all' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('the options of one field', () => {
  const second = optionsOf('lists/2', 'field-2');
  /** The second list has three dropdown fields, with an option each but for the refused ones. */
  function withFields(answers: Record<string, number>, more: FakeAnswers['v2'] = {}): FakeContext {
    const ids = ['field-2', 'field-3', 'field-4'];
    const v2 = {
      ...account,
      '/v2/lists/2/fields': [ids.map(dropdown)],
      ...Object.fromEntries(ids.map((id) => [optionsOf('lists/2', id), answers[id] ?? [[{ id: 9 }]]])),
      ...more,
    };
    return fakeContext(fakeAffinity({ v2, objects: bothThere }));
  }

  it.each([400, 404])('that are refused with %i are left out, with a WARN that names it', async (status) => {
    const context = withFields({ 'field-3': status });
    const rows = await readAll(dropdownOptions, context);
    expect(rows.map(({ fieldId }) => fieldId)).toEqual(['field-1', 'field-1', 'field-2', 'field-4']);
    expect(context.warnings).toEqual([`the options of the field field-3 are left out: status ${status}`]);
  });

  it('that are refused cost a call for each field, however many there are', async () => {
    const refused = Array.from({ length: 20 }, (_, index) => `field-${index + 100}`);
    const affinity = fakeAffinity({
      v2: {
        ...account,
        '/v2/companies/fields': [refused.map(dropdown)],
        ...Object.fromEntries(refused.map((id) => [`/v2/companies/fields/${id}/dropdown-options`, 400])),
      },
      objects: bothThere,
    });
    const context = fakeContext(affinity);
    expect(await readAll(dropdownOptions, context)).toHaveLength(4);
    expect(context.warnings).toHaveLength(20);
    const asked = affinity.paths.filter((path) => path.endsWith('/dropdown-options'));
    // The first refusal looks for a field that is answered.
    expect(asked.length).toBeLessThan(3 * refused.length);
  });

  it('that is the only one of its list are left out where another list has options', async () => {
    const context = refusing(second, 404);
    expect(await readAll(dropdownOptions, context)).toHaveLength(2);
    expect(context.warnings).toHaveLength(1);
  });

  it.each([400, 404])('fail the stream where no other field has any either (%i)', async (status) => {
    const { [optionsOf('lists/1', 'field-1')]: _answered, ...none } = account;
    const refused = { ...none, [optionsOf('lists/1', 'field-1')]: status, [second]: status };
    const context = fakeContext(fakeAffinity({ v2: refused, objects: bothThere }));
    await expect(readAll(dropdownOptions, context)).rejects.toMatchObject({
      message: `list 1: field field-1: status ${status}`,
    });
  });

  it.each([403, 405])('fail the stream where they are refused with %i, and the field is named', async (status) => {
    await expect(readAll(dropdownOptions, withFields({ 'field-3': status }))).rejects.toMatchObject({
      message: `list 2: field field-3: status ${status}`,
    });
  });
});
