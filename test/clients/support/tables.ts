import { print } from './python-environment.ts';
import { succeed } from './run-command.ts';

export type Counts = Readonly<Record<string, number>>;

const QUERY = `
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[1] != ":memory:")
result = connection.execute(sys.argv[2])
names = [column[0] for column in result.description]
print(json.dumps([dict(zip(names, row)) for row in result.fetchall()], default=str))
`;

export type TableRow = Record<string, unknown>;

/** Asks a DuckDB file (or `:memory:`), with the DuckDB of the environment that wrote it. */
export async function queryDuckDb(python: string, file: string, sql: string): Promise<TableRow[]> {
  return JSON.parse(await succeed(python, ['-c', QUERY, file, sql])) as TableRow[];
}

/** One query for the number of rows in each table. */
export function countingQuery(streams: readonly string[], tableOf: (stream: string) => string, where = 'true'): string {
  return streams
    .map((stream) => `select '${stream}' as stream, count(*) as count from ${tableOf(stream)} where ${where}`)
    .join(' union all ');
}

export function toCounts(rows: readonly TableRow[]): Counts {
  return Object.fromEntries(rows.map(({ stream, count }) => [String(stream), Number(count)]));
}

/** Prints how many rows each stream has in several places, side by side. */
export function printCounts(title: string, columns: Readonly<Record<string, Counts>>): void {
  const places = Object.keys(columns);
  const streams = [...new Set(Object.values(columns).flatMap((counts) => Object.keys(counts)))];
  const width = Math.max(...streams.map((stream) => stream.length), 6);
  const cells = (texts: readonly (string | number)[]): string => texts.map((text) => `${text}`.padStart(12)).join('');
  const lines = streams.map(
    (stream) => `  ${stream.padEnd(width)}${cells(places.map((place) => columns[place]?.[stream] ?? '-'))}`,
  );
  print([title, `  ${'stream'.padEnd(width)}${cells(places)}`, ...lines].join('\n'));
}
