import { onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { parseConfig } from '../../src/config.ts';
import type { Clock } from '../../src/http/clock.ts';
import type { HttpRequest } from '../../src/http/exchange.ts';
import { createTransport, type Transport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import type { SyncEvent } from '../../src/source/events.ts';
import { selectStream } from '../../src/source/select.ts';
import type { SyncMode } from '../../src/source/stream-state.ts';
import { sync } from '../../src/source/sync.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { kept } from './sync-run.ts';

export interface VirtualAccount {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly transport: Transport;
}

/**
 * A sandbox and a network whose time is the clock's: answers take `latencyMs` of it, and the sandbox's limits are kept by
 * it. Minutes pass in a moment, and the same run always takes as long.
 */
export async function openVirtualAccount(
  options: SandboxOptions,
  latencyMs: (request: HttpRequest) => number,
): Promise<VirtualAccount> {
  const sandbox = await startSandbox({ ...options, clock: 'manual' });
  const direct = createTransport();
  onTestFinished(async () => {
    await direct.close();
    await sandbox.close();
  });
  const clock = createFakeClock({ isAutomatic: true, startMs: sandbox.nowMs() });
  const transport: Transport = async (request) => {
    const totalMs = latencyMs(request);
    // A tenth of the time is the way there.
    await clock.sleep(totalMs / 10, request.signal);
    sandbox.advance(Math.max(0, clock.now() - sandbox.nowMs()));
    const { signal: _signal, timeoutMs: _timeoutMs, ...plain } = request;
    const response = await clock.hold(direct(plain));
    await clock.sleep(totalMs * 0.9, request.signal);
    return response;
  };
  return { sandbox, clock, transport };
}

export interface VirtualSyncOptions {
  readonly names: readonly string[];
  readonly mode?: SyncMode;
  readonly settings?: Record<string, unknown>;
  readonly stop?: AbortSignal;
  readonly onEvent?: (event: SyncEvent) => void;
  /** How long the writing of a page takes. */
  readonly writeMs?: number;
  /** How far this machine's clock is off, by the time that has passed. */
  readonly clockErrorMs?: (passedMs: number) => number;
}

/** Reads streams of a virtual account as `read` does, from their start. */
export async function syncVirtually(account: VirtualAccount, options: VirtualSyncOptions): Promise<SyncEvent[]> {
  const { sandbox, transport } = account;
  const { names, mode = 'full_refresh', settings, stop, onEvent, writeMs = 0, clockErrorMs = () => 0 } = options;
  const config = parseConfig({ api_key: sandbox.apiKey, api_base_url: sandbox.url, ...settings });
  const startMs = account.clock.monotonic();
  const clock: Clock = {
    ...account.clock,
    now: () => account.clock.now() + clockErrorMs(account.clock.monotonic() - startMs),
  };
  const events: SyncEvent[] = [];
  const running = sync({
    selected: names.map((name) => selectStream({ name, syncMode: mode, properties: undefined, savedState: undefined })),
    connection: connect(config, { clock, random: () => 0.5, transport }, { patience: 'patient' }),
    config,
    clock,
    stop: stop ?? new AbortController().signal,
    jobId: null,
    isDebug: false,
  });
  for await (const event of running) {
    events.push(kept(event));
    onEvent?.(event);
    if (event.type === 'page' && writeMs > 0) await clock.sleep(writeMs);
  }
  return events;
}
