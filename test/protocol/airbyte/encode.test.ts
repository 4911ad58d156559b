import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../../src/errors.ts';
import { createAirbyteEncoder } from '../../../src/protocol/airbyte/encode.ts';
import type { SyncEvent } from '../../../src/source/events.ts';
import { emptyState } from '../../../src/source/stream-state.ts';
import { type Output, takeApart } from '../../support/airbyte-run.ts';
import { prepared } from '../../support/prepared-rows.ts';

const NOW = Date.UTC(2026, 9, 15, 12);

function encode(...events: SyncEvent[]): Output {
  const encodeEvent = createAirbyteEncoder({
    descriptors: [{ name: 'companies' }, { name: 'persons', namespace: 'crm' }],
    now: () => NOW,
  });
  return takeApart(events.flatMap((event) => Array.from(encodeEvent(event), String)).join(''), 0);
}

function pageOf(rows: Record<string, unknown>[], nulled?: [number, string[]][], stream = 'companies'): SyncEvent {
  const byIndex = new Map(nulled);
  return { type: 'page', stream, rows: rows.map((row, index) => prepared(row, byIndex.get(index))), emittedAtMs: NOW };
}

const checkpoint: SyncEvent = { type: 'checkpoint', stream: 'companies', state: emptyState('incremental') };

describe('a page of rows', () => {
  it('becomes a record for each row, and pieces of many rows lose none', () => {
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const output = encode(pageOf(rows));
    expect(output.recordsOf('companies')).toEqual(rows);
  });

  it('may hold any text without cutting a line', () => {
    const rows = [{ id: 1, text: 'a\u2028b\u2029c\u0085d\ne\rf\u0000g\ud800h"\\' }];
    const { text, records } = encode(pageOf(rows, [[0, ['te\u2028xt']]]));
    // Half a character would cost the row: strict readers refuse the whole line.
    expect(records[0]?.data).toEqual({ id: 1, text: rows[0]?.text.toWellFormed() });
    expect(records[0]?.meta?.changes[0]?.field).toBe('te\u2028xt');
    expect(text.split(/\r|\n|\u2028|\u2029|\u0085/)).toHaveLength(2);
  });

  it('says of each row which properties became null', () => {
    const { records } = encode(pageOf([{ id: 1 }, { id: 2, a: null, b: null }], [[1, ['a', 'b']]]));
    expect(records[0]).not.toHaveProperty('meta');
    expect(records[1]?.meta?.changes).toEqual(
      ['a', 'b'].map((field) => ({ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' })),
    );
  });

  it('leaves rows out that hold nothing, and does not count them', () => {
    const { records, states } = encode(pageOf([{}, { id: 1 }, {}]), checkpoint);
    expect(records).toHaveLength(1);
    expect(states[0]?.sourceStats.recordCount).toBe(1);
  });

  it('repeats the namespace that the catalog gave', () => {
    expect(encode(pageOf([{ id: 1 }], undefined, 'persons')).records[0]?.namespace).toBe('crm');
  });
});

describe('states', () => {
  it('count the records of their own stream since the one before', () => {
    const { states } = encode(
      pageOf([{ id: 1 }, { id: 2 }]),
      pageOf([{ id: 1 }], undefined, 'persons'),
      checkpoint,
      pageOf([{ id: 3 }]),
      checkpoint,
      checkpoint,
    );
    expect(states.map(({ sourceStats }) => sourceStats.recordCount)).toEqual([2, 1, 0]);
  });
});

describe('a wait for the rate limit', () => {
  it('tells each stream under way until when, in whole milliseconds', () => {
    const { messages } = encode({ type: 'rate-limited', streams: ['companies', 'persons'], untilMs: NOW + 61_000.25 });
    expect(messages.map(({ trace }) => trace?.stream_status)).toEqual([
      {
        stream_descriptor: { name: 'companies' },
        status: 'RUNNING',
        reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: NOW + 61_001 } }],
      },
      {
        stream_descriptor: { name: 'persons', namespace: 'crm' },
        status: 'RUNNING',
        reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: NOW + 61_001 } }],
      },
    ]);
  });

  it('does not bring a stream back to life that has ended', () => {
    const { messages } = encode(
      { type: 'stream-end', stream: 'companies', isComplete: true },
      { type: 'rate-limited', streams: ['companies'], untilMs: NOW + 61_000 },
    );
    expect(messages.map(({ trace }) => trace?.stream_status?.status)).toEqual(['COMPLETE']);
  });
});

describe('the end of a stream', () => {
  it('tells the failure before INCOMPLETE, in words for the user and with its causes for developers', () => {
    const root = new Error('socket hang up');
    const cause = new Error('gave up', { cause: root });
    const error = new ConnectorError('transient_error', 'Nobody answers.', { cause });
    const { messages, errors } = encode({ type: 'stream-end', stream: 'persons', isComplete: false, error });
    expect(messages.map(({ trace }) => trace?.type)).toEqual(['ERROR', 'STREAM_STATUS']);
    expect(errors[0]).toMatchObject({
      message: 'Nobody answers.',
      internal_message: 'Error: gave up ← Error: socket hang up',
      failure_type: 'transient_error',
      stream_descriptor: { name: 'persons', namespace: 'crm' },
    });
  });

  it('is INCOMPLETE without an error where a stop was asked for', () => {
    const { statuses, errors } = encode({ type: 'stream-end', stream: 'companies', isComplete: false });
    expect([statuses, errors]).toEqual([{ companies: 'INCOMPLETE' }, []]);
  });
});
