import type { JsonSchemaNode } from '../../affinity/models/json-schema.ts';

/** Every message a tap writes but RECORD, which the encoder puts together itself. */
export type SingerMessage =
  | {
      readonly type: 'SCHEMA';
      readonly stream: string;
      readonly schema: JsonSchemaNode;
      readonly key_properties: readonly string[];
      readonly bookmark_properties?: readonly string[];
    }
  | { readonly type: 'STATE'; readonly value: { readonly bookmarks: Readonly<Record<string, unknown>> } }
  /** Targets then drop the rows of older versions: what was deleted goes. */
  | { readonly type: 'ACTIVATE_VERSION'; readonly stream: string; readonly version: number };

export interface SingerMetadata {
  readonly breadcrumb: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface SingerStream {
  readonly tap_stream_id: string;
  readonly stream: string;
  readonly schema: JsonSchemaNode;
  readonly key_properties: readonly string[];
  readonly replication_key?: string;
  readonly replication_method: 'FULL_TABLE' | 'INCREMENTAL';
  readonly metadata: readonly SingerMetadata[];
}

export interface SingerCatalog {
  readonly streams: readonly SingerStream[];
}
