import { fileURLToPath } from 'node:url';
import { ConnectorError, toConnectorError } from '../errors.ts';
import type { CommandContext } from '../protocol/airbyte/commands.ts';
import { errorTrace, toLine } from '../protocol/airbyte/messages.ts';
import { createRedact, keyOf, type Redact } from '../source/redact.ts';
import type { AirbyteArguments } from './arguments.ts';
import { type ReadFile, readCatalogFile, readJsonFile, readMessagesFile } from './files.ts';
import type { Io } from './io.ts';
import { OutputClosedError, writeLines } from './lines.ts';

/**
 * Runs one Airbyte command to its end and resolves to the exit code. Every failure is a TRACE ERROR on stdout; a closed
 * stdout ends it quietly.
 */
export async function runAirbyte(argv: readonly string[], io: Io): Promise<number> {
  let redact: Redact = (text) => text;
  const hideKey = (config: unknown): void => {
    redact = createRedact(keyOf(config));
  };
  try {
    const parsed = await parseArguments(argv);
    if (parsed.command === 'text') {
      await writeLines(io.stdout, once(parsed.text));
      return 0;
    }
    if (parsed.command === 'doctor') return await (await import('./doctor.ts')).runDoctor(parsed, io);
    return await runCommand(parsed, io, hideKey, (text) => redact(text));
  } catch (thrown) {
    if (thrown instanceof OutputClosedError) return 1;
    if (io.stop.aborted) return 1;
    const text = redact(toLine(errorTrace(toConnectorError(thrown), io.clock.now())));
    await writeLines(io.stdout, once(text)).catch((error: unknown) => {
      if (!(error instanceof OutputClosedError)) io.stderr?.write(`The output cannot be written: ${error}\n`);
    });
    return 1;
  }
}

/** Platforms ask for the specification most, and time it: that needs no parser. */
async function parseArguments(argv: readonly string[]): Promise<AirbyteArguments> {
  if (argv.length === 1 && argv[0] === 'spec') return { command: 'spec' };
  const { parseAirbyteArguments } = await import('./arguments.ts');
  return await parseAirbyteArguments(argv);
}

type CommandArguments = Exclude<AirbyteArguments, { command: 'text' | 'doctor' }>;

async function runCommand(
  args: CommandArguments,
  io: Io,
  hideKey: (config: unknown) => void,
  redact: Redact,
): Promise<number> {
  if (args.command === 'spec') {
    await writeLines(io.stdout, once(await specLine(io.readFile)));
    return 0;
  }
  // Loaded when it is needed: `spec` answers before all this is read.
  const { checkCommand, discoverCommand, readCommand } = await import('../protocol/airbyte/commands.ts');
  const { openConnection } = await import('./open-connection.ts');
  const { parseConfiguredCatalog } = await import('../protocol/airbyte/configured-catalog.ts');
  const { parseConfig } = await import('../config.ts');
  const isDebug = args.isDebug || io.env['LOG_LEVEL']?.toUpperCase() === 'DEBUG';
  const patience = args.command === 'read' ? 'patient' : 'prompt';
  const opened: { close(): Promise<void> }[] = [];
  // When nobody reads any more, whatever the command waits for is of no use either.
  const outputFailed = new AbortController();
  const stop = AbortSignal.any([io.stop, outputFailed.signal]);
  const write = <Result>(lines: AsyncGenerator<string | Buffer, Result, undefined>): Promise<Result> =>
    writeLines(io.stdout, redacted(lines, redact), () => outputFailed.abort());
  const open = async (): Promise<CommandContext> => {
    const json = await readJsonFile(io.readFile, args.config, 'configuration');
    hideKey(json);
    const connection = openConnection(parseConfig(json), io, patience);
    opened.push(connection);
    return { config: connection.config, connection, clock: io.clock, stop, isDebug };
  };
  try {
    if (args.command === 'check') {
      await write(checkCommand(open));
      return 0;
    }
    const context = await open();
    if (args.command === 'discover') {
      await write(discoverCommand(context));
      return 0;
    }
    const catalog = await readCatalogFile(io.readFile, args.catalog, parseConfiguredCatalog);
    const state = args.state === undefined ? undefined : await readMessagesFile(io.readFile, args.state, 'state');
    const progress = io.progress?.(context.connection.pace);
    const messages = readCommand({
      ...context,
      catalog,
      state,
      jobId: io.env['WORKER_JOB_ID'] || null,
      ...(progress === undefined ? {} : { observe: progress.observe }),
    });
    const isComplete = await write(messages).finally(() => progress?.finish());
    return isComplete ? 0 : 1;
  } finally {
    for (const connection of opened) await connection.close();
  }
}

/** spec.json is the message's content, generated from the configuration's schema. */
async function specLine(readFile: ReadFile): Promise<string> {
  const path = fileURLToPath(new URL('../../spec.json', import.meta.url));
  const spec = await readFile(path).catch((cause: unknown) => {
    throw new ConnectorError('system_error', 'The file spec.json is missing from this installation.', { cause });
  });
  return toLine({ type: 'SPEC', spec: JSON.parse(spec.toString('utf8')) });
}

/** Rows, which come as bytes, are data and pass as they are: only what the connector itself says can hold the key. */
async function* redacted<Result>(
  lines: AsyncGenerator<string | Buffer, Result, undefined>,
  redact: Redact,
): AsyncGenerator<string | Buffer, Result, undefined> {
  try {
    for (;;) {
      const next = await lines.next();
      if (next.done) return next.value;
      yield typeof next.value === 'string' ? redact(next.value) : next.value;
    }
  } finally {
    await lines.return(undefined as never);
  }
}

async function* once(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}
