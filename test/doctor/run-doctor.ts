import type { Sandbox } from '../../sandbox/server.ts';
import type { Examined } from '../../src/source/doctor/doctor.ts';
import { configOf, type Settings } from '../support/affinity-account.ts';
import { type RunOptions, runForText } from '../support/airbyte-run.ts';
import { createFakeClock } from '../support/fake-clock.ts';

export interface DoctorReport {
  readonly connector: string;
  readonly apiVersion: string;
  readonly calls: number;
  readonly findings: readonly Examined[];
}

/** Runs the command; waiting takes no time. */
export async function runDoctor(
  settings: Settings,
  { format = 'table', ...options }: RunOptions & { readonly format?: string } = {},
): Promise<{ exitCode: number; text: string }> {
  return await runForText(['doctor', '--config', 'c', '--format', format], {
    files: { c: settings },
    clock: createFakeClock({ isAutomatic: true }),
    random: () => 0,
    ...options,
  });
}

/** The report on a sandbox's account. */
export async function reportOn(account: Sandbox): Promise<DoctorReport> {
  const { exitCode, text } = await runDoctor(configOf(account), { format: 'json' });
  if (exitCode !== 0) throw new Error(text);
  return JSON.parse(text);
}

/** `verdict: found` by guess. */
export function saidOf({ findings }: DoctorReport): Record<string, string> {
  return Object.fromEntries(findings.map(({ id, verdict, found }) => [id, `${verdict}: ${found}`]));
}
