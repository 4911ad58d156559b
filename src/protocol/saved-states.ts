import { ConnectorError } from '../errors.ts';

/**
 * Finds each stream's saved state in whatever form it comes back: a list of state messages or a single one, bare or
 * wrapped, per stream, global or legacy, with explicit nulls; or the bookmarks of the Singer tap. No state gives an empty
 * map. Throws a `config_error` for anything that cannot hold states.
 */
export function readSavedStates(json: unknown): Map<string, unknown> {
  const states = new Map<string, unknown>();
  collect(json, states);
  return states;
}

function collect(json: unknown, states: Map<string, unknown>): void {
  if (json === null || json === undefined) return;
  if (Array.isArray(json)) {
    for (const item of json) collect(item, states);
    return;
  }
  if (typeof json !== 'object')
    throw new ConnectorError(
      'config_error',
      'The state cannot be used: it must be a JSON object or a list of state messages.',
    );
  const message = json as Record<string, unknown>;
  // PyAirbyte writes `global_`, since `global` is a word of its language.
  const global = message['global'] ?? message['global_'];
  const wrapped = message['state'] ?? message['value'];
  if (isObject(wrapped)) collect(wrapped, states);
  else if (isObject(message['bookmarks'])) collectByName(message['bookmarks'], states);
  else if (isObject(message['stream'])) collectStream(message['stream'], states);
  else if (isObject(global)) collectGlobal(global, states);
  else if (isObject(message['data'])) collectByName(message['data'], states);
  else if (typeof message['type'] !== 'string') collectByName(message, states);
}

function collectStream(stream: Record<string, unknown>, states: Map<string, unknown>): void {
  const descriptor = stream['stream_descriptor'];
  const name = isObject(descriptor) ? descriptor['name'] : undefined;
  if (typeof name !== 'string')
    throw new ConnectorError('config_error', 'The state cannot be used: one of its messages does not name its stream.');
  states.set(name, stream['stream_state']);
}

function collectGlobal(global: Record<string, unknown>, states: Map<string, unknown>): void {
  const streams = global['stream_states'];
  for (const stream of Array.isArray(streams) ? streams : []) if (isObject(stream)) collectStream(stream, states);
}

function collectByName(byName: Record<string, unknown>, states: Map<string, unknown>): void {
  for (const [name, state] of Object.entries(byName)) states.set(name, state);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
