import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The commands that the README shows below a heading of the third level, as one script. */
export async function readmeCommands(heading: string): Promise<string> {
  const text = await readFile(README, 'utf8');
  const [, section = ''] = new RegExp(`\n### ${heading}\n(.*?)\n##`, 's').exec(text) ?? [];
  const blocks = section.matchAll(/```sh\n(.*?)```/gs);
  return Array.from(blocks, ([, commands = '']) => commands).join('');
}
