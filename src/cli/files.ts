import { ConnectorError } from '../errors.ts';

export type ReadFile = (path: string) => Promise<string>;

/** Reads a JSON file of any name. Throws a `config_error` that names the file and what is wrong with it. */
export async function readJsonFile(readFile: ReadFile, path: string, role: string): Promise<unknown> {
  const text = await readText(readFile, path, role);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConnectorError('config_error', `The ${role} file ${path} is not valid JSON.`, { cause });
  }
}

/**
 * Reads a state file: JSON, or a message a line, as the output of an earlier sync has them. An empty file is no state.
 */
export async function readStateFile(readFile: ReadFile, path: string): Promise<unknown> {
  const text = await readText(readFile, path, 'state');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      if (lines.length > 1) return lines.map((line) => JSON.parse(line));
    } catch {
      // Said below, for both forms.
    }
    throw new ConnectorError('config_error', `The state file ${path} is not valid JSON.`, { cause });
  }
}

async function readText(readFile: ReadFile, path: string, role: string): Promise<string> {
  try {
    return (await readFile(path)).replace(/^\uFEFF/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new ConnectorError('config_error', `The ${role} file ${path} cannot be read${code}.`, { cause });
  }
}
