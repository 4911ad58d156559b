/**
 * `npm run release -- 0.2.0`: writes what the commit of a release consists of, and says how to go on. The interface of
 * the release is kept in test/released, which later versions are compared with.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { releasedFiles, type VersionFiles, versionFiles } from './versions.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [version] = positionals;
try {
  if (version === undefined || positionals.length > 1) throw new Error('Give one version: npm run release -- 0.2.0');
  await release(version);
  const paths = [...versionFiles, 'test/released'].join(' ');
  console.log(`Look at the difference, and when CI has passed on it:

  git add ${paths}
  git commit -m "chore: release ${version}"
  git tag v${version}
  git push origin HEAD v${version}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function release(next: string): Promise<void> {
  const texts = await Promise.all(versionFiles.map(async (path) => [path, await readFile(path, 'utf8')] as const));
  const today = new Date().toISOString().slice(0, 10);
  const released = releasedFiles(Object.fromEntries(texts) as VersionFiles, next, today);
  execFileSync(process.execPath, ['scripts/save-released.ts'], { stdio: 'inherit' });
  for (const path of versionFiles) await writeFile(path, released[path]);
}
