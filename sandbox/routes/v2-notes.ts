import type { Account } from '../data/account.ts';
import { readPath } from '../data/collection.ts';
import type { ReplyNote } from '../data/notes.ts';
import { notFound } from '../http/api-error.ts';
import type { ParamSpecs } from '../http/params.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { ofArray } from '../http/sequence.ts';
import { filter, pagedNotes, rowsOf, rule, totalCount } from './specs.ts';
import { recordIndex } from './v2-entities.ts';

const previewLength = 100;
const includeNames = ['companiesPreview', 'personsPreview', 'opportunitiesPreview', 'repliesCount'];

/** What `includes` may name on notes; all of them is what a complete reader asks for. */
export const everyNoteInclude: readonly string[] = includeNames;

/** What a note is attached to, as the rows that other objects show. */
export function attachedRows(account: Account, index: number) {
  const { companies, persons, opportunities } = account.notes.attachments(index);
  return {
    companies: companies.filter((each) => account.companies.has(each)).map((each) => account.companyAt(each)),
    persons: persons.filter((each) => account.persons.has(each)).map((each) => account.personAt(each)),
    opportunities: opportunities
      .filter((each) => account.opportunities.has(each))
      .map((each) => account.opportunities.rowAt(each)),
  };
}

/** A root note with what was asked for; `length` cuts the previews. */
export function rootNoteText(
  account: Account,
  index: number,
  includes: readonly string[],
  length = previewLength,
): string {
  const row = account.notes.roots.rowAt(index);
  if (includes.length === 0) return JSON.stringify(row);
  const attached = attachedRows(account, index);
  const preview = <Row>(rows: readonly Row[]) => ({ data: rows.slice(0, length), totalCount: rows.length });
  return JSON.stringify({
    ...row,
    ...(includes.includes('repliesCount') ? { repliesCount: account.notes.replies.countUnder(index) } : {}),
    ...(includes.includes('companiesPreview') ? { companiesPreview: preview(attached.companies) } : {}),
    ...(includes.includes('personsPreview') ? { personsPreview: preview(attached.persons) } : {}),
    ...(includes.includes('opportunitiesPreview') ? { opportunitiesPreview: preview(attached.opportunities) } : {}),
  });
}

const noteRules = { 'creator.id': rule.id, createdAt: rule.time, updatedAt: rule.time };
const includes: ParamSpecs = { includes: { kind: 'choices', of: includeNames } };

function rootIndex(call: Call): number {
  const index = call.account.notes.roots.find(call.id('noteId'));
  if (index === undefined) throw notFound('Note');
  return index;
}

function notesOf(path: string, kind: 'company' | 'person' | 'opportunity'): Route {
  return {
    api: 'v2',
    path,
    params: { ...pagedNotes, ...filter, ...totalCount },
    filter: noteRules,
    handle: (call) => {
      const { account } = call;
      const record = recordIndex(call, kind);
      const members = new Set(
        kind === 'company' ? account.personsOfCompany(record) : kind === 'person' ? [record] : [],
      );
      const passes = (index: number) => {
        const { companies, persons, opportunities } = account.notes.attachments(index);
        const direct = kind === 'company' ? companies : kind === 'opportunity' ? opportunities : persons;
        return direct.includes(record) || persons.some((person) => members.has(person));
      };
      return { kind: 'page', sequence: rowsOf(call, account.notes.roots, { passes }) };
    },
  };
}

function attached(part: 'companies' | 'persons' | 'opportunities'): Route {
  return {
    api: 'v2',
    path: `/v2/notes/{noteId}/attached-${part}`,
    params: { ...pagedNotes, ...totalCount },
    handle: (call): Answer => {
      const rows: readonly object[] = attachedRows(call.account, rootIndex(call))[part];
      return { kind: 'page', sequence: ofArray(rows) };
    },
  };
}

/** Notes, their replies and attachments. */
export const noteRoutes: readonly Route[] = [
  {
    api: 'v2',
    path: '/v2/notes',
    params: { ...pagedNotes, ...filter, ...totalCount, ...includes },
    filter: { id: rule.id, ...noteRules },
    handle: (call) => {
      const wanted = call.params.texts('includes') ?? [];
      return {
        kind: 'page',
        sequence: rowsOf(call, call.account.notes.roots, {
          text: (index) => rootNoteText(call.account, index, wanted),
        }),
      };
    },
  },
  {
    api: 'v2',
    path: '/v2/notes/{noteId}',
    params: includes,
    handle: (call) => {
      const { roots, replies } = call.account.notes;
      const index = roots.find(call.id('noteId'));
      if (index !== undefined)
        return { kind: 'json', text: rootNoteText(call.account, index, call.params.texts('includes') ?? []) };
      const found = replies.find(call.id('noteId'));
      if (found === undefined) throw notFound('Note');
      return { kind: 'json', text: JSON.stringify(found.reply) };
    },
  },
  attached('companies'),
  attached('persons'),
  attached('opportunities'),
  {
    api: 'v2',
    path: '/v2/notes/{noteId}/replies',
    params: { ...pagedNotes, ...filter, ...totalCount },
    filter: noteRules,
    handle: (call) => {
      const { filter: predicate } = call;
      const passes = (reply: ReplyNote) => predicate === null || predicate((property) => readPath(reply, property));
      return { kind: 'page', sequence: ofArray(call.account.notes.replies.under(rootIndex(call)).filter(passes)) };
    },
  },
  notesOf('/v2/companies/{companyId}/notes', 'company'),
  notesOf('/v2/persons/{personId}/notes', 'person'),
  notesOf('/v2/opportunities/{opportunityId}/notes', 'opportunity'),
];
