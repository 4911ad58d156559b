import yargs from 'yargs';
import { ConnectorError } from '../errors.ts';
import { readVersion } from './version.ts';

export type AirbyteArguments =
  | { readonly command: 'spec' }
  | { readonly command: 'check'; readonly config: string; readonly isDebug: boolean }
  | { readonly command: 'discover'; readonly config: string; readonly isDebug: boolean }
  | {
      readonly command: 'read';
      readonly config: string;
      readonly catalog: string;
      readonly state: string | undefined;
      readonly isDebug: boolean;
    }
  | { readonly command: 'doctor'; readonly config: string; readonly format: 'table' | 'json' }
  /** Help or the version, to be printed as it is. */
  | { readonly command: 'text'; readonly text: string };

/** Reads the command line of the Airbyte protocol. Throws a `config_error` for one that makes no sense. */
export async function parseAirbyteArguments(argv: readonly string[]): Promise<AirbyteArguments> {
  let parsed: AirbyteArguments | undefined;
  let printed = '';
  const config = {
    type: 'string',
    demandOption: true,
    requiresArg: true,
    describe: 'Configuration file (JSON)',
  } as const;
  const debug = { type: 'boolean', default: false, describe: 'Log every call that is tried again' } as const;
  const parser = yargs()
    .scriptName('source-affinity')
    .usage('$0 <command>\n\nReads everything out of an Affinity CRM and speaks the Airbyte protocol on stdout.')
    // Once more for what stands before the command, which would otherwise be taken for its value.
    .option('debug', debug)
    .command('spec', 'Print what the configuration may hold', { debug }, () => {
      parsed = { command: 'spec' };
    })
    .command('check', 'Try the configuration', { config, debug }, (args) => {
      parsed = { command: 'check', config: args.config, isDebug: args.debug };
    })
    .command('discover', 'Print the streams and their columns', { config, debug }, (args) => {
      parsed = { command: 'discover', config: args.config, isDebug: args.debug };
    })
    .command(
      'read',
      'Print the rows of the configured streams',
      {
        config,
        catalog: { type: 'string', demandOption: true, requiresArg: true, describe: 'Configured catalog file (JSON)' },
        state: { type: 'string', requiresArg: true, describe: 'State file of an earlier sync' },
        debug,
      },
      (args) => {
        parsed = {
          command: 'read',
          config: args.config,
          catalog: args.catalog,
          state: args.state,
          isDebug: args.debug,
        };
      },
    )
    .command(
      'doctor',
      'Test on your account what is not known for sure about the API, for bug reports',
      { config, format: { choices: ['table', 'json'], default: 'table', describe: 'Format of the report' } as const },
      (args) => {
        parsed = { command: 'doctor', config: args.config, format: args.format };
      },
    )
    .demandCommand(1, 'Give a command: spec, check, discover or read.')
    .strict()
    // Else messages would be in the language of whoever's machine it is.
    .detectLocale(false)
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .version(readVersion())
    .help()
    .exitProcess(false)
    .fail((message, error) => {
      throw new ConnectorError('config_error', `The command line is not understood: ${message ?? error?.message}`, {
        cause: error,
      });
    });
  await parser.parseAsync([...argv], {}, (_error, _parsed, output) => {
    printed = output;
  });
  if (printed !== '') return { command: 'text', text: `${printed}\n` };
  if (parsed === undefined)
    throw new ConnectorError(
      'config_error',
      'The command line is not understood: give a command: spec, check, discover or read.',
    );
  return parsed;
}
