import * as z from 'zod';
import { rowJsonSchema } from '../affinity/models/json-schema.ts';
import type { ConnectorError } from '../errors.ts';
import type { Stream } from '../streams/stream.ts';

/** Stands for a stream that was asked for and cannot be read at all: it fails with `error` when its turn comes. */
export function absentStream(name: string, error: ConnectorError): Stream {
  return {
    name,
    description: '',
    endpoint: '',
    cost: '',
    primaryKey: [],
    cursorField: undefined,
    permission: undefined,
    isBeta: false,
    isFanOut: false,
    time: undefined,
    jsonSchema: rowJsonSchema(z.looseObject({})),
    discoverSchema: undefined,
    partitions: () => Promise.reject(error),
    // biome-ignore lint/correctness/useYield: it has nothing to yield.
    async *readPartition() {
      throw error;
    },
  };
}
