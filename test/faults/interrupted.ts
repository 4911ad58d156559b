import { systemClock } from '../../src/http/clock.ts';
import type { Row, Stream } from '../../src/streams/stream.ts';
import type { AirbyteStream, Output } from '../support/airbyte-run.ts';

/** What arrived, by stream and key, as JSON: a later row of the same key replaces the earlier one. */
export type Arrived = Map<string, Map<string, string>>;

/** A clock by which every checkpoint is worth a state. */
export function hastyClock() {
  let elapsedMs = 0;
  return {
    ...systemClock,
    monotonic: () => {
      elapsedMs += 60_000;
      return elapsedMs;
    },
  };
}

/** A run cut off behind its first lines, as when the process is killed there. */
export function cutBehind(run: Output, lines: number): { states: unknown[]; messages: Output['messages'] } {
  const messages = run.messages.slice(0, lines);
  const last = new Map(messages.flatMap(({ state }) => (state ? [[state.stream.stream_descriptor.name, state]] : [])));
  return { states: [...last.values()], messages };
}

/** Adds the rows of a run to what arrived before. */
export function collect(streams: readonly AirbyteStream[], messages: Output['messages'], into: Arrived = new Map()) {
  const keysOf = new Map(streams.map((stream) => [stream.name, stream.source_defined_primary_key.flat()]));
  for (const { record } of messages) {
    if (record === undefined) continue;
    const rows = into.get(record.stream) ?? new Map<string, string>();
    into.set(record.stream, rows);
    const key = (keysOf.get(record.stream) ?? []).map((property) => record.data[property]).join(' ');
    rows.set(key, JSON.stringify(record.data));
  }
  return into;
}

/** How many rows of each stream came behind its last state, and would be read again. */
export function unsaved(messages: Output['messages']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { record, state } of messages) {
    if (record !== undefined) counts.set(record.stream, (counts.get(record.stream) ?? 0) + 1);
    if (state !== undefined) counts.set(state.stream.stream_descriptor.name, 0);
  }
  return counts;
}

export function countRows(messages: Output['messages']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { record } of messages)
    if (record !== undefined) counts.set(record.stream, (counts.get(record.stream) ?? 0) + 1);
  return counts;
}

/** Streams whose rows differ, with an example, so that a failure says where to look. */
export function differences(expected: Arrived, actual: Arrived): string[] {
  return [...expected].flatMap(([stream, rows]) => {
    const found = actual.get(stream) ?? new Map<string, string>();
    const wrong = [...rows].filter(([key, json]) => found.get(key) !== json);
    const extra = [...found.keys()].filter((key) => !rows.has(key));
    const [example] = wrong;
    return [
      ...(example === undefined
        ? []
        : [
            `${stream}: ${wrong.length} of ${rows.size} missing or different, such as ${example[0]}: ${firstDifference(found.get(example[0]), example[1])}`,
          ]),
      ...(extra.length === 0 ? [] : [`${stream}: ${extra.length} too many, such as ${extra[0]}`]),
    ];
  });
}

/** Both texts around the place where they part. */
function firstDifference(actual: string | undefined, expected: string): string {
  if (actual === undefined) return `missing, for ${expected.slice(0, 300)}`;
  let at = 0;
  while (actual[at] === expected[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 120), at + 180);
  return `${actual.length} letters for ${expected.length}, at ${at}: …${around(actual)}… for …${around(expected)}…`;
}

/** What tells one version of a row from the next. Deletions and merges change what a note is attached to without a date. */
const VERSION = ['createdAt', 'updatedAt', 'changedAt', 'status', 'content', 'created_at', 'updated_at'];

/** The versions of rows by key. */
export function versionsOf({ primaryKey }: Pick<Stream, 'primaryKey'>, rows: readonly Row[]): Map<string, string> {
  return new Map(
    rows.map((row) => [
      primaryKey.map((property) => row[property]).join(' '),
      JSON.stringify(VERSION.map((property) => row[property])),
    ]),
  );
}
