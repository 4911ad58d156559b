import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { ApiObject } from '../../src/affinity/answers.ts';
import { ApiError } from '../../src/affinity/errors.ts';
import type { StreamState } from '../../src/source/stream-state.ts';
import { draftRows } from '../../src/streams/completion.ts';
import { isReadIdsFirst, readIdsFirst } from '../../src/streams/ids-first.ts';
import type { ReadItem, Row } from '../../src/streams/stream.ts';
import { type FakeAffinity, fakeAffinity, fakeContext } from '../support/fake-affinity.ts';
import { parsed } from '../support/prepared-rows.ts';
import { byKey, type Outcome, readStream } from './read-sandbox.ts';

const PATH = '/v2/companies';
const QUERY = { fieldTypes: ['global'] };

/** Listed in pages of `size`; asked for by their ids, rows come with fields, as `answer` lets them. */
function companiesOf(
  count: number,
  size: number,
  answer: (ids: readonly number[]) => readonly ApiObject[] = (ids) => ids.map(withFields),
): FakeAffinity {
  const pages = Array.from({ length: Math.ceil(count / size) }, (_, index) =>
    Array.from({ length: Math.min(size, count - index * size) }, (_row, at) => ({ id: index * size + at + 1 })),
  );
  return fakeAffinity({ v2: { [PATH]: pages }, byIds: { [PATH]: answer } });
}

const withFields = (id: number): ApiObject => ({ id, fields: [`field of ${id}`] });

async function readAll(affinity: FakeAffinity, cursor?: string): Promise<{ rows: Row[]; items: ReadItem[] }> {
  const context = fakeContext(affinity);
  const drafting = draftRows({
    fieldsOf: () => [],
    isWritten: () => true,
    complete: async () => {},
    finish: (row) => context.prepare(row),
  });
  const items = await Array.fromAsync(
    readIdsFirst(context, { path: PATH, query: QUERY, cursor, drafting: Promise.resolve(drafting) }),
  );
  const rows: Row[] = [];
  for (const item of items) if (item.type === 'page-to-come') rows.push(...parsed((await item.load()).rows));
  return { rows, items };
}

const ids = (rows: readonly Row[]): unknown[] => rows.map(({ id }) => id);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const batches = ({ asked }: FakeAffinity): unknown[] => asked.flatMap(({ query }) => query['ids'] ?? null);

describe('ids first', () => {
  test('asks for each page of ids with its fields, and puts a checkpoint between', async () => {
    const affinity = companiesOf(5, 2);
    const { rows, items } = await readAll(affinity);
    expect(rows).toEqual(upTo(5).map(withFields));
    expect(items.map(({ type }) => type)).toEqual([
      'page-to-come',
      'checkpoint',
      'page-to-come',
      'checkpoint',
      'page-to-come',
    ]);
    expect(affinity.asked.slice(1).map(({ query }) => query)).toEqual(
      [[1, 2], [3, 4], [5]].map((batch) => ({ ...QUERY, ids: batch })),
    );
  });

  test('goes on from each of its checkpoints with the rows behind it', async () => {
    const { items } = await readAll(companiesOf(5, 2));
    const cursors = items.flatMap((item) => (item.type === 'checkpoint' ? [item.cursor] : []));
    expect(cursors).toHaveLength(2);
    for (const [index, cursor] of cursors.entries()) {
      expect(ids((await readAll(companiesOf(5, 2), cursor)).rows)).toEqual(upTo(5).slice(2 * (index + 1)));
    }
  });

  test('the order is that of the list, and rows that nobody asked for stay out', async () => {
    const affinity = companiesOf(3, 3, (asked) => [{ id: 77 }, ...asked.toReversed().map(withFields), { id: 78 }]);
    expect(ids((await readAll(affinity)).rows)).toEqual([1, 2, 3]);
  });

  test('asks again for what is missing, and once in vain for what was deleted', async () => {
    const affinity = companiesOf(5, 5, (asked) => {
      const there = asked.filter((id) => id !== 4);
      return there.slice(0, 2).map(withFields);
    });
    expect(ids((await readAll(affinity)).rows)).toEqual([1, 2, 3, 5]);
    expect(batches(affinity)).toEqual([null, 1, 2, 3, 4, 5, 3, 4, 5, 4].flat());
  });

  test('a request that is refused for its length is asked in halves', async () => {
    const affinity = companiesOf(5, 5, (asked) => {
      if (asked.length > 2) throw new ApiError('system_error', 'too long', { status: 414 });
      return asked.map(withFields);
    });
    expect(ids((await readAll(affinity)).rows)).toEqual(upTo(5));
  });

  test.each([400, 403, 500])('a request for one row that is refused with %d is an error', async (status) => {
    const affinity = companiesOf(4, 4, () => {
      throw new ApiError('system_error', 'refused', { status });
    });
    await expect(readAll(affinity)).rejects.toMatchObject({ status });
  });

  test('a row without an id is an error', async () => {
    const affinity = companiesOf(2, 2, () => [{ fields: [] }]);
    await expect(readAll(affinity)).rejects.toMatchObject({ failureType: 'system_error' });
  });

  test('is the way where the month has no limit, unless a saved cursor is of the other way', async () => {
    const [first] = (await readAll(companiesOf(3, 2))).items.filter(({ type }) => type === 'checkpoint');
    const cursor = first?.type === 'checkpoint' ? first.cursor : '';
    const context = fakeContext(companiesOf(3, 2));
    for (const hasMonthlyQuota of [true, false]) {
      expect(isReadIdsFirst({ ...context, hasMonthlyQuota }, undefined)).toBe(!hasMonthlyQuota);
      expect(isReadIdsFirst({ ...context, hasMonthlyQuota }, cursor)).toBe(true);
      expect(isReadIdsFirst({ ...context, hasMonthlyQuota }, 'https://api.affinity.co/v2/companies?cursor=x')).toBe(
        false,
      );
    }
  });
});

/** As the API sends them, which is how the sandbox tells what it has. */
async function readRows(sandbox: Sandbox, name: string, state?: StreamState): Promise<Outcome> {
  return await readStream(sandbox, name, { state, fieldLayout: 'array' });
}

describe.each(['companies', 'persons'])('%s of an account', (name) => {
  let limited: Sandbox;
  let unlimited: Sandbox;

  beforeEach(async () => {
    const options = { clock: 'manual', minuteLimit: 1_000_000 } as const;
    limited = await startSandbox({ ...options, monthLimit: 100_000 });
    unlimited = await startSandbox({ ...options, monthLimit: null });
  });

  afterEach(async () => {
    await Promise.all([limited.close(), unlimited.close()]);
  });

  test('with a quota take one call for 100, and without one two; the rows are the same', async () => {
    const [once, twice] = [await readRows(limited, name), await readRows(unlimited, name)];
    const truth = byKey(name, limited.rows(name));
    const pages = Math.ceil(truth.size / 100);
    expect(pages).toBeGreaterThan(2);
    for (const { rows, error } of [once, twice]) {
      expect(error).toBeUndefined();
      expect(rows).toHaveLength(truth.size);
      expect(byKey(name, rows)).toEqual(truth);
    }
    const pagesIn = ({ requests }: typeof once): number =>
      requests.filter((request) => request.startsWith(`/v2/${name}?`)).length;
    expect([pagesIn(once), pagesIn(twice)]).toEqual([pages, 2 * pages]);
  });

  test.each([
    ['with', 'without'],
    ['without', 'with'],
    ['without', 'without'],
  ])('begun %s a quota and resumed %s one, bring every row with its fields once', async (before, after) => {
    const sandboxes = { with: limited, without: unlimited } as Record<string, Sandbox>;
    const truth = byKey(name, limited.rows(name));
    const begun = sandboxes[before] as Sandbox;
    const { rows, states } = await readRows(begun, name);
    const resumable = states.filter(({ state }) => state.complete === undefined);
    expect(resumable.length).toBeGreaterThan(1);
    for (const { state, rowsBefore } of resumable) {
      begun.configure({ monthLimit: after === 'with' ? 100_000 : null });
      const rest = await readRows(begun, name, state);
      expect(rest.error).toBeUndefined();
      expect(rowsBefore + rest.rows.length).toBe(truth.size);
      expect(byKey(name, [...rows.slice(0, rowsBefore), ...rest.rows])).toEqual(truth);
    }
  });
});
