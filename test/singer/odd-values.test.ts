import { describe, expect, it } from 'vitest';
import type { Json } from '../../sandbox/json.ts';
import { configOf, openAccountForTest } from '../support/affinity-account.ts';
import { discoverCatalog, selectStreams, syncTap } from '../support/singer-run.ts';

const LIST = 'list_3300_entries';
const AMOUNT = 'field-800203';
const CLOSE_DATE = 'field-800204';
const MEMO = 'field-800206';

/** Reads a list after one of its entries was given the values, and finds that entry. */
async function readEntryWith(values: Readonly<Record<string, readonly [value: Json, type?: string]>>) {
  const account = await openAccountForTest();
  const id = Number(account.rows(LIST)[0]?.['id']);
  for (const [fieldId, [value, type]] of Object.entries(values))
    account.change({ kind: 'set-value', owner: 3300, id, fieldId, value, ...(type === undefined ? {} : { type }) });
  const config = configOf(account, { list_references: ['3300'] });
  const catalog = selectStreams(await discoverCatalog(config), [LIST]);
  const output = await syncTap(config, { catalog });
  return { output, entry: output.recordsOf(LIST).find((row) => row['id'] === id) };
}

describe('a value that is not what its column says', () => {
  it('is null, since a target ends its load at it, and is told on stderr once, without what it was', async () => {
    const values = { [AMOUNT]: ['n/a', 'text'], [CLOSE_DATE]: ['soon', 'datetime'] } as const;
    const { output, entry } = await readEntryWith(values);
    expect(output.exitCode).toBe(0);
    expect(entry).toMatchObject({ amount: null, close_date: null });
    for (const column of ['amount', 'close_date']) {
      expect(output.logs.match(new RegExp(` WARN ${LIST}: .*"${column}".* became null`, 'g')), column).toHaveLength(1);
    }
    expect(output.logs).not.toMatch(/n\/a|soon/);
  });
});

describe('a text', () => {
  it.each([
    ['U+0000, which PostgreSQL has no room for', 'a\u0000b\\\u0000c\\u0000', 'ab\\c\\u0000'],
    ['half a character, which strict readers refuse', 'half \ud83d of it', 'half \ufffd of it'],
    ['what ends lines for some readers', 'a\u2028b\u2029c\u0085d\re\nf', 'a\u2028b\u2029c\u0085d\re\nf'],
  ])('with %s, arrives in one line', async (_what, text, expected) => {
    const { output, entry } = await readEntryWith({ [MEMO]: [text] });
    expect(output.exitCode).toBe(0);
    expect(entry?.['memo']).toBe(expected);
  });
});
