import { expect, it } from 'vitest';
import type { AirbyteStream, Output } from './airbyte-run.ts';
import { rowChecks } from './record-schemas.ts';

/** A read, and the streams of its configured catalog. */
export interface ReadOfCatalog {
  readonly catalog: readonly AirbyteStream[];
  readonly output: Output;
}

/** Tests, within the `describe` that calls this, of what holds for every read that succeeds. */
export function itKeepsTheRulesOfReads(run: () => ReadOfCatalog): void {
  const output = (): Output => run().output;
  const declared = (): readonly AirbyteStream[] => run().catalog;

  it('succeeds without an error', () => {
    expect(output().errors).toEqual([]);
    expect(output().exitCode).toBe(0);
    expect(output().records.length).toBeGreaterThan(0);
  });

  it('says STARTED, RUNNING and COMPLETE for every stream, also for one without rows', () => {
    expect(Object.keys(output().statuses).sort()).toEqual(
      declared()
        .map((stream) => stream.name)
        .sort(),
    );
    for (const statuses of Object.values(output().statuses)) expect(statuses).toBe('STARTED RUNNING COMPLETE');
  });

  it('writes a stream’s rows and states between its RUNNING and its COMPLETE', () => {
    const status = new Map<string, string>();
    for (const { record, state, trace } of output().messages) {
      const { stream_descriptor, status: now } = trace?.stream_status ?? {};
      if (stream_descriptor !== undefined && now !== undefined) status.set(stream_descriptor.name, now);
      const stream = record?.stream ?? state?.stream.stream_descriptor.name;
      if (stream !== undefined) expect(status.get(stream), stream).toBe('RUNNING');
    }
  });

  it('gives every stream a state, whose counts are those of the records since the one before', () => {
    const written = new Map<string, number>();
    const counted = new Map<string, number>();
    for (const { record, state } of output().messages) {
      if (record !== undefined) written.set(record.stream, (written.get(record.stream) ?? 0) + 1);
      if (state === undefined) continue;
      const { name: stream } = state.stream.stream_descriptor;
      expect(state.sourceStats.recordCount, stream).toBe(written.get(stream) ?? 0);
      counted.set(stream, (counted.get(stream) ?? 0) + state.sourceStats.recordCount);
      written.set(stream, 0);
    }
    expect([...counted.keys()].sort()).toEqual(Object.keys(output().statuses).sort());
    expect(output().states.length).toBeGreaterThanOrEqual(counted.size);
    // Nothing was written after a stream's last state, so the counts sum up to all records.
    expect([...written.values()].every((rows) => rows === 0)).toBe(true);
    expect([...counted.values()].reduce((sum, rows) => sum + rows, 0)).toBe(output().records.length);
  });

  it('never repeats a state', () => {
    const last = new Map<string, string>();
    for (const { stream } of output().states) {
      const json = JSON.stringify(stream.stream_state);
      expect(json).not.toBe(last.get(stream.stream_descriptor.name));
      last.set(stream.stream_descriptor.name, json);
    }
  });

  it('writes only rows that fit their schema and have nothing undeclared', () => {
    const checks = rowChecks(declared());
    const faults = new Set(
      output().records.flatMap(({ stream, data }) => checks.get(stream)?.(data) ?? [`unknown ${stream}`]),
    );
    expect([...faults]).toEqual([]);
  });

  it('gives every row its whole key, once', () => {
    for (const stream of declared()) {
      const keys = output()
        .recordsOf(stream.name)
        .map((row) => stream.source_defined_primary_key.map(([property]) => row[property ?? '']));
      for (const key of keys)
        expect(key.every((part) => typeof part === 'number' || typeof part === 'string')).toBe(true);
      expect(new Set(keys.map((key) => JSON.stringify(key))).size, stream.name).toBe(keys.length);
    }
  });

  it('never goes back in time', () => {
    let last = 0;
    for (const { record, trace } of output().messages) {
      const emittedAt = record?.emitted_at ?? trace?.emitted_at;
      if (emittedAt === undefined) continue;
      expect(emittedAt).toBeGreaterThanOrEqual(last);
      last = emittedAt;
    }
    expect(last).toBeGreaterThan(0);
  });
}
