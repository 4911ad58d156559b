const HEADING = /^## \[([^\]]+)\](?: - (\S+))?$/;
const VERSION = /^\d+\.\d+\.\d+$/;

interface Section {
  readonly name: string;
  readonly date: string | undefined;
  readonly line: number;
  readonly body: string;
}

function sections(changelog: string): Section[] {
  const lines = changelog.split('\n');
  const starts = lines.flatMap((text, line) => {
    const [, name, date] = HEADING.exec(text) ?? [];
    return name === undefined ? [] : [{ name, date, line }];
  });
  return starts.map((start, index) => {
    const end = starts[index + 1]?.line ?? lines.length;
    const body = lines
      .slice(start.line + 1, end)
      .join('\n')
      .trim();
    return { ...start, body };
  });
}

/** The version of the newest section that names one, be it released or not. */
export function newestVersion(changelog: string): string | undefined {
  return sections(changelog).find(({ name }) => VERSION.test(name))?.name;
}

/** What a version's section says; throws when there is none, or when it has no date. */
export function notesOf(changelog: string, version: string): string {
  const section = sections(changelog).find(({ name }) => name === version);
  if (section === undefined) throw new Error(`CHANGELOG.md has no section [${version}].`);
  if (section.date === undefined || section.date === 'unreleased')
    throw new Error(`CHANGELOG.md has no date for [${version}].`);
  return section.body;
}

/**
 * Gives the topmost section, which must not be released yet, a version and a date. Such a section is headed
 * `[Unreleased]`, or by the version with `unreleased` for a date.
 */
export function withRelease(changelog: string, version: string, date: string): string {
  const [top] = sections(changelog);
  if (top === undefined || !(top.name === 'Unreleased' || (top.name === version && top.date === 'unreleased')))
    throw new Error(
      'The topmost section of CHANGELOG.md is released: write "## [Unreleased]" and what is new above it.',
    );
  if (top.body === '') throw new Error(`The section [${top.name}] of CHANGELOG.md says nothing.`);
  return changelog.split('\n').with(top.line, `## [${version}] - ${date}`).join('\n');
}
