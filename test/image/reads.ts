import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Output, takeApart } from '../support/airbyte-run.ts';
import type { Account } from './account.ts';
import { runInImage } from './docker.ts';

let files = 0;

/** Reads with a configured catalog and states as a platform gives them; what goes to stderr is a failure. */
export async function readInImage(account: Account, catalog: object, states: readonly object[] = []): Promise<Output> {
  files += 1;
  const names = { catalog: `catalog-${files}.json`, state: `state-${files}.json` };
  for (const [name, content] of Object.entries({ [names.catalog]: catalog, [names.state]: states })) {
    const path = join(account.folder, name);
    await writeFile(path, JSON.stringify(content));
    await chmod(path, 0o444);
  }
  const { exitCode, stdout, stderr } = await runInImage(
    account.mount,
    ...['read', '--config', '/files/config.json'],
    ...['--catalog', `/files/${names.catalog}`, '--state', `/files/${names.state}`],
  );
  if (stderr !== '') throw new Error(`stderr: ${stderr}`);
  return takeApart(stdout, exitCode ?? 1);
}

/** What identifies a row, by the key that its stream declares. */
export function keyOf(account: Account, stream: string, row: Record<string, unknown>): string {
  const declared = account.streams.find(({ name }) => name === stream)?.source_defined_primary_key ?? [];
  return JSON.stringify([stream, ...declared.map(([property]) => row[property ?? ''])]);
}
