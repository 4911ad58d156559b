/** `node scripts/release/notes.ts v0.2.0`: the changelog's section of a tag; fails when any file tells another version. */
import { readFile } from 'node:fs/promises';
import { notesOf } from './changelog.ts';
import { type VersionFiles, versionFiles, versionsIn } from './versions.ts';

const [tag = ''] = process.argv.slice(2);
const texts = await Promise.all(versionFiles.map(async (path) => [path, await readFile(path, 'utf8')] as const));
const files = Object.fromEntries(texts) as VersionFiles;
const versions = new Set(versionsIn(files));
try {
  if (versions.size > 1) throw new Error(`The files disagree about the version: ${[...versions].join(', ')}.`);
  const [version] = versions;
  if (version === undefined || tag !== `v${version}`) throw new Error(`The tag is "${tag}", the version ${version}.`);
  console.log(notesOf(files['CHANGELOG.md'], version));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
