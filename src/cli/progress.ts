import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import type { PacerSnapshot } from '../http/pacing.ts';
import type { SyncEvent } from '../source/events.ts';
import type { ProgressView } from './io.ts';

interface StreamLine {
  rows: number;
  startedMs: number;
  endedMs: number | undefined;
  mark: string;
}

const REFRESH_MS = 200;

/** A display of a running sync for a terminal: a line for each stream, redrawn in place, and a table at the end. */
export function progressOn(terminal: NodeJS.WriteStream): (pace: () => PacerSnapshot) => ProgressView {
  return (pace) => {
    const draw = createLogUpdate(terminal);
    const lines = new Map<string, StreamLine>();
    const startedMs = performance.now();
    const show = (): void => draw(frame(lines, pace(), startedMs, terminal.rows ?? 24));
    const timer = setInterval(show, REFRESH_MS);
    timer.unref();
    return {
      observe(event) {
        note(lines, event);
      },
      finish() {
        clearInterval(timer);
        draw.clear();
        draw.done();
        terminal.write(`${summary(lines, pace(), startedMs)}\n`);
      },
    };
  };
}

function note(lines: Map<string, StreamLine>, event: SyncEvent): void {
  if (event.type === 'stream-start') {
    lines.set(event.stream, { rows: 0, startedMs: performance.now(), endedMs: undefined, mark: '…' });
    return;
  }
  const line = 'stream' in event ? lines.get(event.stream) : undefined;
  if (line === undefined) return;
  if (event.type === 'page') line.rows += event.rows.length;
  if (event.type !== 'stream-end') return;
  line.endedMs = performance.now();
  line.mark = event.isComplete ? '✓' : '✗';
}

function frame(lines: ReadonlyMap<string, StreamLine>, pace: PacerSnapshot, startedMs: number, height: number): string {
  const running = [...lines].filter(([, { endedMs }]) => endedMs === undefined);
  const shown = running.slice(0, Math.max(1, height - 4));
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  const rows = shown.map(
    ([name, line]) =>
      `${line.mark} ${name.padEnd(width)} ${count(line.rows).padStart(11)} rows ${rate(line).padStart(9)}/s`,
  );
  if (running.length > shown.length) rows.push(`  and ${running.length - shown.length} more`);
  const done = lines.size - running.length;
  return [...rows, `${done} of ${lines.size} streams done, ${seconds(startedMs)} s, ${callsText(pace)}`].join('\n');
}

function summary(lines: ReadonlyMap<string, StreamLine>, pace: PacerSnapshot, startedMs: number): string {
  const table = new Table({
    head: ['', 'stream', 'rows', 'rows/s', 'calls'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, line] of lines) {
    table.push([line.mark, name, count(line.rows), rate(line), count(pace.callsByLane[name] ?? 0)]);
  }
  const rows = [...lines.values()].reduce((sum, line) => sum + line.rows, 0);
  return `${table.toString()}\n${count(rows)} rows in ${seconds(startedMs)} s, ${callsText(pace)}`;
}

function rate({ rows, startedMs, endedMs }: StreamLine): string {
  const elapsedSeconds = ((endedMs ?? performance.now()) - startedMs) / 1000;
  return count(Math.round(rows / Math.max(elapsedSeconds, 0.001)));
}

function callsText({ callsMade, minuteRemaining, monthRemaining }: PacerSnapshot): string {
  const minute = minuteRemaining === undefined ? '' : `, ${count(minuteRemaining)} left this minute`;
  const month = monthRemaining === undefined ? '' : `, ${count(monthRemaining)} left this month`;
  return `${count(callsMade)} calls${minute}${month}`;
}

function seconds(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
