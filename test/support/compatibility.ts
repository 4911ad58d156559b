import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AirbyteStream, JsonNode } from './airbyte-run.ts';

/** What `spec` and `discover` said in the newest release. */
export interface Released {
  readonly spec?: JsonNode;
  readonly streams?: readonly AirbyteStream[];
}

const FOLDER = new URL('../released/', import.meta.url);

/** The files of the newest release; nothing of a kind of which there is no file. */
export async function readReleased(folder = FOLDER): Promise<Released> {
  const read = async (name: string): Promise<unknown> => {
    const file = new URL(name, folder);
    return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
  };
  const spec = (await read('spec.json')) as { connectionSpecification: JsonNode } | undefined;
  const catalog = (await read('discovered.json')) as { streams: readonly AirbyteStream[] } | undefined;
  return {
    ...(spec === undefined ? {} : { spec: spec.connectionSpecification }),
    ...(catalog === undefined ? {} : { streams: catalog.streams }),
  };
}

/** What this version broke of a release; nothing where there is none yet. */
export function brokenSinceRelease(released: Released, spec: JsonNode, streams: readonly AirbyteStream[]): string[] {
  return [...brokenSettings(released.spec ?? spec, spec), ...brokenStreams(released.streams ?? [], streams)];
}

/** What was valid for the released version and is not any more, or means something else. */
export function brokenSettings(released: JsonNode, current: JsonNode): string[] {
  return [...settingBreaks(released, current, '')];
}

function* settingBreaks(before: JsonNode, after: JsonNode, path: string): Generator<string> {
  const lost = typesOf(before).filter((type) => !typesOf(after).includes(type) && !isWidened(type, after));
  if (lost.length > 0) yield `${path} is no longer of type ${lost.join(', ')}`;
  for (const keyword of ['format', 'pattern', 'const', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems']) {
    const isSame = JSON.stringify(before[keyword]) === JSON.stringify(after[keyword]);
    if (!isSame && keyword in after) yield `${path} has another ${keyword}`;
  }
  if ('default' in before && JSON.stringify(before['default']) !== JSON.stringify(after['default'])) {
    yield `${path} has another default`;
  }
  const [choices, kept] = [listOf(before['enum']), after['enum']];
  if (Array.isArray(kept)) {
    if (!('enum' in before)) yield `${path} is limited to options`;
    for (const choice of choices) if (!kept.includes(choice)) yield `${path} lost the option ${choice}`;
  }
  for (const name of listOf(after['required'])) {
    if (!listOf(before['required']).includes(name)) yield `${path}.${name} is required now`;
  }
  yield* inner(before, after, path, settingBreaks);
}

/** What tables made by the released version would have to be changed for. */
export function brokenStreams(released: readonly AirbyteStream[], current: readonly AirbyteStream[]): string[] {
  const now = new Map(current.map((stream) => [stream.name, stream]));
  return released.flatMap((before) => {
    const after = now.get(before.name);
    return after === undefined ? [`${before.name} is gone`] : [...streamBreaks(before, after)];
  });
}

function* streamBreaks(before: AirbyteStream, after: AirbyteStream): Generator<string> {
  for (const property of ['namespace', 'source_defined_primary_key', 'default_cursor_field'] as const) {
    if (JSON.stringify(before[property]) !== JSON.stringify(after[property]))
      yield `${before.name} has another ${property}`;
  }
  for (const mode of before.supported_sync_modes) {
    if (!after.supported_sync_modes.includes(mode)) yield `${before.name} has no ${mode} any more`;
  }
  yield* columnBreaks(before.json_schema, after.json_schema, before.name);
}

function* columnBreaks(before: JsonNode, after: JsonNode, path: string): Generator<string> {
  if (typesOf(before).join() !== typesOf(after).join()) yield `${path} is ${typesOf(after)} and was ${typesOf(before)}`;
  for (const keyword of ['format', 'airbyte_type']) {
    if (before[keyword] !== after[keyword]) yield `${path} has another ${keyword}`;
  }
  yield* inner(before, after, path, columnBreaks);
}

/** Goes into what both declare; what only the older one declares is gone. */
function* inner(before: JsonNode, after: JsonNode, path: string, compare: typeof columnBreaks): Generator<string> {
  for (const [name, node] of Object.entries(before.properties ?? {})) {
    const other = after.properties?.[name];
    if (other === undefined) yield `${path}.${name} is gone`;
    else yield* compare(node, other, `${path}.${name}`);
  }
  if (before.items !== undefined) yield* compare(before.items, after.items ?? {}, `${path}[]`);
}

function typesOf({ type }: JsonNode): string[] {
  return [type ?? []].flat().toSorted();
}

function isWidened(type: string, { type: after }: JsonNode): boolean {
  return after === undefined || (type === 'integer' && [after].flat().includes('number'));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
