/**
 * `npm run release -- 0.2.0`: makes the commit of a release, and says how to go on. The interface of the release is kept
 * in test/released, which later versions are compared with. Nothing else may wait to be committed.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { releasedFiles, type VersionFiles, versionFiles } from './versions.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [version] = positionals;
try {
  if (version === undefined || positionals.length > 1) throw new Error('Give one version: npm run release -- 0.2.0');
  const changes = git('status', '--porcelain');
  if (changes !== '')
    throw new Error(`A release is a commit of its own. Commit this first, or take it back:\n${changes}`);
  await release(version);
  git('add', ...versionFiles, 'test/released');
  git('commit', '--message', `chore: release ${version}`);
  console.log(`Look at the commit (git show), and push it. When CI has passed on it:

  git tag v${version}
  git push origin v${version}`);
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

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' });
}
