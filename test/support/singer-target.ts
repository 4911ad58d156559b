import type { Bookmarks, SingerMessage } from './singer-run.ts';

/** What a target keeps: tables by key, and the state it hands back. */
export interface SingerTarget {
  take(messages: readonly SingerMessage[]): void;
  state(): { readonly bookmarks: Bookmarks } | undefined;
  /** Rows as JSON by stream and key. */
  tables(): ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A target that merges by key and, as those of Meltano do, deletes all rows but those of the activated version. */
export function createSingerTarget(): SingerTarget {
  const keys = new Map<string, readonly string[]>();
  const tables = new Map<string, Map<string, { json: string; version: number | undefined }>>();
  let state: { readonly bookmarks: Bookmarks } | undefined;

  function takeOne(message: SingerMessage): void {
    switch (message.type) {
      case 'SCHEMA':
        keys.set(message.stream, message.key_properties);
        if (!tables.has(message.stream)) tables.set(message.stream, new Map());
        return;
      case 'RECORD': {
        const key = (keys.get(message.stream) ?? []).map((property) => message.record[property]).join(' ');
        tables.get(message.stream)?.set(key, { json: JSON.stringify(message.record), version: message.version });
        return;
      }
      case 'ACTIVATE_VERSION': {
        const table = tables.get(message.stream);
        for (const [key, { version }] of table ?? []) if (version !== message.version) table?.delete(key);
        return;
      }
      case 'STATE':
        state = message.value;
        return;
      default:
        message satisfies never;
    }
  }

  return {
    take(messages) {
      for (const message of messages) takeOne(message);
    },
    state: () => state,
    tables: () =>
      new Map([...tables].map(([stream, rows]) => [stream, new Map([...rows].map(([key, { json }]) => [key, json]))])),
  };
}
