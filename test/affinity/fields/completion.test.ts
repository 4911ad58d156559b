import { describe, expect, it } from 'vitest';
import { completePage } from '../../../src/affinity/fields/completion.ts';
import type { PayloadField } from '../../../src/affinity/fields/payload.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

interface Company {
  readonly id: number;
  readonly fields: ReturnType<typeof multi>[] | null;
}
interface Entry {
  readonly id: number;
  readonly entity: Company;
}

function multi(id: string, sent: number, totalCount?: number) {
  const data: readonly unknown[] | null = numbers(sent);
  return { id, value: { type: 'person-multi', data, ...(totalCount === undefined ? {} : { totalCount }) } };
}

/** Completes one company with one field, whose whole value has `whole` elements. */
async function completeOne(one: ReturnType<typeof multi>, whole: number | undefined) {
  const asked: string[] = [];
  const result = await completePage<Company>({
    items: [{ id: 7, fields: [one] }],
    fieldsOf: ({ fields }) => fields,
    async fetchValues(item, fieldId) {
      asked.push(`${item.id}/${fieldId}`);
      return whole === undefined ? undefined : numbers(whole);
    },
    concurrency: 2,
  });
  return { ...result, asked: asked.length, length: one.value.data.length };
}

describe('completePage', () => {
  it.each([
    ['came twice, in part', [...numbers(200), ...numbers(250).slice(150)], 250, numbers(250)],
    ['are equal', Array(250).fill(7), 250, Array(250).fill(7)],
    ['are equal, and more than were counted', Array(251).fill(7), 250, Array(251).fill(7)],
    ['became more', numbers(251), 250, numbers(251)],
  ])('a value of which elements %s', async (_, fetched, totalCount, expected) => {
    const one = multi('a', 100, totalCount);
    const item: Company = { id: 7, fields: [one] };
    await completePage<Company>({
      items: [item],
      fieldsOf: ({ fields }) => fields,
      fetchValues: () => Promise.resolve(fetched),
      concurrency: 1,
    });
    expect(one.value.data).toEqual(expected);
  });

  it.each([
    ['told to be cut', multi('a', 100, 250), 250, { asked: 1, length: 250, completed: 1, incomplete: 0 }],
    ['cut below a hundred', multi('a', 20, 25), 25, { asked: 1, length: 25, completed: 1, incomplete: 0 }],
    ['full, without a count', multi('a', 100), 130, { asked: 1, length: 130, completed: 1, incomplete: 0 }],
    ['full, without a count, and whole', multi('a', 100), 100, { asked: 1, length: 100, completed: 1, incomplete: 0 }],
    ['told to be whole', multi('a', 100, 100), 200, { asked: 0, length: 100, completed: 0, incomplete: 0 }],
    ['counted too low', multi('a', 5, 3), 200, { asked: 0, length: 5, completed: 0, incomplete: 0 }],
    ['short, without a count', multi('a', 99), 200, { asked: 0, length: 99, completed: 0, incomplete: 0 }],
    ['cut, and not to be had', multi('a', 100, 250), undefined, { asked: 1, length: 100, completed: 0, incomplete: 1 }],
    [
      'cut, and shorter when asked for',
      multi('a', 100, 250),
      60,
      { asked: 1, length: 100, completed: 0, incomplete: 1 },
    ],
    ['cut, and still not whole', multi('a', 100, 250), 200, { asked: 1, length: 200, completed: 0, incomplete: 1 }],
  ])('a value %s', async (_, one, whole, expected) => {
    const result = await completeOne(one, whole);
    expect(result).toMatchObject(expected);
    expect([...result.incompleteFieldIds]).toEqual(expected.incomplete > 0 ? ['a'] : []);
  });

  it.each<[string, object]>([
    ['null', { data: null, totalCount: 120 }],
    ['absent', { totalCount: 120 }],
  ])('asks for a value that is counted, but %s', async (_, value) => {
    const field: PayloadField = { id: 'a', value };
    const result = await completePage({
      items: [{ id: 7, fields: [field] }],
      fieldsOf: ({ fields }) => fields,
      fetchValues: async () => numbers(120),
      concurrency: 1,
    });
    expect(result).toMatchObject({ completed: 1, incomplete: 0 });
    expect(field.value).toEqual({ data: numbers(120), totalCount: 120 });
  });

  it('leaves a value that is counted, but null, as it came where the API has no more', async () => {
    const field: PayloadField = { id: 'a', value: { data: null, totalCount: 120 } };
    const result = await completePage({
      items: [{ id: 7, fields: [field] }],
      fieldsOf: ({ fields }) => fields,
      fetchValues: async () => [],
      concurrency: 1,
    });
    expect(result).toMatchObject({ completed: 0, incomplete: 1 });
    expect(field.value).toEqual({ data: null, totalCount: 120 });
  });

  it('asks for nothing where nothing is cut', async () => {
    const items = [
      { id: 1, fields: null },
      {
        id: 2,
        fields: [null, { id: 'a' }, { id: 'b', value: null }, { id: 'c', value: { data: null, totalCount: 0 } }],
      },
      { id: 3, fields: [{ id: 'd', value: { type: 'text', data: 'x'.repeat(200), totalCount: 500 } }] },
      { id: 4, fields: [{ value: { data: numbers(100), totalCount: 500 } }] },
      { id: 5, fields: undefined },
      { id: 6, fields: [{ id: 'e', type: 'hidden', value: { type: 'hidden', data: null, totalCount: 120 } }] },
    ];
    const result = await completePage({
      items,
      fieldsOf: (item) => item.fields,
      fetchValues: () => Promise.reject(new Error('must not be asked')),
      concurrency: 3,
    });
    expect(result).toEqual({ completed: 0, incomplete: 0, incompleteFieldIds: new Set() });
  });

  it('works on list entries, with the entry at hand for the path', async () => {
    const items: Entry[] = [1, 2].map((id) => ({
      id,
      entity: {
        id: id + 500,
        fields: [
          multi('persons', 100, 101 + id),
          multi('field-1', 3, 3),
          multi('companies', 100, id === 1 ? 140 : undefined),
        ],
      },
    }));
    const asked: string[] = [];
    const result = await completePage({
      items,
      fieldsOf: ({ entity }) => entity.fields,
      async fetchValues({ id, entity }, fieldId, total) {
        asked.push(`${id}/${entity.id}/${fieldId} of ${total}`);
        return fieldId === 'companies' ? undefined : numbers(101 + id);
      },
      concurrency: 1,
    });
    expect(asked).toEqual([
      '1/501/persons of 102',
      '1/501/companies of 140',
      '2/502/persons of 103',
      '2/502/companies of undefined',
    ]);
    expect(items.map(({ entity }) => entity.fields?.map(({ value }) => value.data.length))).toEqual([
      [102, 3, 100],
      [103, 3, 100],
    ]);
    expect(result).toEqual({ completed: 2, incomplete: 2, incompleteFieldIds: new Set(['companies']) });
  });

  it.each([
    [0, 1],
    [1, 1],
    [4, 4],
    [50, 9],
  ])('given a concurrency of %i, asks for %i of nine values at a time', async (concurrency, expected) => {
    let [running, most] = [0, 0];
    await completePage({
      items: numbers(9).map(() => ({ fields: [multi('a', 100, 110)] })),
      fieldsOf: ({ fields }) => fields,
      async fetchValues() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return numbers(110);
      },
      concurrency,
    });
    expect(most).toBe(expected);
  });

  it('passes on a failure and asks for nothing more', async () => {
    let asked = 0;
    const page = completePage({
      items: numbers(9).map(() => ({ fields: [multi('a', 100, 110)] })),
      fieldsOf: ({ fields }) => fields,
      async fetchValues() {
        asked += 1;
        if (asked === 2) throw new Error('503');
        await new Promise((resolve) => setImmediate(resolve));
        return numbers(110);
      },
      concurrency: 3,
    });
    await expect(page).rejects.toThrow('503');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).toBe(3);
  });
});
