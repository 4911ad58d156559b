import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseAirbyteArguments } from '../../src/cli/arguments.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Every command line of the doctor in a text, without what comes before the word. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/\bdoctor (--[^`\n]+)/g)].map(([, options = '']) => [
    'doctor',
    ...options.trim().split(' '),
  ]);
}

describe('the documents of the doctor', () => {
  it.each(['docs/doctor.md', '.github/ISSUE_TEMPLATE/bug.yml'])('%s has commands that are understood', async (path) => {
    const commands = commandsIn(await read(path));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect((await parseAirbyteArguments(command)).command).toBe('doctor');
  });

  it('are asked for in bug reports', async () => {
    const template = parse(await read('.github/ISSUE_TEMPLATE/bug.yml')) as {
      body: { id: string; attributes: { render?: string }; validations?: { required?: boolean } }[];
    };
    const question = template.body.find(({ id }) => id === 'doctor');
    expect(question).toMatchObject({ attributes: { render: 'text' }, validations: { required: true } });
  });
});
