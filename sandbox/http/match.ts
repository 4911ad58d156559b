import { type Api, ApiError, invalid, notFound } from './api-error.ts';
import { parseId } from './params.ts';
import type { Route } from './route.ts';

/** The route of a path with what the path holds. */
export type Match = { route: Route; ids: ReadonlyMap<string, number>; names: ReadonlyMap<string, string> };

type Compiled = { route: Route; segments: readonly string[]; holes: number };

const int32 = 2_147_483_647;
const int32Names = new Set(['noteId', 'transcriptId', 'fileId', 'userId']);
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Finds routes; a fixed word goes before a placeholder. */
export class Matcher {
  readonly #bySize = new Map<number, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split('/');
      const holes = segments.filter((each) => each.startsWith('{')).length;
      this.#bySize.set(segments.length, [...(this.#bySize.get(segments.length) ?? []), { route, segments, holes }]);
    }
    for (const compiled of this.#bySize.values()) compiled.sort((a, b) => a.holes - b.holes);
  }

  /** The route without its values; undefined for a path that does not exist. */
  find(path: string): Route | undefined {
    return this.#find(path.split('/'))?.route;
  }

  /** Throws the 404, 405 or 400 that the API would answer. */
  match(method: string, path: string): Match {
    const parts = path.split('/');
    const found = this.#find(parts);
    if (found === undefined) throw notFound('Endpoint');
    if (method !== 'GET') throw new ApiError(405, 'method-not-allowed', `${method} is not allowed here`);
    const ids = new Map<string, number>();
    const names = new Map<string, string>();
    for (const [position, segment] of found.segments.entries()) {
      if (!segment.startsWith('{')) continue;
      const name = segment.slice(1, -1);
      const text = decode(parts[position] ?? '', name);
      if (name === 'fieldId') names.set(name, text);
      else if (name === 'taskId') names.set(name, uuid.test(text) ? text : malformed(name));
      else ids.set(name, parseId(text, int32Names.has(name) ? int32 : undefined) ?? malformed(name));
    }
    return { route: found.route, ids, names };
  }

  #find(parts: readonly string[]): Compiled | undefined {
    return this.#bySize
      .get(parts.length)
      ?.find(({ segments }) => segments.every((segment, index) => segment.startsWith('{') || segment === parts[index]));
  }
}

function malformed(name: string): never {
  throw invalid(name, `Malformed ${name}`);
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return malformed(name);
  }
}

/** Which generation a path belongs to. */
export function apiOf(path: string): Api {
  return path === '/v2' || path.startsWith('/v2/') ? 'v2' : 'v1';
}
