import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from '../data/account.ts';
import { saltOf } from '../data/random.ts';
import { compileFilter } from '../filter/compile.ts';
import type { Settings } from '../options.ts';
import { newestVersion, versions } from '../routes/specs.ts';
import { type Api, ApiError, invalid, notFound } from './api-error.ts';
import { type Cursor, decodeCursor, questionOf } from './cursor.ts';
import type { Limits } from './limits.ts';
import type { Match } from './match.ts';
import { cutPage, cutV1Page, decodeToken, type Page } from './page.ts';
import type { PageCache } from './page-cache.ts';
import { type Params, parseParams } from './params.ts';
import type { Answer, Call } from './route.ts';

/** What an answer is made from besides the request. */
export type Context = {
  account: Account;
  settings: Settings;
  limits: Limits;
  nowMs: number;
  cursorEpoch: number;
  pages: PageCache;
};

/** A request taken apart. */
export type Request = { api: Api; path: string; query: URLSearchParams; origin: string; headers: IncomingHttpHeaders };

/** The version a request asks for; throws for one that is not supported. */
export function versionOf(headers: IncomingHttpHeaders, settings: Settings): string {
  const asked = headers['x-affinity-api-version'];
  if (asked === undefined) return settings.defaultVersion;
  const version = asked === 'current' ? newestVersion : String(asked);
  if (!versions.includes(version)) throw invalid('X-Affinity-Api-Version', 'Unsupported API version');
  return version;
}

/** Works out the answer of a matched request: text, or a page that is not yet written. */
export function answer(
  context: Context,
  request: Request,
  match: Match,
  version: string,
): { text: string } | { page: Page } {
  const { route } = match;
  const { settings, account, limits, nowMs } = context;
  if (route.minVersion !== undefined && version < route.minVersion) throw notFound('Endpoint');
  const may = (permission: string) => !settings.deny.includes(permission);
  if (route.permission !== undefined && !may(route.permission))
    throw new ApiError(403, 'authorization', `Missing permission: ${route.permission}`);
  const { query, cursor } =
    request.api === 'v2' ? questionInCursor(context, request) : { query: request.query, cursor: null };
  const params = parseParams(route.params, query);
  const call: Call = {
    account,
    settings,
    limits,
    params,
    version,
    nowMs,
    may,
    id: (name) => match.ids.get(name) ?? 0,
    name: (name) => match.names.get(name) ?? '',
    filter: filterOf(params, route.filter),
  };
  return finish(route.handle(call), { version, context, request, query, params, cursor });
}

function filterOf(params: Params, rules: Match['route']['filter']): Call['filter'] {
  const text = params.text('filter');
  return text === undefined || rules === undefined ? null : compileFilter(text, rules);
}

/** A cursor holds the question; whoever repeats the question beside it must repeat it unchanged. */
function questionInCursor(context: Context, request: Request): { query: URLSearchParams; cursor: Cursor | null } {
  const text = request.query.get('cursor');
  if (text === null) return { query: request.query, cursor: null };
  const cursor = decodeCursor(text);
  const asked = questionOf(request.query);
  if (cursor.path !== request.path || (asked !== '' && asked !== cursor.query))
    throw invalid('cursor', 'The cursor belongs to another request');
  const { cursorTtlMs } = context.settings;
  const isOld = cursorTtlMs !== null && context.nowMs - cursor.issuedMs > cursorTtlMs;
  if (isOld || cursor.epoch !== context.cursorEpoch) throw invalid('cursor', 'The cursor has expired');
  const query = new URLSearchParams(cursor.query);
  const limit = request.query.get('limit');
  if (limit !== null) query.set('limit', limit);
  query.set('cursor', text);
  return { query, cursor };
}

type Parts = {
  version: string;
  context: Context;
  request: Request;
  query: URLSearchParams;
  params: Params;
  cursor: Cursor | null;
};

function finish(result: Answer, parts: Parts): { text: string } | { page: Page } {
  if (result.kind === 'json') return { text: result.text };
  const { version, context, request, query, params, cursor } = parts;
  if (result.kind === 'v1-page') {
    const question = v1Question(query);
    const token = params.text('page_token');
    const place = token === undefined ? undefined : decodeToken(token);
    const size = rowsOfPage(
      context,
      `${request.path}?${question} ${place?.offset ?? 0}`,
      params.integer('page_size') ?? 500,
    );
    if (token !== undefined && (place === undefined || place.path !== request.path || place.params !== question)) {
      throw new ApiError(422, 'validation', 'Invalid page_token variable');
    }
    return {
      page: cutV1Page(result.key, result.rows, {
        path: request.path,
        params: question,
        size,
        offset: place?.offset ?? 0,
        nonce: place?.nonce ?? 0,
      }),
    };
  }
  const { origin, path } = request;
  const { nowMs, cursorEpoch: epoch } = context;
  const place = {
    origin,
    path,
    query,
    question: questionOf(query),
    limit: rowsOfPage(
      context,
      `${path}?${questionOf(query)} ${JSON.stringify(cursor?.after ?? null)}`,
      params.integer('limit') ?? 100,
    ),
    cursor,
    nowMs,
    epoch,
    version,
  };
  const options = {
    hasTotal: params.flag('totalCount'),
    isNullable: result.isNullable ?? false,
    extra: result.extra ?? '',
    cache: result.isCacheable === true ? context.pages : null,
  };
  return { page: cutPage(result.sequence, place, options) };
}

/** As many as are asked for, or fewer, as an API may; the same number each time at the same place. */
function rowsOfPage({ settings }: Context, place: string, limit: number): number {
  const { unevenSeed } = settings;
  return unevenSeed === null || limit < 1 ? limit : 1 + (saltOf(unevenSeed, place) % limit);
}

/** On V1 the size of a page is part of the question too. */
function v1Question(query: URLSearchParams): string {
  const kept = [...query].filter(([name]) => name !== 'page_token');
  return new URLSearchParams(kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))).toString();
}
