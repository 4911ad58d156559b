import { ConnectorError } from '../errors.ts';
import { type CatalogFile, catalogOfBytes } from '../protocol/catalog-file.ts';

export type ReadFile = (path: string) => Promise<Buffer>;

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Reads a JSON file of any name. Throws a `config_error` that names the file and what is wrong with it. */
export async function readJsonFile(readFile: ReadFile, path: string, role: string): Promise<unknown> {
  const text = (await readBytes(readFile, path, role)).toString('utf8');
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
  return parseMessages(path, role, (await readBytes(readFile, path, role)).toString('utf8'));
}

/** Reads a catalog with the help of `parse`, and keeps nothing but what that returns. */
export async function readCatalogFile<Catalog>(
  readFile: ReadFile,
  path: string,
  parse: (file: CatalogFile) => Catalog,
): Promise<Catalog> {
  const body = await readBytes(readFile, path, 'catalog');
  const catalog = parse(catalogOfBytes(body, () => parseMessages(path, 'catalog', body.toString('utf8'))));
  // Dozens of megabytes for a thousand lists, which would otherwise be there until V8 looks for garbage.
  if (body.buffer instanceof ArrayBuffer && body.buffer.byteLength === body.length) body.buffer.transfer(0);
  return catalog;
}

function parseMessages(path: string, role: string, text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = readLines(text);
    if (lines === undefined) throw invalidJson(path, role, text, error);
    return lines;
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

/** In UTF-8, without the mark that some editors write first. */
async function readBytes(readFile: ReadFile, path: string, role: string): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    const isMarked = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    return isMarked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason = REASONS[code] ?? code;
    const said = reason === '' ? '' : `: ${reason}`;
    throw new ConnectorError('config_error', `The ${role} file ${path} cannot be read${said}.`, { cause });
  }
}
