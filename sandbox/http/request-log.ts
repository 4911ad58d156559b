import type { IncomingHttpHeaders } from 'node:http';

/** One request as the sandbox saw it. */
export type LogEntry = {
  number: number;
  method: string;
  path: string;
  query: string;
  /** 0 while no answer was sent, also when the connection was broken on purpose. */
  status: number;
  /** The sandbox's time of arrival. */
  atMs: number;
  durationMs: number;
  fault: string | null;
  headers: IncomingHttpHeaders;
};

/** Counts of requests since the start or the last `clear`. */
export type Counters = {
  total: number;
  byStatus: Record<string, number>;
  byPath: Record<string, number>;
  faults: Record<string, number>;
};

/** The last requests, and counts of all. */
export class RequestLog {
  readonly #size: number;
  #entries: LogEntry[] = [];
  #counters: Counters = emptyCounters();
  #next = 1;

  constructor(size: number) {
    this.#size = size;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  get counters(): Counters {
    return this.#counters;
  }

  begin(entry: Pick<LogEntry, 'method' | 'path' | 'query' | 'atMs' | 'headers'>): LogEntry {
    const full: LogEntry = { number: this.#next, status: 0, durationMs: 0, fault: null, ...entry };
    this.#next += 1;
    this.#entries.push(full);
    if (this.#entries.length > this.#size * 1.2) this.#entries = this.#entries.slice(-this.#size);
    return full;
  }

  end(entry: LogEntry): void {
    const { byStatus, byPath, faults } = this.#counters;
    const shape = entry.path.replace(/\/\d+(?=\/|$)/g, '/{id}');
    this.#counters.total += 1;
    byStatus[entry.status] = (byStatus[entry.status] ?? 0) + 1;
    byPath[shape] = (byPath[shape] ?? 0) + 1;
    if (entry.fault !== null) faults[entry.fault] = (faults[entry.fault] ?? 0) + 1;
  }

  clear(): void {
    this.#entries = [];
    this.#counters = emptyCounters();
  }
}

function emptyCounters(): Counters {
  return { total: 0, byStatus: {}, byPath: {}, faults: {} };
}
