import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { createTransport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import { createFastClock } from './fast-clock.ts';

export const HOST = 'https://api.affinity.co';
export const KEY = 'a-secret-key';

/** Cuts the tests of a file off the network, and holds them to using every answer they prepare. */
export function useNock(): void {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.cleanAll();
    expect(unused).toEqual([]);
  });
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

/** The API client as a sync has it, with waits that take no time. */
export function openAffinity(settings: Record<string, unknown> = {}, patience: 'patient' | 'prompt' = 'prompt') {
  const config = parseConfig({ api_key: KEY, ...settings });
  const world = { clock: createFastClock(100), random: () => 0.01, transport: createTransport() };
  const connection = connect(config, world, { patience });
  const { v1, v2 } = connection.affinity.for({ what: 'companies', lane: 'companies', permission: 'Export data' });
  return { connection, v1, v2 };
}

/** A page of the API V2. */
export function pageOf(rows: unknown, nextUrl: string | null = null) {
  return { data: rows, pagination: { prevUrl: null, nextUrl } };
}
