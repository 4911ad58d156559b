import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { ConnectorError } from '../errors.ts';
import { findStream } from '../streams/index.ts';
import { absentStream } from './absent-stream.ts';
import { parseState, type SyncMode } from './stream-state.ts';
import type { SelectedStream } from './sync.ts';

export interface Selection {
  readonly name: string;
  readonly syncMode: SyncMode;
  /** What the catalog declares; undefined when it declares no properties at all. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>> | undefined;
  /** As it came back, unchecked. */
  readonly savedState: unknown;
}

/** Finds the stream that a catalog names. A name, or a state, that is of no use makes a stream that fails alone. */
export function selectStream({ name, syncMode, properties, savedState }: Selection): SelectedStream {
  const stream = findStream(name);
  if (stream === undefined) {
    const error = new ConnectorError(
      'config_error',
      `There is no stream "${name}". Refresh the schema to see which streams there are.`,
    );
    return { stream: absentStream(name, error), mode: 'full_refresh', state: undefined, properties };
  }
  // Some platforms ask for every stream incrementally, whatever the catalog says it supports.
  const mode = stream.cursorField === undefined ? 'full_refresh' : syncMode;
  try {
    return { stream, mode, state: parseState(savedState, name), properties };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { stream: absentStream(name, error), mode, state: undefined, properties };
  }
}
