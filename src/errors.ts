/** Who can act on a failure: the user (config), time (transient), or the developers (system). */
export type FailureType = 'config_error' | 'transient_error' | 'system_error';

export interface ConnectorErrorOptions {
  readonly cause?: unknown;
  /** True when no stream can go on after this: a refused key, an exhausted month. */
  readonly stopsSync?: boolean;
}

/**
 * The one error type that crosses layers. `message` is a full sentence for somebody who can only edit the
 * configuration; it never holds the API key or a row's values. `cause` keeps what developers need.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly failureType: FailureType;
  readonly stopsSync: boolean;

  constructor(failureType: FailureType, message: string, options: ConnectorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failureType = failureType;
    this.stopsSync = options.stopsSync ?? false;
  }
}

/** Turns anything thrown into a ConnectorError; what is not one already is our own defect, a `system_error`. */
export function toConnectorError(error: unknown): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ConnectorError('system_error', `Unexpected failure inside the connector: ${detail}`, { cause: error });
}
