import { afterEach } from 'vitest';
import type { SandboxOptions } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';

const open = new Set<Sandbox>();

afterEach(async () => {
  await Promise.all([...open].map((sandbox) => sandbox.close()));
  open.clear();
});

/** A sandbox without limits and with a clock that stands still; closed after the test. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ clock: 'manual', minuteLimit: 1_000_000, monthLimit: null, ...options });
  open.add(sandbox);
  return sandbox;
}

/** An answer with its body parsed where it is JSON. */
export type Got = { status: number; headers: Headers; body: unknown };

/** Asks with the key and the newest version, unless told otherwise. */
export async function get(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Got> {
  const url = path.startsWith('http') ? path : `${sandbox.url}${path}`;
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'x-affinity-api-version': '2026-09-17' };
  const response = await fetch(url, { redirect: 'manual', ...init, headers: { ...headers, ...init.headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export type Row = Record<string, unknown>;
export type V2Page = {
  data: Row[] | null;
  pagination: { prevUrl: string | null; nextUrl: string | null; totalCount?: number };
};

/** One page of V2; throws for any other answer. */
export async function page(sandbox: Sandbox, path: string): Promise<V2Page> {
  const { status, body } = await get(sandbox, path);
  if (status !== 200) throw new Error(`${status} for ${path}: ${JSON.stringify(body)}`);
  return body as V2Page;
}

/** Every row behind a V2 path. */
export async function walk(sandbox: Sandbox, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | null = path;
  while (next !== null) {
    const { data, pagination }: V2Page = await page(sandbox, next);
    rows.push(...(data ?? []));
    next = pagination.nextUrl;
  }
  return rows;
}

/** Every row behind a V1 path; the key is the name of the array. */
export async function walkV1(sandbox: Sandbox, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  let token: string | null = null;
  do {
    const suffix: string = token === null ? '' : `&page_token=${token}`;
    const { status, body } = await get(sandbox, `${path}${suffix}`);
    if (status !== 200) throw new Error(`${status} for ${path}`);
    const got = body as Record<string, unknown>;
    rows.push(...(got[key] as Row[]));
    token = (got['next_page_token'] as string | null) ?? null;
  } while (token !== null);
  return rows;
}
