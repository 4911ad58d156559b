import { ConnectorError } from '../errors.ts';

export type ReadFile = (path: string) => Promise<string>;

/** Reads a JSON file of any name. Throws a `config_error` that names the file and what is wrong with it. */
export async function readJsonFile(readFile: ReadFile, path: string, role: string): Promise<unknown> {
  const text = await readText(readFile, path, role);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidJson(path, role, text, error);
  }
}

/**
 * Reads a file that holds JSON, or a message a line, as the output of an earlier command does: the latter gives a list.
 * An empty file gives undefined.
 */
export async function readMessagesFile(readFile: ReadFile, path: string, role: string): Promise<unknown> {
  const text = await readText(readFile, path, role);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    return readLines(text) ?? Promise.reject(invalidJson(path, role, text, error));
  }
}

function readLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  try {
    return lines.map((line) => JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The parser's own message is no `cause` to keep: it quotes the file, and with it perhaps the API key. */
function invalidJson(path: string, role: string, text: string, error: unknown): ConnectorError {
  const file = `The ${role} file ${path}`;
  if (text.trim() === '') return new ConnectorError('config_error', `${file} is empty.`);
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  const before = text.slice(0, Number(position ?? 0)).split('\n');
  const place = position === undefined ? '' : ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
  return new ConnectorError('config_error', `${file} is not valid JSON${place}.`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};

async function readText(readFile: ReadFile, path: string, role: string): Promise<string> {
  try {
    return (await readFile(path)).replace(/^\uFEFF/, '');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = REASONS[code] ?? code;
    const said = reason === '' ? '' : `: ${reason}`;
    throw new ConnectorError('config_error', `The ${role} file ${path} cannot be read${said}.`, { cause });
  }
}
