import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, openAccount } from './account.ts';
import { runInImage } from './docker.ts';

let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(async () => {
  await account.close();
});

async function tap(...args: readonly string[]) {
  const flags = [...account.mount, '--read-only', '--cap-drop', 'ALL', '--entrypoint', 'tap-affinity'];
  return await runInImage(flags, ...args);
}

/** How many records of each stream Singer's lines hold. */
function countRecords(lines: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines.split('\n').filter((each) => each !== '')) {
    const { type, stream } = JSON.parse(line) as { type: string; stream: string };
    if (type === 'RECORD') counts[stream] = (counts[stream] ?? 0) + 1;
  }
  return counts;
}

describe('the image with tap-affinity as its entry point', () => {
  it('tells what it is', async () => {
    const { exitCode, stdout } = await tap('--about', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'tap-affinity' });
    expect(exitCode).toBe(0);
  });

  it('discovers a catalog and reads every row of what it selects', async () => {
    const discovered = await tap('--config', '/files/config.json', '--discover');
    expect(discovered.exitCode).toBe(0);
    await writeFile(join(account.folder, 'singer.json'), discovered.stdout, { mode: 0o444 });
    const { exitCode, stdout } = await tap('--config', '/files/config.json', '--catalog', '/files/singer.json');
    const costly = ['dropdown_options', 'note_replies', 'relationships', 'transcript_fragments'];
    const truth = Object.entries(account.sandbox.counts()).filter(
      ([name, rows]) => rows > 0 && !costly.includes(name) && !/^list_\d+_view/.test(name),
    );
    expect(countRecords(stdout)).toEqual(Object.fromEntries(truth));
    expect(exitCode).toBe(0);
  });
});
