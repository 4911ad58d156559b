import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import type { Counts } from './tables.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Lists that get a stream of their own in every client. */
export const LISTS = ['3300', '3302'];

export interface ClientAccount {
  readonly sandbox: Sandbox;
  /** A folder of the test's own. */
  readonly folder: string;
  /** Where `source-affinity` and `tap-affinity` are found by their names, to be put first on PATH. */
  readonly path: string;
  close(): Promise<void>;
}

/** An account of about 3,000 rows without limits, and the executables as an installed package has them. */
export async function openClientAccount(): Promise<ClientAccount> {
  const sandbox = await startSandbox({ scale: 1, minuteLimit: 1_000_000 });
  const folder = await mkdtemp(join(tmpdir(), 'affinity-client-'));
  for (const name of ['source-affinity', 'tap-affinity']) {
    await symlink(join(ROOT, 'bin', `${name}.js`), join(folder, name));
  }
  return {
    sandbox,
    folder,
    path: `${folder}:${process.env['PATH'] ?? ''}`,
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The configuration that clients are given. */
export function clientConfig({ url, apiKey }: Sandbox): Record<string, unknown> {
  return { api_key: apiKey, api_base_url: url, list_references: LISTS };
}

/** How many rows a perfect reader brings home of each stream that the configuration gives. */
export function expectedCounts(sandbox: Sandbox): Counts {
  const ours = new Set(LISTS.map((list) => `list_${list}_entries`));
  const counts = Object.entries(sandbox.counts());
  return Object.fromEntries(counts.filter(([stream]) => !/^list_\d/.test(stream) || ours.has(stream)));
}

/** The streams that are read whole each time, and those that are not. */
export const INCREMENTAL = [
  'notes',
  'notes_v2',
  'note_replies',
  'emails',
  'meetings',
  'calls',
  'chat_messages',
  'field_value_changes',
  'reminders',
  'transcripts',
  'transcript_fragments',
  'files',
  'company_merges',
  'person_merges',
];
