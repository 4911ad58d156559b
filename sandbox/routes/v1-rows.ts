import type { Account } from '../data/account.ts';
import { fileOwner } from '../data/files.ts';
import type { ReplyNote } from '../data/notes.ts';
import { itemAt } from '../data/random.ts';
import { isoPacific, msOf } from '../data/time.ts';

/** Numbers that V1 uses for words. */
export const v1EntityType = { person: 0, company: 1, opportunity: 8 } as const;
const interactionNumbers: Readonly<Record<string, number>> = { meeting: 0, call: 1, 'chat-message': 2, email: 3 };

function plain(html: string | null): string {
  return html === null ? '' : html.replace(/<[^>]+>/g, '').replaceAll('_', '\\_');
}

function v1Time(iso: string | null): string | null {
  return iso === null ? null : isoPacific(msOf(iso));
}

/** A root note the V1 way; milliseconds and offset in its times, Markdown-like text, numbers for words. */
export function v1RootNote(account: Account, index: number) {
  const row = account.notes.roots.rowAt(index);
  const { companies, persons, opportunities } = account.notes.attachments(index);
  const { interaction } = row;
  const attached = persons.filter((each) => account.persons.has(each)).map((each) => account.persons.idAt(each));
  const met = interaction === undefined ? [] : [account.persons.idAt(account.users.size + (index % 40))];
  return {
    id: row.id,
    creator_id: row.creator.id,
    person_ids: [...new Set([...attached, ...met])],
    associated_person_ids: attached,
    interaction_person_ids: met,
    interaction_id: interaction?.id ?? null,
    interaction_type: interaction === undefined ? null : (interactionNumbers[interaction.type] ?? null),
    is_meeting: interaction?.type === 'meeting' || interaction?.type === 'call',
    mentioned_person_ids: row.mentions.map(({ person }) => person.id),
    organization_ids: companies
      .filter((each) => account.companies.has(each))
      .map((each) => account.companies.idAt(each)),
    opportunity_ids: opportunities
      .filter((each) => account.opportunities.has(each))
      .map((each) => account.opportunities.idAt(each)),
    parent_id: null,
    content: plain(row.content.html),
    type: account.notes.v1Type(index),
    created_at: isoPacific(msOf(row.createdAt)),
    updated_at: v1Time(row.updatedAt),
  };
}

/** A reply the V1 way: it names its parent and no records. */
export function v1ReplyNote(reply: ReplyNote) {
  return {
    id: reply.id,
    creator_id: reply.creator.id,
    person_ids: [],
    associated_person_ids: [],
    interaction_person_ids: [],
    interaction_id: null,
    interaction_type: null,
    is_meeting: false,
    mentioned_person_ids: [],
    organization_ids: [],
    opportunity_ids: [],
    parent_id: reply.parent.id,
    content: plain(reply.content.html),
    type: reply.type === 'user-reply' ? 0 : 3,
    created_at: isoPacific(msOf(reply.createdAt)),
    updated_at: v1Time(reply.updatedAt),
  };
}

/** Ids of all notes, replies among them, newest id first; kept until notes change. */
export class V1NoteIds {
  readonly #account: Account;
  #version = '';
  #roots = new Int32Array(0);
  #ids = new Int32Array(0);

  constructor(account: Account) {
    this.#account = account;
  }

  /** How many notes there are now. */
  get count(): number {
    this.#refresh();
    return this.#ids.length;
  }

  textAt(offset: number): string {
    this.#refresh();
    const root = this.#roots[offset] ?? 0;
    const id = this.#ids[offset] ?? 0;
    const { roots, replies } = this.#account.notes;
    if (roots.idAt(root) === id) return JSON.stringify(v1RootNote(this.#account, root));
    const reply = replies.under(root).find((each) => each.id === id);
    return reply === undefined ? 'null' : JSON.stringify(v1ReplyNote(reply));
  }

  #refresh(): void {
    const { roots, replies } = this.#account.notes;
    const version = `${roots.version}.${replies.version}`;
    if (version === this.#version) return;
    const pairs: [number, number][] = [];
    for (const root of roots.indexes()) {
      pairs.push([roots.idAt(root), root]);
      for (const id of replies.idsUnder(root)) pairs.push([id, root]);
    }
    pairs.sort((a, b) => b[0] - a[0]);
    this.#ids = Int32Array.from(pairs, ([id]) => id);
    this.#roots = Int32Array.from(pairs, ([, root]) => root);
    this.#version = version;
  }
}

/** A file the V1 way, with the record it belongs to. */
export function v1File(account: Account, index: number) {
  const { id, name, size, type, creator, createdAt } = account.files.rowAt(index);
  const { kind, number } = fileOwner(index);
  const rows = { company: account.companies, person: account.persons, opportunity: account.opportunities }[kind];
  const owner = rows.idAt(number % rows.size);
  return {
    id,
    name,
    size,
    person_id: kind === 'person' ? owner : null,
    organization_id: kind === 'company' ? owner : null,
    opportunity_id: kind === 'opportunity' ? owner : null,
    uploader_id: creator?.id ?? null,
    created_at: isoPacific(msOf(createdAt)),
    ...(index % 3 === 0 ? { content_type: type } : {}),
  };
}

/** A list the V1 way. */
export function v1List(account: Account, index: number) {
  const { id, type, name, isPublic, ownerId, creatorId } = account.lists.rowAt(index);
  const size = itemAt(account.entries, index).count;
  return {
    id,
    type: v1EntityType[type],
    name,
    public: isPublic,
    owner_id: ownerId,
    creator_id: creatorId,
    list_size: size,
  };
}

/** A company the V1 way. */
export function v1Organization(account: Account, index: number) {
  const { id, name, domain, domains, isGlobal } = account.companies.rowAt(index);
  return { id, name, domain, domains, global: isGlobal };
}

/** A person the V1 way. */
export function v1Person(account: Account, index: number) {
  const { id, type, firstName, lastName, primaryEmailAddress, emailAddresses } = account.persons.rowAt(index);
  return {
    id,
    type: type === 'internal' ? 1 : 0,
    first_name: firstName,
    last_name: lastName,
    primary_email: primaryEmailAddress,
    emails: emailAddresses,
  };
}
