/** The two generations of the API. */
export type Api = 'v1' | 'v2';

/** An answer other than 200, thrown from anywhere below the request. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | undefined;

  constructor(status: number, code: string, message: string, param?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** 400 on V2, 422 on V1; always names the parameter. */
export function invalid(param: string, message: string): ApiError {
  return new ApiError(400, 'validation', message, param);
}

export function notFound(what: string): ApiError {
  return new ApiError(404, 'not-found', `${what} not found`);
}

/** The body of an error. V1 has no fixed shape, so each status gets another of those that were seen. */
export function errorBody(api: Api, error: ApiError): string {
  const { status, code, message, param } = error;
  if (api === 'v2') return JSON.stringify({ errors: [{ code, message, ...(param === undefined ? {} : { param }) }] });
  if (status === 422 || status === 400) return JSON.stringify([message]);
  if (status === 401) return JSON.stringify({ error: message });
  if (status === 403) return JSON.stringify({ message });
  if (status === 404) return JSON.stringify({ errors: [message] });
  return JSON.stringify({ detail: message });
}
