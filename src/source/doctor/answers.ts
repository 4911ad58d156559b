import { type ApiObject, isObject } from '../../affinity/answers.ts';
import { ConnectorError } from '../../errors.ts';
import { type JsonResponse, RetriesExhaustedError } from '../../http/client.ts';

export type Answer = Pick<JsonResponse, 'status' | 'headers' | 'json'>;

/** Why a guess stays undecided. The message is made for the report. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** One page of V2 as it came. */
export interface AnswerPage {
  readonly items: readonly unknown[];
  /** The items that are objects. */
  readonly rows: readonly ApiObject[];
  readonly nextUrl: string | undefined;
  readonly totalCount: number | undefined;
}

/** Throws CannotTell for anything but a page. */
export function readPage(answer: Answer): AnswerPage {
  const { data, pagination } = readObject(answer);
  const items = data === null ? [] : data;
  if (!Array.isArray(items) || !isObject(pagination)) throw new CannotTell('200, but not a page');
  const { nextUrl, totalCount } = pagination;
  return {
    items,
    rows: items.filter(isObject),
    nextUrl: typeof nextUrl === 'string' && nextUrl !== '' ? nextUrl : undefined,
    totalCount: typeof totalCount === 'number' ? totalCount : undefined,
  };
}

/** Throws CannotTell for anything but a success with an object in it. */
export function readObject(answer: Answer): ApiObject {
  if (answer.status !== 200) throw new CannotTell(refusal(answer));
  if (!isObject(answer.json)) throw new CannotTell('200, but not an object');
  return answer.json;
}

/** The rows of a page of V1, which may be a bare array. */
export function readLegacyPage(answer: Answer, key: string): { rows: readonly ApiObject[]; token: string | undefined } {
  if (answer.status !== 200) throw new CannotTell(refusal(answer));
  if (Array.isArray(answer.json)) return { rows: answer.json.filter(isObject), token: undefined };
  const { [key]: rows, next_page_token: token } = readObject(answer);
  if (rows !== null && !Array.isArray(rows)) throw new CannotTell('200, but without rows');
  return {
    rows: (rows ?? []).filter(isObject),
    token: typeof token === 'string' && token !== '' ? token : undefined,
  };
}

/** What the connector sends, and the API may therefore name in a refusal. */
const PARAMETERS: ReadonlySet<unknown> = new Set([
  'cursor',
  'fieldIds',
  'fieldTypes',
  'filter',
  'ids',
  'includes',
  'limit',
  'totalCount',
  'X-Affinity-Api-Version',
]);

/** An answer that is no success, in the API's words for it but without its message, which may quote anything. */
export function refusal({ status, json }: Answer): string {
  const [error] = isObject(json) && Array.isArray(json['errors']) ? json['errors'] : [];
  const { code, param } = isObject(error) ? error : {};
  const words = [
    typeof code === 'string' ? word(code) : '',
    PARAMETERS.has(param) ? `parameter ${param}` : '',
    status === 403 ? 'no permission' : '',
  ].filter((each) => each !== '');
  return words.length === 0 ? `status ${status}` : `status ${status} (${words.join(', ')})`;
}

/** Why there was no answer at all, or whatever else went wrong, without a word of what the account holds. */
export function reasonFor(error: unknown): string {
  // The connector's own: a month without calls, for one.
  if (error instanceof CannotTell || error instanceof ConnectorError) return error.message;
  if (error instanceof RetriesExhaustedError) {
    const { lastStatus, lastError, isUnreadable, attempts } = error;
    const last = lastStatus === undefined ? `no answer: ${lastError?.kind ?? 'unknown'}` : `status ${lastStatus}`;
    return `${last}${isUnreadable ? ', unreadable' : ''} (${attempts} attempts)`;
  }
  return error instanceof Error ? `not examined: ${error.name}` : 'not examined';
}

/** A word of the API's vocabulary, such as a code or a type; anything that does not look like one is left out. */
export function word(text: string): string {
  return /^[a-z][a-z-]{0,39}$/.test(text) ? text : '(another word)';
}

/** `1 row`, `2 rows`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** What kind of value it is, in one word. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return value === undefined ? 'missing' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
