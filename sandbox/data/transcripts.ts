import { Collection } from './collection.ts';
import {
  firstTranscriptId,
  isTranscriptOfReply,
  type Notes,
  noteOfTranscript,
  type ReplyNote,
  type RootNote,
} from './notes.ts';
import { hour, isoSeconds, msOf } from './time.ts';
import type { World } from './world.ts';

/** A transcript without its text. */
export type TranscriptRow = { id: number; note: RootNote | ReplyNote; createdAt: string; languageCode: string };

/** A piece of a transcript; it has no id. */
export type Fragment = { content: string; speaker: string; startTimestamp: string; endTimestamp: string };

/** Transcripts and their fragments. */
export type Transcripts = {
  rows: Collection<TranscriptRow>;
  fragmentCount: (index: number) => number;
  fragment: (index: number, position: number) => Fragment;
};

function clockTime(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Makes the transcripts of the notetaker's notes. */
export function makeTranscripts(world: World, notes: Notes): Transcripts {
  const size = Math.floor((world.sizes.notes - 4) / 10) + 1;
  const random = world.random('transcripts');
  const { names } = world;
  const createdMs = (index: number) => {
    const root = Math.min(noteOfTranscript(index), world.sizes.notes - 1);
    return Math.min(world.startMs, Number(notes.roots.read(root, 'createdAt')) + hour / 4);
  };
  const languages = ['en', 'en', 'de', 'fr', 'pl', 'ja'];
  const rows = new Collection<TranscriptRow>({
    name: 'transcripts',
    size,
    firstId: firstTranscriptId,
    make: (index) => {
      const root = Math.min(noteOfTranscript(index), world.sizes.notes - 1);
      const reply = isTranscriptOfReply(index) ? notes.replies.under(root)[0] : undefined;
      const note = reply ?? notes.roots.rowAt(root);
      const ofTranscript = note.type.startsWith('ai-')
        ? note
        : { ...note, type: 'ai-notetaker', transcriptId: firstTranscriptId + index };
      const createdAt = isoSeconds(Math.max(createdMs(index), msOf(notes.roots.rowAt(root).createdAt)));
      return {
        id: firstTranscriptId + index,
        note: ofTranscript,
        createdAt,
        languageCode: languages[index % languages.length] ?? 'en',
      };
    },
    peek: { id: (index) => firstTranscriptId + index, createdAt: createdMs },
  });
  return {
    rows,
    fragmentCount: (index) => (index === 1 ? 230 : index === 4 ? 0 : 4 + random(index).below(16)),
    fragment: (index, position) => {
      const dice = world.random(`fragments`)(index * 1000 + position);
      return {
        content: dice.pick(names.sentences),
        speaker: `${dice.pick(names.firstNames)} ${dice.pick(names.lastNames)}`,
        startTimestamp: clockTime(position * 6),
        endTimestamp: clockTime(position * 6 + 5),
      };
    },
  };
}
