import { Collection } from './collection.ts';
import { type Interactions, interactionReference } from './interactions.ts';
import { oddTexts } from './names.ts';
import type { PersonData } from './people.ts';
import { itemAt } from './random.ts';
import { hour, isoSeconds } from './time.ts';
import { updatedMsOf, type World } from './world.ts';

/** What every note has. */
export type NoteBase = {
  id: number;
  content: { html: string | null };
  creator: PersonData;
  mentions: { id: number; type: string; person: PersonData }[];
  createdAt: string;
  updatedAt: string | null;
};

/** A root note; what it is attached to is kept beside the row, as row numbers. */
export type RootNote = NoteBase & {
  type: string;
  interaction?: { id: number; type: string };
  transcriptId?: number | null;
};

/** A reply. */
export type ReplyNote = NoteBase & {
  type: string;
  parent: { id: number };
  interaction?: { id: number; type: string };
  transcriptId?: number | null;
};

/** Records a note hangs on, as indexes of their collections. */
export type Attachments = { companies: number[]; persons: number[]; opportunities: number[] };

/** Notes, replies and attachments of an account. */
export type Notes = {
  roots: Collection<RootNote>;
  replies: Replies;
  attachments: (index: number) => Attachments;
  v1Type: (index: number) => number;
};

const firstNoteId = 15_000;
const noteIdStep = 16;
/** The note with more replies than a page. */
const busyNote = 5;
const busyReplies = 130;
const firstBusyReplyId = 1_900_000_000;
const firstNewReplyId = 1_950_000_000;

/** Index of the note a transcript belongs to. */
export function noteOfTranscript(transcript: number): number {
  return transcript * 10 + 3;
}

/** True where the notetaker replied to somebody's note instead of starting one. */
export function isTranscriptOfReply(transcript: number): boolean {
  return transcript % 7 === 2;
}

/** Id of the first transcript. */
export const firstTranscriptId = 300;

/** Makes the root notes and their replies. */
export function makeNotes(world: World, interactions: Interactions, user: (n: number) => PersonData): Notes {
  const { names, sizes } = world;
  const random = world.random('notes');
  const createdMs = world.createdMs('notes', sizes.notes);
  const updatedMs = updatedMsOf(world, 'notes', createdMs);
  const creatorAt = (index: number) => user(random(index).next());
  const transcriptOf = (index: number) => (index % 10 === 3 ? (index - 3) / 10 : undefined);

  const make = (index: number): RootNote => {
    const dice = random(index);
    const creator = user(dice.next());
    const updated = updatedMs(index);
    const text = index % 31 === 7 ? itemAt(oddTexts, index % oddTexts.length) : dice.pick(names.paragraphs);
    const person = user(dice.next());
    const transcript = transcriptOf(index);
    const base: NoteBase = {
      id: firstNoteId + index * noteIdStep,
      content: { html: index % 37 === 9 ? null : `<p>${text}</p>` },
      creator,
      mentions: index % 6 === 1 ? [{ id: 70 + index, type: 'person', person }] : [],
      createdAt: isoSeconds(createdMs(index)),
      updatedAt: updated === null ? null : isoSeconds(updated),
    };
    const meeting = { id: interactions.meetings.idAt(dice.below(sizes.meetings)), type: 'meeting' };
    if (transcript !== undefined && !isTranscriptOfReply(transcript)) {
      return { ...base, type: 'ai-notetaker', interaction: meeting, transcriptId: firstTranscriptId + transcript };
    }
    if (index % 20 === 8) return { ...base, type: 'ai-notetaker', transcriptId: null };
    if (transcript !== undefined || index % 3 === 1)
      return { ...base, type: 'interaction', interaction: interactionReference(interactions, dice.next()) };
    return { ...base, type: 'entities' };
  };
  const roots = new Collection<RootNote>({
    name: 'notes',
    size: sizes.notes,
    firstId: firstNoteId,
    idStep: noteIdStep,
    make,
    peek: {
      id: (index) => firstNoteId + index * noteIdStep,
      createdAt: createdMs,
      updatedAt: updatedMs,
      'creator.id': (index) => creatorAt(index).id,
    },
  });
  const attachments = (index: number): Attachments => {
    const dice = world.random('attachments')(index);
    const draw = (count: number, size: number) => [...new Set(Array.from({ length: count }, () => dice.below(size)))];
    if (index === 6) {
      const first = (count: number, size: number) => Array.from({ length: Math.min(count, size) }, (_, each) => each);
      return {
        companies: first(150, sizes.companies),
        persons: first(180, sizes.persons),
        opportunities: first(105, sizes.opportunities),
      };
    }
    return {
      companies: draw(dice.below(3), sizes.companies),
      persons: draw(dice.below(3), sizes.persons),
      opportunities: draw(dice.below(5) === 0 ? 1 : 0, sizes.opportunities),
    };
  };
  return {
    roots,
    replies: new Replies(world, roots, interactions, user),
    attachments,
    v1Type: (index) => {
      if (roots.rowAt(index).type === 'ai-notetaker') return 3;
      // One number that nobody knows the meaning of.
      return index === 12 ? 4 : itemAt([2, 2, 0, 2, 1, 2, 2, 2], index % 8);
    },
  };
}

/** Replies, found through their root note; added ones get ids of their own. */
export class Replies {
  readonly #world: World;
  readonly #roots: Collection<RootNote>;
  readonly #interactions: Interactions;
  readonly #user: (n: number) => PersonData;
  readonly #added = new Map<number, ReplyNote[]>();
  readonly #replaced = new Map<number, ReplyNote>();
  readonly #removed = new Set<number>();
  #next = firstNewReplyId;
  #version = 0;

  constructor(world: World, roots: Collection<RootNote>, interactions: Interactions, user: (n: number) => PersonData) {
    this.#world = world;
    this.#roots = roots;
    this.#interactions = interactions;
    this.#user = user;
  }

  /** Goes up with every change. */
  get version(): number {
    return this.#version;
  }

  /** The replies under a root note, oldest first. */
  under(root: number): ReplyNote[] {
    const replies: ReplyNote[] = [];
    for (const id of this.#idsMade(root))
      if (!this.#removed.has(id)) replies.push(this.#replaced.get(id) ?? this.#make(root, id));
    for (const reply of this.#added.get(root) ?? [])
      if (!this.#removed.has(reply.id)) replies.push(this.#replaced.get(reply.id) ?? reply);
    return replies;
  }

  /** Ids of the replies under a root note, without making them. */
  idsUnder(root: number): number[] {
    const ids = [...this.#idsMade(root), ...(this.#added.get(root) ?? []).map((reply) => reply.id)];
    return this.#removed.size === 0 ? ids : ids.filter((id) => !this.#removed.has(id));
  }

  countUnder(root: number): number {
    return this.idsUnder(root).length;
  }

  find(id: number): { root: number; reply: ReplyNote } | undefined {
    const root = this.#rootOf(id);
    if (root === undefined || !this.#roots.has(root)) return undefined;
    const reply = this.under(root).find((each) => each.id === id);
    return reply && { root, reply };
  }

  add(root: number, createdMs: number): ReplyNote {
    const id = this.#next;
    this.#next += 1;
    const made = { ...this.#make(root, id), createdAt: isoSeconds(createdMs), updatedAt: null };
    this.#added.set(root, [...(this.#added.get(root) ?? []), made]);
    this.#version += 1;
    return made;
  }

  replace(id: number, change: (reply: ReplyNote) => ReplyNote): void {
    const found = this.find(id);
    if (found !== undefined) this.#replaced.set(id, change(found.reply));
    this.#version += 1;
  }

  remove(id: number): void {
    this.#removed.add(id);
    this.#version += 1;
  }

  #idsMade(root: number): number[] {
    if (root === busyNote) return Array.from({ length: busyReplies }, (_, each) => firstBusyReplyId + each);
    const isNotetaker = root % 10 === 3 && isTranscriptOfReply((root - 3) / 10);
    const dice = this.#world.random('replies')(root);
    const drawn = dice.below(10) < 6 ? 0 : 1 + dice.below(3);
    const count = root >= this.#world.sizes.notes ? 0 : Math.max(drawn, isNotetaker ? 1 : 0);
    const first = firstNoteId + root * noteIdStep + 1;
    return Array.from({ length: count }, (_, each) => first + each);
  }

  #rootOf(id: number): number | undefined {
    for (const [root, replies] of this.#added) if (replies.some((reply) => reply.id === id)) return root;
    if (id >= firstBusyReplyId && id < firstBusyReplyId + busyReplies) return busyNote;
    return this.#roots.indexOf(id - ((id - firstNoteId) % noteIdStep));
  }

  #make(root: number, id: number): ReplyNote {
    const dice = this.#world.random('reply')(id);
    const rootId = this.#roots.idAt(root);
    const rootMs = Number(this.#roots.read(root, 'createdAt'));
    const created = Math.min(this.#world.startMs, rootMs + dice.between(1, 400) * hour);
    const isNotetaker = id === rootId + 1 && root % 10 === 3 && isTranscriptOfReply((root - 3) / 10);
    const updatedAt = dice.chance(0.8) ? null : isoSeconds(Math.min(this.#world.startMs, created + hour));
    const base: NoteBase = {
      id,
      content: { html: `<p>${dice.pick(this.#world.names.sentences)}</p>` },
      creator: this.#user(dice.next()),
      mentions: [],
      createdAt: isoSeconds(created),
      updatedAt,
    };
    if (!isNotetaker) return { ...base, type: 'user-reply', parent: { id: rootId } };
    const meeting = { id: this.#interactions.meetings.idAt(0), type: 'meeting' };
    return {
      ...base,
      type: 'ai-notetaker-reply',
      parent: { id: rootId },
      interaction: meeting,
      transcriptId: firstTranscriptId + (root - 3) / 10,
    };
  }
}
