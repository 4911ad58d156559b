import type { Writable } from 'node:stream';
import yargs from 'yargs';
import { parseConfig } from '../config.ts';
import { ConnectorError, toConnectorError } from '../errors.ts';
import { toOneLine } from '../json/line.ts';
import type { SingerContext } from '../protocol/singer/commands.ts';
import type { SingerCatalog } from '../protocol/singer/messages.ts';
import { createRedact, keyOf, type Redact } from '../source/redact.ts';
import { type ReadFile, readCatalogFile, readJsonFile, readMessagesFile } from './files.ts';
import type { Io } from './io.ts';
import { OutputClosedError, writeLines } from './lines.ts';
import { readSettingsFromEnvironment } from './settings-from-environment.ts';
import { readVersion } from './version.ts';

export interface SingerIo extends Io {
  /** Where logs go. */
  readonly stderr: Writable;
}

interface SingerArguments {
  readonly config: readonly string[];
  readonly catalog: string | undefined;
  readonly state: string | undefined;
  readonly discover: boolean;
  readonly test: boolean;
  readonly about: boolean;
  readonly format: string;
  readonly isDebug: boolean;
}

/**
 * Runs the tap to its end and resolves to the exit code. stdout is data alone; what goes wrong is said on stderr. A
 * closed stdout ends it quietly.
 */
export async function runSinger(argv: readonly string[], io: SingerIo): Promise<number> {
  let redact: Redact = (text) => text;
  // Without a listener a closed pipe would end the process with a stack trace; that nobody reads logs stops no sync.
  io.stderr.on('error', () => undefined);
  const log = (level: string, message: string): void => {
    io.stderr.write(redact(`${new Date(io.clock.now()).toISOString()} ${level} ${message}\n`));
  };
  try {
    const args = await parseSingerArguments(argv);
    if (typeof args === 'string') {
      await writeLines(io.stdout, once(args));
      return 0;
    }
    if (args.about) {
      const { about } = await import('./about.ts');
      await writeLines(io.stdout, once(await about(args.format)));
      return 0;
    }
    const settings = await readSettings(args.config, io);
    redact = createRedact(keyOf(settings));
    return await runTap(args, settings, io, log);
  } catch (thrown) {
    if (thrown instanceof OutputClosedError || io.stop.aborted) return 1;
    const error = toConnectorError(thrown);
    log('ERROR', error.message);
    return 1;
  }
}

async function runTap(
  args: SingerArguments,
  settings: Record<string, unknown>,
  io: SingerIo,
  log: SingerContext['log'],
): Promise<number> {
  const { openConnection } = await import('./open-connection.ts');
  const { discoverSinger, syncSinger } = await import('../protocol/singer/commands.ts');
  const connection = openConnection(parseConfig(settings), io, args.discover || args.test ? 'prompt' : 'patient');
  const outputFailed = new AbortController();
  const stop = AbortSignal.any([io.stop, outputFailed.signal]);
  const context: SingerContext = {
    config: connection.config,
    connection,
    clock: io.clock,
    stop,
    isDebug: args.isDebug || io.env['LOG_LEVEL']?.toUpperCase() === 'DEBUG',
    log,
  };
  const write = <Result>(lines: AsyncGenerator<string | Buffer, Result, undefined>): Promise<Result> =>
    writeLines(io.stdout, lines, () => outputFailed.abort());
  try {
    if (args.test) {
      const { check } = await import('../source/check.ts');
      log('INFO', await check({ config: connection.config, connection, signal: stop }));
      return 0;
    }
    // Meltano asks for discovery with further flags beside it.
    if (args.discover) {
      await write(catalogText(await discoverSinger(context)));
      return 0;
    }
    const { readSingerCatalog } = await import('../protocol/singer/catalog.ts');
    const { readSavedStates } = await import('../protocol/saved-states.ts');
    const catalog =
      args.catalog === undefined ? undefined : await readCatalogFile(io.readFile, args.catalog, readSingerCatalog);
    const state = args.state === undefined ? undefined : await readMessagesFile(io.readFile, args.state, 'state');
    const progress = io.progress?.(connection.pace);
    const messages = syncSinger({
      ...context,
      catalog,
      bookmarks: readSavedStates(state),
      ...(progress === undefined ? {} : { observe: progress.observe }),
    });
    return (await write(messages).finally(() => progress?.finish())) ? 0 : 1;
  } finally {
    await connection.close();
  }
}

/** For people to read and to change, in pieces: as one text, that of a thousand lists takes hundreds of megabytes. */
async function* catalogText({ streams }: SingerCatalog): AsyncGenerator<string, void, undefined> {
  yield '{\n  "streams": [';
  for (const [index, stream] of streams.entries()) {
    const text = indented(stream).replaceAll('\n', '\n    ');
    yield `${index === 0 ? '' : ','}\n    ${text}`;
  }
  yield '\n  ]\n}\n';
}

/** Over several lines, and otherwise as `toOneLine` writes it: some readers end a line at more than a line feed. */
function indented(value: unknown): string {
  // Half a character is whole after that; the separators are raw again.
  const whole: unknown = JSON.parse(toOneLine(value));
  return JSON.stringify(whole, null, 2).replace(
    /[\u2028\u2029\u0085]/g,
    (separator) => `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Files are merged in their order; the word ENV stands for the environment. */
async function readSettings(
  sources: readonly string[],
  { readFile, env }: { readFile: ReadFile; env: Io['env'] },
): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const source of sources) {
    const read =
      source === 'ENV' ? readSettingsFromEnvironment(env) : await readJsonFile(readFile, source, 'configuration');
    if (typeof read !== 'object' || read === null || Array.isArray(read)) {
      throw new ConnectorError('config_error', `The configuration file ${source} must hold a JSON object.`);
    }
    Object.assign(settings, read);
  }
  return settings;
}

/** Resolves to text for help and the version, which are only to be printed. */
async function parseSingerArguments(argv: readonly string[]): Promise<SingerArguments | string> {
  let printed = '';
  const parsed = await yargs()
    .scriptName('tap-affinity')
    .usage(
      '$0 --config FILE [--catalog FILE] [--state FILE]\n\nReads everything out of an Affinity CRM and speaks the Singer protocol on stdout.',
    )
    .options({
      config: {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Configuration file (JSON), repeatable; ENV reads TAP_AFFINITY_* variables',
      },
      discover: { type: 'boolean', default: false, describe: 'Print the catalog' },
      catalog: {
        type: 'string',
        alias: 'properties',
        requiresArg: true,
        coerce: lastOf<string>,
        describe: 'Catalog file with the selection',
      },
      state: {
        type: 'string',
        requiresArg: true,
        coerce: lastOf<string>,
        describe: 'State file of an earlier sync',
      },
      test: { describe: 'Try the configuration', coerce: (value: unknown) => value !== undefined && value !== false },
      about: { type: 'boolean', default: false, describe: 'Print what this tap is' },
      format: { type: 'string', choices: ['text', 'json', 'markdown'], default: 'text', describe: 'Format of --about' },
      debug: { type: 'boolean', default: false, describe: 'Log every call that is tried again' },
    })
    .strict()
    // Else messages would be in the language of whoever's machine it is.
    .detectLocale(false)
    .parserConfiguration({ 'greedy-arrays': false })
    .version(readVersion())
    .help()
    .exitProcess(false)
    .fail((message, error) => {
      throw new ConnectorError('config_error', `The command line is not understood: ${message ?? error?.message}`, {
        cause: error,
      });
    })
    .parseAsync([...argv], {}, (_error, _parsed, output) => {
      printed = output;
    });
  if (printed !== '') return `${printed}\n`;
  const { config = [], catalog, state, discover, about, format, debug } = parsed;
  if (config.length === 0 && !about)
    throw new ConnectorError('config_error', 'Give the configuration: --config FILE, or --config ENV.');
  return { config, catalog, state, discover, test: parsed.test === true, about, format, isDebug: debug };
}

/** Of an option that was given more than once the last counts. */
function lastOf<Value>(value: Value | readonly Value[] | undefined): Value | undefined {
  return Array.isArray(value) ? value.at(-1) : (value as Value | undefined);
}

async function* once(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}
