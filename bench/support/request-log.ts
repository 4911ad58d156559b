import type { SandboxProcess } from './processes.ts';

/** A request as the sandbox's log tells it. */
export interface LoggedRequest {
  readonly path: string;
  readonly query: string;
  readonly status: number;
  /** The sandbox's time of arrival. */
  readonly atMs: number;
  readonly durationMs: number;
}

/** What was asked of the API since the log was last emptied. */
export async function requestsOf(sandbox: SandboxProcess): Promise<readonly LoggedRequest[]> {
  return (await sandbox.ask('GET', 'requests')) as readonly LoggedRequest[];
}

export async function forgetRequests(sandbox: SandboxProcess): Promise<void> {
  await sandbox.ask('DELETE', 'requests');
}
