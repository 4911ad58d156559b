import type { Affinity } from '../affinity/client.ts';
import { LegacyRateLimit, WhoAmI } from '../affinity/models/envelopes.ts';
import { isMonthUnlimited } from '../affinity/rate-limit.ts';
import type { Config } from '../config.ts';
import { ConnectorError } from '../errors.ts';
import { streams } from '../streams/index.ts';
import { type ListOrView, listEntriesStream } from '../streams/list-entries.ts';
import { createLookups, type Lookups } from '../streams/lookups.ts';
import type { Permission, Stream } from '../streams/stream.ts';
import type { Connection } from './connection.ts';
import { expandReferences, isStatus, requireSheet } from './discover.ts';

export interface CheckOptions {
  readonly config: Config;
  readonly connection: Connection;
  readonly signal?: AbortSignal;
}

/**
 * Tries the configuration: about a dozen calls, side by side, one for each permission. Resolves to a message for the
 * user, which names the account, the calls left, and what this key may not read. Rejects when nothing could be synced.
 */
export async function check({ config, connection, signal }: CheckOptions): Promise<string> {
  const ask = (what: string, permission?: string): Affinity =>
    connection.affinity.for({ lane: 'check', what, permission, ...(signal === undefined ? {} : { signal }) });
  const lookups = createLookups(ask);

  const who = await whoAmI(ask);
  const [forbidden, gone, callsLeft] = await Promise.all([
    findForbidden(ask, config),
    findGone(ask, config, lookups),
    monthlyCallsLeft(ask, connection),
  ]);
  return [who, callsLeft, ...forbidden, ...gone].filter((sentence) => sentence !== '').join(' ');
}

type Ask = (what: string, permission?: string) => Affinity;

/** Whose key it is, unchecked. Rejects with a sentence for the user when nothing can be asked with the key. */
export async function askOwner(ask: Ask): Promise<unknown> {
  return await ask('the owner of the API key')
    .v2.get('/v2/auth/whoami')
    .catch(async (error: unknown) => {
      throw isStatus(error, 401) && (await worksOnV1(ask)) ? withoutV2(error) : error;
    });
}

async function whoAmI(ask: Ask): Promise<string> {
  const answer = await askOwner(ask);
  const { tenant, user } = WhoAmI.safeParse(answer).data ?? {};
  if (user === undefined) return 'Connected to Affinity.';
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ');
  const address = user.emailAddress == null ? '' : ` (${user.emailAddress})`;
  return `Connected as ${name || `user ${user.id}`}${address} to ${tenant?.name ?? 'Affinity'}.`;
}

/** 401 from V2 may mean a wrong key, or a plan without it; the legacy API knows the key in the second case. */
async function worksOnV1(ask: Ask): Promise<boolean> {
  return await ask('the owner of the API key')
    .v1.get('/auth/whoami')
    .then(
      () => true,
      () => false,
    );
}

function withoutV2(cause: unknown): ConnectorError {
  return new ConnectorError(
    'config_error',
    'The API key is valid for the legacy API (V1) only: the plan of this Affinity account does not include the API V2, which the connector needs.',
    { cause },
  );
}

/** Asks one thing per permission and names each stream that lacks it. */
async function findForbidden(ask: Ask, config: Config): Promise<string[]> {
  const byPermission = new Map<Permission, Stream[]>();
  const referenced = config.listReferences.flatMap((reference) =>
    reference.kind === 'all' ? [] : [listEntriesStream(reference)],
  );
  for (const stream of [...streams, ...referenced]) {
    if (stream.permission === undefined) continue;
    byPermission.set(stream.permission, [...(byPermission.get(stream.permission) ?? []), stream]);
  }
  const sentences = await Promise.all(
    [...byPermission].map(async ([permission, needing]) => {
      const isAllowed = await isPermitted(() =>
        ask(permission.probePath, permission.name).v2.get(permission.probePath, { limit: 1 }),
      );
      return isAllowed
        ? ''
        : `Not readable without the permission "${permission.name}": ${needing.map(({ name }) => name).join(', ')}.`;
    }),
  );
  const hasNotes = await isPermitted(() => ask('notes').v1.get('/notes', { page_size: 1 }));
  return hasNotes ? sentences : [...sentences, 'Not readable, since this key may not use the legacy API: notes.'];
}

async function isPermitted(probe: () => Promise<unknown>): Promise<boolean> {
  try {
    await probe();
    return true;
  } catch (error) {
    if (isStatus(error, 403)) return false;
    throw error;
  }
}

/** Platforms check after every failed sync: a list that was deleted must not stop the companies. */
async function findGone(ask: Ask, config: Config, lookups: Lookups): Promise<string[]> {
  const references = await expandReferences(config, lookups);
  const isGone = await Promise.all(references.map((reference) => isReferenceGone(ask, reference, lookups)));
  const gone = references.filter((_reference, index) => isGone[index]);
  if (gone.length === 0) return [];
  const names = gone
    .map((reference) => (reference.kind === 'view' ? `${reference.listId}/${reference.viewId}` : `${reference.listId}`))
    .join(', ');
  if (gone.length < references.length) {
    return [`These list references do not exist any more, or this key cannot see them, and are left out: ${names}.`];
  }
  throw new ConnectorError(
    'config_error',
    `None of the list references exists, or this key cannot see them: ${names}.`,
  );
}

async function isReferenceGone(ask: Ask, reference: ListOrView, lookups: Lookups): Promise<boolean> {
  const lists = await lookups.lists();
  if (!lists.some(({ id }) => id === reference.listId)) return true;
  if (reference.kind === 'list') return false;
  try {
    await requireSheet(ask(`view ${reference.viewId} of list ${reference.listId}`), reference);
    return false;
  } catch (error) {
    if (isStatus(error, 404)) return true;
    throw error;
  }
}

/** The request costs nothing of the month. Where it is not understood, the headers of the other answers tell. */
async function monthlyCallsLeft(ask: Ask, connection: Connection): Promise<string> {
  const answer = await ask('the rate limit')
    .v1.get('/rate-limit')
    .catch(() => undefined);
  const told = LegacyRateLimit.safeParse(answer).data?.rate.org_monthly?.remaining;
  const remaining = typeof told === 'number' ? told : connection.pace().monthRemaining;
  if (remaining !== undefined) return `${remaining.toLocaleString('en-US')} API calls are left this month.`;
  return isMonthUnlimited(answer) ? 'The account has no monthly limit of API calls.' : '';
}
