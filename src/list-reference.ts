import { ConnectorError } from './errors.ts';

/** A list, one of its views, or every list of the account. */
export type ListReference =
  | { readonly kind: 'all' }
  | { readonly kind: 'list'; readonly listId: number }
  | { readonly kind: 'view'; readonly listId: number; readonly viewId: number };

/** What follows a list may be anything but a view that cannot be read. */
const LIST_PATH = /^\/lists\/(\d+)(?:-[^/]*)?(?:\/views\/(\d+)(?:-[^/]*)?(?:\/.*)?|(?!\/views\/.)(?:\/.*)?)$/;
const IDS = /^(\d+)(?:\/(\d+))?$/;

/**
 * Reads what users paste: a list or view URL as the browser shows it, `123`, `123/456`, or `all`.
 * Throws a `config_error` that repeats the reference and says which forms there are.
 */
export function parseListReference(text: string): ListReference {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'all') return { kind: 'all' };
  const ids = IDS.exec(trimmed) ?? matchListUrl(trimmed);
  const listId = toId(ids?.[1]);
  const viewId = toId(ids?.[2]);
  if (listId === undefined || (ids?.[2] !== undefined && viewId === undefined)) throw malformed(text);
  return viewId === undefined ? { kind: 'list', listId } : { kind: 'view', listId, viewId };
}

function matchListUrl(text: string): RegExpExecArray | null {
  // Some browsers leave the scheme out when an address is copied.
  const url = URL.parse(/^[\w.-]+\.affinity\.co\//.test(text) ? `https://${text}` : text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.hostname !== 'affinity.co' && !url.hostname.endsWith('.affinity.co')) return null;
  return LIST_PATH.exec(url.pathname);
}

function toId(digits: string | undefined): number | undefined {
  const id = Number(digits);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function malformed(text: string): ConnectorError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new ConnectorError(
    'config_error',
    `The list reference "${shown}" is not understood: give a list or view URL such as https://acme.affinity.co/lists/123/views/456-all, a list id (123), a list and view id (123/456), or "all".`,
  );
}
