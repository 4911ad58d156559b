import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../options.ts';
import { type Api, ApiError } from './api-error.ts';

/** Refuses a request without the key: bearer on both generations, basic with an empty user on V1 only. */
export function authenticate(api: Api, headers: IncomingHttpHeaders, settings: Settings): void {
  const { authorization } = headers;
  const accepted = [`Bearer ${settings.apiKey}`];
  if (api === 'v1') accepted.push(`Basic ${Buffer.from(`:${settings.apiKey}`).toString('base64')}`);
  const isKnown = authorization !== undefined && accepted.includes(authorization);
  if (!isKnown || (api === 'v2' && !settings.hasV2))
    throw new ApiError(401, 'authentication', 'The API key is not valid');
}
