import { onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { type AirbyteStream, type Output, type RunOptions, run } from './airbyte-run.ts';

/** Longer than what the connector takes for a mistake, and with characters that travel in several forms. */
export const API_KEY = 'aff_k3y+/=secret~0123456789';

/** A small account behind an API without limits whose clock stands still. */
export async function openAccount(options: SandboxOptions = {}): Promise<Sandbox> {
  return await startSandbox({
    scale: 0.2,
    clock: 'manual',
    apiKey: API_KEY,
    minuteLimit: 1_000_000,
    monthLimit: 100_000,
    ...options,
  });
}

/** The same, closed when the test is over. */
export async function openAccountForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const account = await openAccount(options);
  onTestFinished(() => account.close());
  return account;
}

export type Settings = Record<string, unknown>;

export function configOf({ url, apiKey }: Pick<Sandbox, 'url' | 'apiKey'>, settings: Settings = {}): Settings {
  return { api_key: apiKey, api_base_url: url, ...settings };
}

export type Mode = 'full_refresh' | 'incremental';

/** What a platform sends for the streams that a user selected: incremental only where a stream can. */
export function configure(streams: readonly AirbyteStream[], mode: Mode = 'full_refresh', extra: object = {}): object {
  return {
    streams: streams.map((stream) => ({
      stream,
      sync_mode: stream.supported_sync_modes.includes(mode) ? mode : 'full_refresh',
      destination_sync_mode: 'append',
      ...extra,
    })),
  };
}

/** Streams of which nothing is declared: all that comes goes out. */
export function nameStreams(names: readonly string[], mode: Mode = 'full_refresh', extra: object = {}): object {
  return {
    streams: names.map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'], ...extra },
      sync_mode: mode,
      destination_sync_mode: 'append',
    })),
  };
}

export async function discoverStreams(config: Settings, options: RunOptions = {}): Promise<readonly AirbyteStream[]> {
  const output = await run(['discover', '--config', 'config.json'], { ...options, files: { 'config.json': config } });
  const streams = output.messages.at(-1)?.catalog?.streams;
  if (streams === undefined) throw new Error(`discover gave no catalog: ${output.text.slice(0, 2000)}`);
  return streams;
}

export interface ReadOptions extends RunOptions {
  readonly state?: unknown;
  readonly arguments?: readonly string[];
}

/** Runs `read`; `state` is given as a file when it is there. */
export async function read(config: unknown, catalog: unknown, options: ReadOptions = {}): Promise<Output> {
  const { state, arguments: more = [], ...rest } = options;
  const argv = ['read', '--config', 'config.json', '--catalog', 'catalog.json', ...more];
  const files = { 'config.json': config, 'catalog.json': catalog, ...(state === undefined ? {} : { state }) };
  return await run(state === undefined ? argv : [...argv, '--state', 'state'], { files, ...rest });
}

/** The states of a run as a platform hands them back: the last of each stream. */
export function lastStates({ states }: Output): object[] {
  return [...new Map(states.map((state) => [state.stream.stream_descriptor.name, state])).values()];
}
