import { ConnectorError, type FailureType } from '../errors.ts';

/** An answer of the API that is not the one asked for. `status`, `code` and `param` are the API's own. */
export class ApiError extends ConnectorError {
  readonly status: number;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(failureType: FailureType, message: string, answer: Answer & { readonly stopsSync?: boolean }) {
    super(failureType, message, { stopsSync: answer.stopsSync ?? false });
    this.status = answer.status;
    this.code = answer.code;
    this.param = answer.param;
  }

  /** The same of a part of what was asked for, such as one of many lists. What stops all has no part in it. */
  within(part: string): ApiError {
    return this.stopsSync ? this : new ApiError(this.failureType, `${part}: ${this.message}`, this);
  }
}

/** The API no longer takes a page cursor it once gave: what was read with it must be read from its start. */
export class StaleCursorError extends ConnectorError {
  constructor(cause: unknown) {
    super('transient_error', 'Affinity no longer accepts the saved page cursor.', { cause });
  }
}

/** Statuses with which the API may answer a cursor it does not know any more; which one it uses is not documented. */
export const STALE_STATUSES: ReadonlySet<number> = new Set([400, 404, 410, 422]);

/** What it means that a page further on was refused: that its cursor is stale, or what it would mean of any request. */
export function staleCursorOr(error: unknown): unknown {
  const isStale = error instanceof ApiError && !error.stopsSync && STALE_STATUSES.has(error.status);
  return isStale ? new StaleCursorError(error) : error;
}

interface Answer {
  readonly status: number;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
}

/** What was asked for, in words for the user, and the role permission it needs, where one is documented. */
export interface Asked {
  readonly what: string;
  readonly permission?: string | undefined;
}

type Rule = (asked: Asked, detail: string) => { failureType: FailureType; message: string; stopsSync?: boolean };

const refusedVersion: Rule = (_asked, detail) => ({
  failureType: 'system_error',
  message: `Affinity refused the API version this connector is made for${detail}. A newer release of the connector is needed.`,
  stopsSync: true,
});

const byStatus: Readonly<Record<number, Rule>> = {
  401: (_asked, detail) => ({
    failureType: 'config_error',
    message: `Affinity refused the API key (401)${detail}. Check that the key is complete and still exists in Settings → Manage Apps, and that the account's plan includes the API.`,
    stopsSync: true,
  }),
  403: ({ what, permission }, detail) => ({
    failureType: 'config_error',
    message:
      permission === undefined
        ? `This API key may not read ${what} (403)${detail}. Its user's role lacks the permission; an Affinity admin can grant it, or deselect the stream.`
        : `This API key may not read ${what} (403)${detail}. Its user's role lacks the permission "${permission}"; an Affinity admin can grant it, or deselect the stream.`,
  }),
  404: ({ what }, detail) => ({
    failureType: 'config_error',
    message: `Affinity has no ${what} (404)${detail}: it was deleted, or this API key's user cannot see it.`,
  }),
  429: ({ what }, detail) => ({
    failureType: 'transient_error',
    message: `Affinity kept refusing requests for ${what} because of its rate limit (429)${detail}.`,
  }),
};

/** Turns a final answer that is no success into the error for the user. `json` is the parsed body, if it could be parsed. */
export function answerError(status: number, json: unknown, asked: Asked): ApiError {
  const { code, param, text } = firstError(json);
  const detail = text === undefined ? '' : `: ${text}`;
  const rule = param === 'X-Affinity-Api-Version' ? refusedVersion : (byStatus[status] ?? otherStatus(status));
  const { message, failureType, stopsSync } = rule(asked, detail);
  return new ApiError(failureType, message, { status, code, param, stopsSync: stopsSync ?? false });
}

function otherStatus(status: number): Rule {
  if (status >= 500) {
    return ({ what }, detail) => ({
      failureType: 'transient_error',
      message: `Affinity could not answer the request for ${what} (${status})${detail}.`,
    });
  }
  if (status >= 300 && status < 400) {
    return ({ what }) => ({
      failureType: 'system_error',
      message: `Affinity redirected the request for ${what} (${status}). Redirects are not followed, since the API key would travel along.`,
    });
  }
  return ({ what }, detail) => ({
    failureType: 'system_error',
    message: `Affinity rejected the request for ${what} (${status})${detail}.`,
  });
}

/** Finds the message in every form V1 and V2 are known to use; V1's is not documented. */
function firstError(json: unknown): {
  text?: string | undefined;
  code?: string | undefined;
  param?: string | undefined;
} {
  const first = Array.isArray(json) ? json[0] : firstOf(json);
  if (typeof first === 'string') return { text: clip(first) };
  if (typeof first !== 'object' || first === null) return {};
  const { message, detail, code, param } = first as Record<string, unknown>;
  return { text: clip(message ?? detail), code: clip(code), param: clip(param) };
}

function firstOf(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return undefined;
  const { errors, error } = json as Record<string, unknown>;
  if (Array.isArray(errors)) return errors[0];
  return error ?? json;
}

function clip(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > 300 ? `${value.slice(0, 300)}…` : value;
}
