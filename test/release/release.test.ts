import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { newestVersion, notesOf, withRelease } from '../../scripts/release/changelog.ts';
import { releasedFiles, type VersionFiles, versionFiles, versionsIn } from '../../scripts/release/versions.ts';
import { temporaryFolder } from '../support/airbyte-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function filesIn(folder: string): Promise<VersionFiles> {
  const texts = await Promise.all(versionFiles.map(async (path) => [path, await readFile(join(folder, path), 'utf8')]));
  return Object.fromEntries(texts);
}

const changelog =
  '# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- A stream.\n\n## [0.1.0] - 2026-01-01\n\n- All.\n';

describe('the project', async () => {
  const files = await filesIn(ROOT);

  it('tells the same version in every file', () => {
    const [version, ...others] = versionsIn(files);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(others).toEqual(others.map(() => version));
    expect(others).toHaveLength(5);
  });

  it('tells the next version in every file, and no longer the last', () => {
    const next = { ...files, 'CHANGELOG.md': changelog };
    const released = releasedFiles(next, '7.8.9', '2027-01-02');
    expect(versionsIn(released)).toEqual(versionsIn(files).map(() => '7.8.9'));
    expect(JSON.parse(released['package-lock.json'])).toEqual({
      ...JSON.parse(files['package-lock.json']),
      version: '7.8.9',
      packages: {
        ...JSON.parse(files['package-lock.json']).packages,
        '': { ...JSON.parse(files['package-lock.json']).packages[''], version: '7.8.9' },
      },
    });
  });

  it.each(['0.0.9', '1.0', 'v1.0.0', '1.0.0-beta.1'])('is not released as %s', (version) => {
    expect(() => releasedFiles({ ...files, 'CHANGELOG.md': changelog }, version, '2027-01-02')).toThrow(version);
  });
});

describe('a release of the changelog', () => {
  it('dates the section of what is unreleased, which then are the notes', () => {
    const released = withRelease(changelog, '0.2.0', '2027-01-02');
    expect(released).toBe(changelog.replace('[Unreleased]', '[0.2.0] - 2027-01-02'));
    expect(newestVersion(changelog)).toBe('0.1.0');
    expect(newestVersion(released)).toBe('0.2.0');
    expect(notesOf(released, '0.2.0')).toBe('### Added\n\n- A stream.');
  });

  it('takes a version that was announced', () => {
    const announced = changelog.replace('[Unreleased]', '[0.2.0] - unreleased');
    expect(() => notesOf(announced, '0.2.0')).toThrow('no date');
    expect(withRelease(announced, '0.2.0', '2027-01-02')).toContain('\n## [0.2.0] - 2027-01-02\n');
    expect(() => withRelease(announced, '0.3.0', '2027-01-02')).toThrow('[Unreleased]');
  });

  it('fails when there is nothing new to tell', () => {
    const released = withRelease(changelog, '0.2.0', '2027-01-02');
    expect(() => withRelease(released, '0.3.0', '2027-01-03')).toThrow('[Unreleased]');
    expect(() => withRelease(released.replace('## [0.2', '## [Unreleased]\n\n## [0.2'), '0.3.0', '2027-01-03')).toThrow(
      'says nothing',
    );
  });
});

describe('the commands, in a copy of the project', () => {
  const author = { name: 'Ada', email: 'ada@example.com' };

  /** A repository with all that a release needs, and something new to tell. */
  async function copyProject() {
    const folder = await temporaryFolder();
    for (const path of [...versionFiles, 'scripts/release'])
      await cp(join(ROOT, path), join(folder, path), { recursive: true });
    await writeFile(join(folder, 'CHANGELOG.md'), changelog);
    await mkdir(join(folder, 'test/released'), { recursive: true });
    const save = "import { writeFileSync } from 'node:fs'; writeFileSync('test/released/spec.json', '{}');";
    await writeFile(join(folder, 'scripts/save-released.ts'), save);
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const execute = async (program: string, args: readonly string[]) =>
      (await promisify(execFile)(program, args, { cwd: folder, env })).stdout;
    const git = async (...args: readonly string[]) => await execute('git', args);
    await git('init', '--quiet');
    for (const [key, value] of Object.entries(author)) await git('config', `user.${key}`, value);
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'feat: add a stream');
    return { folder, git, node: async (...args: readonly string[]) => await execute(process.execPath, args) };
  }

  it('make a commit of the release and its interface, and print its notes', async () => {
    const { folder, git, node } = await copyProject();
    const said = await node('scripts/release/release.ts', '99.0.0');
    expect(said).toContain('git tag v99.0.0');
    expect(new Set(versionsIn(await filesIn(folder)))).toEqual(new Set(['99.0.0']));
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('log', '--format=%s')).toBe('chore: release 99.0.0\nfeat: add a stream\n');
    const changed = (await git('show', '--name-only', '--format=')).trim().split('\n');
    expect(changed.sort()).toEqual([...versionFiles, 'test/released/spec.json'].sort());
    expect(await node('scripts/release/notes.ts', 'v99.0.0')).toBe('### Added\n\n- A stream.\n');
    await expect(node('scripts/release/notes.ts', 'v99.1.0')).rejects.toThrow(
      'The tag is "v99.1.0", the version 99.0.0.',
    );
    await expect(node('scripts/release/release.ts', '99.1.0')).rejects.toThrow('[Unreleased]');
  });

  it('touch nothing while there is something else to commit', async () => {
    const { folder, git, node } = await copyProject();
    await writeFile(join(folder, 'CHANGELOG.md'), `${changelog}\nMore.\n`);
    await expect(node('scripts/release/release.ts', '99.0.0')).rejects.toThrow('CHANGELOG.md');
    expect(await git('log', '--format=%s')).toBe('feat: add a stream\n');
    expect(await git('status', '--porcelain')).toBe(' M CHANGELOG.md\n');
  });
});
