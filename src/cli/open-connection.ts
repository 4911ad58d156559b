import type { Config } from '../config.ts';
import { createTransport } from '../http/transport.ts';
import { type Connection, connect } from '../source/connection.ts';
import type { Io } from './io.ts';

export interface OpenConnection extends Connection {
  readonly config: Config;
  close(): Promise<void>;
}

/** Somebody waits for the answer of `check` and `discover`: a silent host is given up sooner. */
const PROMPT_IDLE_TIMEOUT_MS = 20_000;

/** A connection over the real network. */
export function openConnection(
  config: Config,
  { clock, random, env }: Io,
  patience: 'patient' | 'prompt',
): OpenConnection {
  const transport = createTransport({
    env,
    ...(patience === 'prompt' ? { idleTimeoutMs: PROMPT_IDLE_TIMEOUT_MS } : {}),
  });
  const connection = connect(config, { clock, random, transport }, { patience });
  return { ...connection, config, close: () => transport.close() };
}
