import { applyChange } from '../changes/apply.ts';
import type { Change, Effect } from '../changes/change.ts';
import type { FaultRule } from '../faults/rule.ts';
import type { App } from '../http/app.ts';
import type { Counters, LogEntry } from '../http/request-log.ts';
import type { Settings } from '../options.ts';
import { countOf, streamNames, truth } from '../truth.ts';

/** Settings that may change while the sandbox runs. */
export type ChangeableSettings = Omit<Settings, 'seed' | 'scale' | 'lists' | 'logSize'>;

/** Everything a test can do to a running sandbox. */
export type Control = {
  /** Replaces all faults: rules, or the probability of a random one. */
  setFaults: (faults: number | readonly FaultRule[]) => void;
  addFault: (rule: FaultRule) => void;
  clearFaults: () => void;
  /** Rules in force. */
  faultRules: () => readonly FaultRule[];
  log: () => readonly LogEntry[];
  counters: () => Counters;
  clearRequests: () => void;
  nowMs: () => number;
  /** Moves the time forward and tells the new time. */
  advance: (ms: number) => number;
  settings: () => Settings;
  /** Changes limits, latency, permissions, or the key. */
  configure: (changes: Partial<ChangeableSettings>) => void;
  /** Uses up calls of the minute and the month, as another program would. */
  spend: (calls: { minute?: number; month?: number }) => void;
  /** From now on the API refuses every cursor given out before. */
  expireCursors: () => void;
  /** Lets something happen in the account; tells what it did to each stream. */
  change: (...changes: Change[]) => Effect[];
  /** Streams that have a truth. */
  streams: () => string[];
  /** The rows a perfect reader would bring home, as JSON texts; throws for an unknown stream. */
  rowTexts: (stream: string) => Iterable<string>;
  /** The same as objects. */
  rows: (stream: string) => Record<string, unknown>[];
  counts: () => Record<string, number>;
};

/** Controls of an app. */
export function makeControl(app: App): Control {
  const viewer = () => ({ nowMs: app.clock.nowMs(), deny: app.settings.deny });
  const rowTexts = (stream: string): Iterable<string> => {
    const rows = truth(app.account, stream, viewer());
    if (rows === undefined) throw new RangeError(`no stream ${stream}`);
    return rows;
  };
  return {
    setFaults: (faults) => app.faults.set(faults),
    addFault: (rule) => app.faults.add(rule),
    clearFaults: () => app.faults.clear(),
    faultRules: () => app.faults.rules,
    log: () => app.log.entries,
    counters: () => app.log.counters,
    clearRequests: () => app.log.clear(),
    nowMs: () => app.clock.nowMs(),
    advance: (ms) => app.clock.advance(ms),
    settings: () => app.settings,
    configure: (changes) => {
      Object.assign(app.settings, changes);
    },
    spend: ({ minute = 0, month = 0 }) => app.limits.spend(minute, month),
    expireCursors: () => {
      app.cursorEpoch += 1;
    },
    change: (...changes) => {
      app.pages.clear();
      return changes.flatMap((each) => applyChange(app.account, app.clock, each));
    },
    streams: () => streamNames(app.account),
    rowTexts,
    rows: (stream) => Array.from(rowTexts(stream), (text): Record<string, unknown> => JSON.parse(text)),
    counts: () =>
      Object.fromEntries(streamNames(app.account).map((stream) => [stream, countOf(app.account, stream, viewer())])),
  };
}
