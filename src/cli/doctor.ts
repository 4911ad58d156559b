import Table from 'cli-table3';
import { API_VERSION } from '../affinity/v2.ts';
import { parseConfig } from '../config.ts';
import { toConnectorError } from '../errors.ts';
import { createTransport } from '../http/transport.ts';
import { connect } from '../source/connection.ts';
import { type Examined, examineGuesses } from '../source/doctor/doctor.ts';
import type { Verdict } from '../source/doctor/guess.ts';
import { createWitness } from '../source/doctor/witness.ts';
import { createRedact, keyOf, type Redact } from '../source/redact.ts';
import { readJsonFile } from './files.ts';
import type { Io } from './io.ts';
import { OutputClosedError, writeLines } from './lines.ts';
import { readVersion } from './version.ts';

export interface DoctorArguments {
  readonly config: string;
  readonly format: 'table' | 'json';
}

/** A person waits for the answer: a silent host is given up soon. */
const IDLE_TIMEOUT_MS = 20_000;

/**
 * Prints what was found about every guess, as text for people and bug reports. Resolves to 0 whatever was found, and to
 * 1, after one sentence, when nothing could be asked.
 */
export async function runDoctor({ config: path, format }: DoctorArguments, io: Io): Promise<number> {
  let redact: Redact = (text) => text;
  const print = (text: string): Promise<void> => writeLines(io.stdout, once(redact(`${text}\n`)));
  try {
    const json = await readJsonFile(io.readFile, path, 'configuration');
    // Before anything is said of the configuration: the key may stand in the wrong place, too.
    redact = createRedact(keyOf(json));
    const config = parseConfig(json);
    const report = await examineAccount(config, io);
    await print(format === 'json' ? JSON.stringify(report, null, 2) : toTable(report));
    return 0;
  } catch (thrown) {
    if (thrown instanceof OutputClosedError || io.stop.aborted) return 1;
    const { message } = toConnectorError(thrown);
    await print(format === 'json' ? JSON.stringify({ error: message }, null, 2) : message).catch(() => undefined);
    return 1;
  }
}

interface Report {
  readonly connector: string;
  readonly apiVersion: string;
  readonly calls: number;
  readonly findings: readonly Examined[];
}

async function examineAccount(config: ReturnType<typeof parseConfig>, io: Io): Promise<Report> {
  const transport = createTransport({ env: io.env, idleTimeoutMs: IDLE_TIMEOUT_MS });
  try {
    const witness = createWitness(transport);
    const { clock, random, stop: signal } = io;
    const connection = connect(config, { clock, random, transport: witness.transport }, { patience: 'prompt' });
    const findings = await examineGuesses({ config, connection, witness, clock, signal });
    return {
      connector: readVersion(),
      apiVersion: API_VERSION,
      calls: connection.pace().callsMade,
      findings,
    };
  } finally {
    await transport.close();
  }
}

const MARKS: Readonly<Record<Verdict, string>> = { confirmed: '✔', refuted: '✘', undecided: '?' };

function toTable({ connector, apiVersion, calls, findings }: Report): string {
  const table = new Table({
    head: ['', 'guess', 'found', 'what the connector does'],
    colWidths: [3, 44, 38, 42],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { id, guess, verdict, found, consequence } of findings) {
    table.push([MARKS[verdict], `${id}: ${guess}`, `${verdict}: ${found}`, consequence]);
  }
  const amount = (verdict: Verdict): string =>
    `${findings.filter((finding) => finding.verdict === verdict).length} ${verdict}`;
  return [
    table.toString(),
    `${amount('confirmed')}, ${amount('refuted')}, ${amount('undecided')}; ${calls} calls.`,
    `source-affinity ${connector}, API version ${apiVersion}. Nothing here names anybody: paste it whole.`,
  ].join('\n');
}

async function* once(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}
