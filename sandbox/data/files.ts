import { Collection } from './collection.ts';
import { isoSeconds } from './time.ts';
import { updatedMsOf, type World } from './world.ts';

/** A file without what it belongs to: V2 does not tell. */
export type FileRow = {
  id: number;
  name: string;
  size: number;
  type: string | null;
  creator: { id: number } | null;
  createdAt: string;
  updatedAt: string | null;
};

/** Makes the files, oldest first. */
export function makeFiles(world: World, userId: (n: number) => number): Collection<FileRow> {
  const random = world.random('files');
  const createdMs = world.createdMs('files', world.sizes.files);
  const updatedMs = updatedMsOf(world, 'files', createdMs);
  return new Collection<FileRow>({
    name: 'files',
    size: world.sizes.files,
    firstId: 500,
    make: (index) => {
      const dice = random(index);
      const updated = updatedMs(index);
      return {
        id: 500 + index,
        name: index % 15 === 4 ? 'deck \u{1f4c8} \u201cfinal\u201d.pdf' : dice.pick(world.names.fileNames),
        size: dice.below(9_000_000),
        type: index % 9 === 5 ? null : 'application/pdf',
        creator: index % 8 === 6 ? null : { id: userId(dice.next()) },
        createdAt: isoSeconds(createdMs(index)),
        updatedAt: updated === null ? null : isoSeconds(updated),
      };
    },
    peek: { id: (index) => 500 + index, createdAt: createdMs },
  });
}

/** Which record a file belongs to, as V1 tells it: one of the three. */
export function fileOwner(index: number): { kind: 'company' | 'person' | 'opportunity'; number: number } {
  const kinds = ['company', 'person', 'company', 'opportunity'] as const;
  return { kind: kinds[index % 4] ?? 'company', number: index * 13 };
}
