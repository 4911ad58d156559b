import { type Api, ApiError, invalid } from './api-error.ts';

/** What one query parameter may be. */
export type ParamSpec =
  | { kind: 'text'; minLength?: number }
  | { kind: 'boolean' }
  | { kind: 'integer'; least: number; most: number; fallback?: number }
  | { kind: 'integers' }
  | { kind: 'texts' }
  | { kind: 'choices'; of: readonly string[] }
  | { kind: 'timestamp' };

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** Parsed parameters by kind; what was not sent is missing. */
export class Params {
  readonly #values = new Map<string, unknown>();

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  integer(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
  }

  integers(name: string): readonly number[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : undefined;
  }
}

/** A whole number as the API takes it: digits only, and not beyond int64 as JSON can hold it. */
export function parseId(text: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (!/^[1-9]\d{0,15}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= most ? id : undefined;
}

/** Reads the query of a request; anything unknown or malformed is refused. */
export function parseParams(specs: ParamSpecs, query: URLSearchParams): Params {
  const params = new Params();
  for (const name of new Set(query.keys())) {
    const spec = specs[name];
    if (spec === undefined) throw invalid(name, `Unknown parameter: ${name}`);
    params.set(name, parseParam(name, spec, query.getAll(name)));
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.kind === 'integer' && spec.fallback !== undefined && !params.has(name)) params.set(name, spec.fallback);
  }
  return params;
}

function parseParam(name: string, spec: ParamSpec, values: readonly string[]): unknown {
  switch (spec.kind) {
    case 'texts':
      return [...values];
    case 'integers':
      return values.map((value) => parseId(value) ?? fail(name, 'must be positive integers, one for each key'));
    case 'choices': {
      const wrong = values.find((value) => !spec.of.includes(value));
      return wrong === undefined ? [...values] : fail(name, `must be one of ${spec.of.join(', ')}`);
    }
    case 'text':
    case 'boolean':
    case 'integer':
    case 'timestamp':
      return values.length === 1 ? parseSingle(name, spec, values[0] ?? '') : fail(name, 'was given more than once');
  }
}

function parseSingle(name: string, spec: ParamSpec, value: string): unknown {
  if (spec.kind === 'boolean')
    return value === 'true' ? true : value === 'false' ? false : fail(name, 'must be true or false');
  if (spec.kind === 'timestamp') return Number.isNaN(Date.parse(value)) ? fail(name, 'must be a date and time') : value;
  if (spec.kind === 'integer') {
    if (!/^-?\d{1,10}$/.test(value)) return fail(name, 'must be an integer');
    const number = Number(value);
    if (number < spec.least) return fail(name, `must be >= ${spec.least}`);
    return number > spec.most ? fail(name, `must be <= ${spec.most}`) : number;
  }
  if (spec.kind === 'text' && value.length < (spec.minLength ?? 0)) return fail(name, 'is too short');
  return value;
}

function fail(name: string, message: string): never {
  throw invalid(name, message);
}

/** V1 says 422 where V2 says 400. */
export function asV1Error(api: Api, error: ApiError): ApiError {
  if (api === 'v2' || error.status !== 400) return error;
  return new ApiError(422, error.code, `${error.param ?? 'request'}: ${error.message}`, error.param);
}
