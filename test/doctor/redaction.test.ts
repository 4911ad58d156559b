import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guesses } from '../../src/source/doctor/guesses.ts';
import { API_KEY, configOf, openAccountForTest } from '../support/affinity-account.ts';
import type { Bend } from './bends.ts';
import { type BentAccount, openBentAccount } from './bent-account.ts';
import { reportOn, runDoctor } from './run-doctor.ts';

/** Shorter numbers are counts as well as ids. */
const SHORTEST_ID = 4;

/** The sandbox has fields that are called like this; the report means the status of an answer. */
const OWN_WORDS: ReadonlySet<string> = new Set(['status']);

/** Every text and every id that the account's rows hold, without the API's own words. */
function* contentsOf(value: unknown, key = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* contentsOf(item, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* contentsOf(inner, name);
  else if (typeof value === 'number' && String(value).length >= SHORTEST_ID) yield String(value);
  else if (typeof value === 'string' && isContent(value, key)) yield value;
}

/** Types, statuses and slugs are the API's; names, addresses, texts, dates and numbered ids are the account's. */
function isContent(text: string, key: string): boolean {
  return text.length >= 3 && (/[\s@.:/A-Z]|^field-\d/.test(text) || /name|subject|content|text|title/i.test(key));
}

function holds(text: string, content: string): boolean {
  const at = text.indexOf(content);
  if (at === -1) return false;
  const around = `${text[at - 1] ?? ' '}${text[at + content.length] ?? ' '}`;
  return !/[A-Za-z\d]/.test(around);
}

describe('the report', () => {
  it('holds nothing of what the account holds, and not the key', async () => {
    const account = await openAccountForTest();
    const report = await reportOn(account);
    const found = report.findings.map((finding) => finding.found).join('\n');
    const contents = new Set(account.streams().flatMap((stream) => [...contentsOf(account.rows(stream))]));
    expect(contents.size).toBeGreaterThan(3_000);
    expect([...contents].filter((content) => !OWN_WORDS.has(content) && holds(found, content))).toEqual([]);
    const { text } = await runDoctor(configOf(account));
    for (const form of [API_KEY, encodeURIComponent(API_KEY), Buffer.from(`:${API_KEY}`).toString('base64')]) {
      expect(text).not.toContain(form);
    }
    expect(text).not.toContain('@');
  });
});

describe('a configuration that is wrong', () => {
  it('is told without the key, wherever somebody put it', async () => {
    const key = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg';
    for (const format of ['table', 'json']) {
      const { text, exitCode } = await runDoctor({ api_key: key, list_references: [key] }, { format });
      expect(exitCode).toBe(1);
      expect(text).toContain('is not understood');
      expect(text).not.toContain(key);
    }
  });
});

describe('a hostile answer', () => {
  let account: BentAccount;
  beforeAll(async () => {
    account = await openBentAccount();
  });
  afterAll(() => account.close());

  const SECRET = 'Mira Okafor mira@harborlane.example 90001';

  /** The same shapes, with every text a secret; dates and links stay what they are. */
  function poison(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poison(inner)]));
    return typeof value === 'string' && !/^(\d{4}-|https?:)/.test(value) ? SECRET : value;
  }

  const refusing =
    (status: number): Bend =>
    (answer) => {
      answer.status = status;
      answer.json = { errors: [{ code: SECRET, message: SECRET, param: SECRET }] };
    };
  const hostile: Readonly<Record<string, Bend>> = {
    'texts everywhere': (answer) => {
      answer.json = poison(answer.json);
      for (const name of ['x-affinity-api-version', 'x-ratelimit-limit-user', 'x-ratelimit-limit-org']) {
        answer.headers.set(name, SECRET);
      }
    },
    'a 400 that quotes': refusing(400),
    'a 403 that quotes': refusing(403),
    'a 404 that quotes': refusing(404),
    'a body of text': (answer) => {
      answer.json = SECRET;
    },
  };

  it.each(Object.keys(hostile))('is not quoted: %s', async (name) => {
    const findings = await Promise.all(guesses.map(({ id }) => account.examine(id, hostile[name])));
    for (const { id, found } of findings) expect(`${id}: ${found}`).not.toMatch(/Mira|Okafor|mira@|90001/);
  });
});
