import * as z from 'zod';
import { type ClientAccount, clientConfig } from './account.ts';
import { succeed } from './run-command.ts';
import type { TableRow } from './tables.ts';

const Catalog = z.object({
  streams: z.array(
    z.object({ tap_stream_id: z.string(), schema: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
  ),
});

/** Asks for the columns of all tables, in any of the databases. */
export const COLUMNS_QUERY = `
  select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'affinity'`;

/**
 * The columns that streams declare and tables lack: some loaders leave out what they cannot declare, without a word.
 * Each spells names in its own way, which differs in case and underscores; ours differ in more than that.
 */
export async function missingColumns(
  { sandbox, path }: ClientAccount,
  columns: readonly TableRow[],
): Promise<string[]> {
  const config = clientConfig(sandbox);
  const env = {
    PATH: path,
    TAP_AFFINITY_API_KEY: String(config['api_key']),
    TAP_AFFINITY_API_BASE_URL: String(config['api_base_url']),
    TAP_AFFINITY_LIST_REFERENCES: JSON.stringify(config['list_references']),
  };
  const discovered = await succeed('tap-affinity', ['--config', 'ENV', '--discover'], { env });
  const { streams } = Catalog.parse(JSON.parse(discovered));
  const plain = (table: unknown, column: unknown): string => `${table}.${column}`.toLowerCase().replaceAll('_', '');
  const there = new Set(columns.map(({ table, column }) => plain(table, column)));
  const declared = streams.flatMap(({ tap_stream_id: stream, schema }) =>
    Object.keys(schema.properties).map((property) => ({ stream, property })),
  );
  return declared
    .filter(({ stream, property }) => !there.has(plain(stream, property)))
    .map(({ stream, property }) => `${stream}.${property}`);
}
