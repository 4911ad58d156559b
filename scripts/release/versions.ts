import { newestVersion, withRelease } from './changelog.ts';

/** Texts of the files that tell the version, by their paths. */
export type VersionFiles = Readonly<Record<(typeof versionFiles)[number], string>>;

/** Every file that tells the version. */
export const versionFiles = [
  'package.json',
  'package-lock.json',
  'metadata.yaml',
  'Dockerfile',
  'CHANGELOG.md',
] as const;

const IN_PACKAGE = /^(?<before> {2}"version": ")(?<version>[^"]+)/m;
/** Of a lock file: its own, and the one of the root package in it. */
const IN_LOCK_ROOT = /^(?<before> {4}"": \{\n {6}"name": "[^"]+",\n {6}"version": ")(?<version>[^"]+)/m;
const IN_METADATA = /^(?<before> {2}dockerImageTag: )(?<version>\S+)/m;
const IN_DOCKERFILE = /^(?<before>ARG VERSION=)(?<version>\S+)/m;

const places: readonly { readonly file: keyof VersionFiles; readonly pattern: RegExp }[] = [
  { file: 'package.json', pattern: IN_PACKAGE },
  { file: 'package-lock.json', pattern: IN_PACKAGE },
  { file: 'package-lock.json', pattern: IN_LOCK_ROOT },
  { file: 'metadata.yaml', pattern: IN_METADATA },
  { file: 'Dockerfile', pattern: IN_DOCKERFILE },
];

/** Each place that tells a version, with the version it tells; they agree when the project is in order. */
export function versionsIn(files: VersionFiles): (string | undefined)[] {
  return [
    ...places.map(({ file, pattern }) => pattern.exec(files[file])?.groups?.['version']),
    newestVersion(files['CHANGELOG.md']),
  ];
}

/** The files as they are in the commit of a release. Throws when that version cannot be the next one. */
export function releasedFiles(files: VersionFiles, version: string, date: string): VersionFiles {
  const current = IN_PACKAGE.exec(files['package.json'])?.groups?.['version'] ?? '';
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is no version such as 0.2.0.`);
  if (compare(version, current) < 0) throw new Error(`${version} is older than ${current}, which the project is at.`);
  const released = { ...files, 'CHANGELOG.md': withRelease(files['CHANGELOG.md'], version, date) };
  for (const { file, pattern } of places) {
    if (!pattern.test(released[file])) throw new Error(`${file} tells no version where it is looked for (${pattern}).`);
    released[file] = released[file].replace(pattern, `$<before>${version}`);
  }
  return released;
}

function compare(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number));
  return (ones ?? []).map((part, index) => part - (others?.[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
