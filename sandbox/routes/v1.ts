import { type Account, userReference } from '../data/account.ts';
import type { Collection } from '../data/collection.ts';
import { day, isoPacific } from '../data/time.ts';
import { notFound } from '../http/api-error.ts';
import type { ParamSpec, ParamSpecs } from '../http/params.ts';
import type { Call, Route, V1Rows } from '../http/route.ts';
import { V1NoteIds, v1File, v1List, v1Organization, v1Person, v1ReplyNote, v1RootNote } from './v1-rows.ts';

const id: ParamSpec = { kind: 'integer', least: 1, most: Number.MAX_SAFE_INTEGER };
const paged: ParamSpecs = {
  page_size: { kind: 'integer', least: 1, most: 500, fallback: 500 },
  page_token: { kind: 'text' },
};
const about: ParamSpecs = { person_id: id, organization_id: id, opportunity_id: id };

function json(value: unknown): { kind: 'json'; text: string } {
  return { kind: 'json', text: JSON.stringify(value) };
}

const noteIds = new WeakMap<Account, V1NoteIds>();

/** All notes of an account, in the order V1 tells them. */
export function v1Notes(account: Account): V1NoteIds {
  const known = noteIds.get(account) ?? new V1NoteIds(account);
  noteIds.set(account, known);
  return known;
}

/** Rows of a collection by offset; the offset of a row shifts when rows before it go. */
function rowsOf(
  rows: Collection<{ id: number }>,
  text: (index: number) => string,
  direction: 'up' | 'down' = 'up',
): V1Rows {
  const isWhole = rows.count === rows.size;
  const indexes = isWhole ? null : [...rows.indexes()];
  const at = (offset: number) => indexes?.[offset] ?? offset;
  return { count: rows.count, textAt: (offset) => text(at(direction === 'up' ? offset : rows.count - 1 - offset)) };
}

function filtered(rows: V1Rows, passes: (row: Record<string, unknown>) => boolean): V1Rows {
  const texts = Array.from({ length: rows.count }, (_, offset) => rows.textAt(offset)).filter((text) =>
    passes(JSON.parse(text)),
  );
  return { count: texts.length, textAt: (offset) => texts[offset] ?? 'null' };
}

/** Rows that name what the query asks for, in arrays or single properties. */
function matching(call: Call, rows: V1Rows, names: Readonly<Record<string, string>>): V1Rows {
  const wanted = Object.entries(names).flatMap(([param, property]) => {
    const value = call.params.integer(param);
    return value === undefined ? [] : [{ property, value }];
  });
  if (wanted.length === 0) return rows;
  return filtered(rows, (row) =>
    wanted.every(({ property, value }) => {
      const held = row[property];
      return Array.isArray(held) ? held.includes(value) : held === value;
    }),
  );
}

function collection(path: string, key: string, rows: (account: Account) => V1Rows): Route {
  return { api: 'v1', path, params: paged, handle: (call) => ({ kind: 'v1-page', key, rows: rows(call.account) }) };
}

/** The legacy API. */
export const v1Routes: readonly Route[] = [
  {
    api: 'v1',
    path: '/auth/whoami',
    params: {},
    isMonthlyExempt: true,
    handle: ({ account }) => {
      const { id: userId, firstName, lastName, emailAddress } = userReference(account.users.rowAt(0));
      const createdAt = isoPacific(account.world.startMs - 240 * day);
      return json({
        tenant: account.tenant,
        user: { id: userId, firstName, lastName, email: emailAddress },
        grant: { type: 'api_key', scope: 'external_api', createdAt },
      });
    },
  },
  {
    api: 'v1',
    path: '/rate-limit',
    params: {},
    isMonthlyExempt: true,
    handle: ({ limits }) => {
      const unlimited = {
        limit: 'unlimited',
        remaining: 'unlimited',
        reset: limits.monthReset(),
        used: limits.monthUsed,
      };
      return json({ rate: { org_monthly: limits.month() ?? unlimited, api_key_per_minute: limits.minute() } });
    },
  },
  {
    api: 'v1',
    path: '/lists',
    params: {},
    handle: ({ account }) => json([...account.lists.indexes()].map((index) => v1List(account, index))),
  },
  {
    api: 'v1',
    path: '/notes',
    params: { ...paged, ...about, creator_id: id },
    handle: (call) => {
      const names = {
        person_id: 'person_ids',
        organization_id: 'organization_ids',
        opportunity_id: 'opportunity_ids',
        creator_id: 'creator_id',
      };
      return { kind: 'v1-page', key: 'notes', rows: matching(call, v1Notes(call.account), names) };
    },
  },
  {
    api: 'v1',
    path: '/notes/{note_id}',
    params: {},
    handle: (call) => {
      const { roots, replies } = call.account.notes;
      const index = roots.find(call.id('note_id'));
      if (index !== undefined) return json(v1RootNote(call.account, index));
      const found = replies.find(call.id('note_id'));
      if (found === undefined) throw notFound('Note');
      return json(v1ReplyNote(found.reply));
    },
  },
  {
    api: 'v1',
    path: '/entity-files',
    params: { ...paged, ...about },
    handle: (call) => {
      const { account } = call;
      const rows = rowsOf(account.files, (index) => JSON.stringify(v1File(account, index)), 'down');
      const names = { person_id: 'person_id', organization_id: 'organization_id', opportunity_id: 'opportunity_id' };
      return { kind: 'v1-page', key: 'entity_files', rows: matching(call, rows, names) };
    },
  },
  collection('/persons', 'persons', (account) =>
    rowsOf(account.persons, (index) => JSON.stringify(v1Person(account, index))),
  ),
  collection('/organizations', 'organizations', (account) =>
    rowsOf(account.companies, (index) => JSON.stringify(v1Organization(account, index))),
  ),
];
