/** A row that may go out: its keys are there, its values fit their declarations, and it is JSON already. */
export class PreparedRow {
  /** Tells it from the other rows of its stream. */
  readonly key: unknown;
  /** On one line; bytes are UTF-8. */
  readonly json: string | Buffer;
  /** The properties in which a value was left out because it did not fit; undefined when there are none. */
  readonly nulled: readonly string[] | undefined;

  constructor({ key, json, nulled }: Pick<PreparedRow, 'key' | 'json' | 'nulled'>) {
    this.key = key;
    this.json = json;
    this.nulled = nulled;
  }
}

export interface RowSource {
  /** The row's own JSON, as long as nothing was changed in it. */
  readonly json?: Buffer | undefined;
  /** The properties in which something did not fit and is null already. */
  readonly nulled?: readonly string[] | undefined;
}

/**
 * Makes rows of a page ready by their bytes alone, where these leave no doubt; `from` is where a row begins, `end` where
 * it ends. Undefined for one that has to be parsed.
 */
export type SkimRows = (
  body: Buffer,
) => (from: number) => { readonly item: PreparedRow; readonly end: number } | undefined;

/** Throws a `system_error` for a row whose key or cursor is of no use. */
export type PrepareRow = (row: Record<string, unknown>, source?: RowSource) => PreparedRow;
