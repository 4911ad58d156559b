/** A run of characters of one look, as in a line of a terminal. */
export interface Span {
  readonly text: string;
  /** The SGR parameters in force, such as `1` or `31`; empty for plain text. */
  readonly look: string;
}

/** A line of a terminal, without the empty cells at its end. */
export type ScreenLine = readonly Span[];

interface Cell {
  readonly char: string;
  readonly look: string;
}

const EMPTY: Cell = { char: ' ', look: '' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is driven by control characters.
const PART = /\x1b\[(?<parameters>[?\d;]*)(?<command>[a-zA-Z])|(?<control>[\r\n\b])|(?<char>[^\x00-\x1f\x7f])/gu;

export interface TerminalScreen {
  write(text: string): void;
  /** What is visible, from the top. */
  lines(): ScreenLine[];
}

/** As much of a terminal as redrawn lines need: text, colours, moves, erasing and scrolling. */
export function createScreen(width: number, height: number): TerminalScreen {
  let rows: Cell[][] = [[]];
  let [row, column, look] = [0, 0, ''];

  function moveTo(toRow: number, toColumn: number): void {
    row = Math.max(0, toRow);
    column = Math.min(width - 1, Math.max(0, toColumn));
    while (rows.length <= row) rows.push([]);
    if (rows.length <= height) return;
    row -= rows.length - height;
    rows = rows.slice(-height);
  }

  function put(char: string): void {
    if (column >= width) moveTo(row + 1, 0);
    const cells = rows[row] ?? [];
    while (cells.length < column) cells.push(EMPTY);
    cells[column] = { char, look };
    column += 1;
  }

  function eraseInLine(mode: number): void {
    if (mode === 0) rows[row]?.splice(column);
    else rows[row] = mode === 2 ? [] : (rows[row] ?? []).map((cell, index) => (index <= column ? EMPTY : cell));
  }

  function run(command: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    const count = first || 1;
    if (command === 'm') look = lookAfter(look, parameters);
    else if (command === 'A') moveTo(row - count, column);
    else if (command === 'B') moveTo(row + count, column);
    else if (command === 'C') moveTo(row, column + count);
    else if (command === 'D') moveTo(row, column - count);
    else if (command === 'E') moveTo(row + count, 0);
    else if (command === 'F') moveTo(row - count, 0);
    else if (command === 'G') moveTo(row, count - 1);
    else if (command === 'H') moveTo(count - 1, (second || 1) - 1);
    else if (command === 'K') eraseInLine(first);
    else if (command === 'J') {
      if (first === 2) rows = rows.map(() => []);
      else {
        eraseInLine(0);
        rows.splice(row + 1);
      }
    } else if (!(command === 'h' || command === 'l')) throw new Error(`No terminal knows ${command} (${parameters}).`);
  }

  return {
    write(text) {
      for (const { groups = {} } of text.matchAll(PART)) {
        const { command, parameters = '', control, char } = groups;
        if (command !== undefined) run(command, parameters);
        else if (control === '\r') column = 0;
        else if (control === '\n') moveTo(row + 1, column);
        else if (control === '\b') moveTo(row, column - 1);
        else if (char !== undefined) put(char);
      }
    },
    lines: () => rows.map(toSpans),
  };
}

function lookAfter(look: string, parameters: string): string {
  const added = parameters.split(';').filter((each) => each !== '');
  if (added.length === 0) return '';
  const kept = new Set(look.split(';').filter((each) => each !== ''));
  for (const each of added) {
    if (each === '0') kept.clear();
    else if (each === '39') for (const color of [...kept].filter((old) => /^[39]\d$/.test(old))) kept.delete(color);
    else if (each === '22') for (const weight of ['1', '2']) kept.delete(weight);
    else {
      if (/^[39]\d$/.test(each))
        for (const color of [...kept].filter((old) => /^[39]\d$/.test(old))) kept.delete(color);
      kept.add(each);
    }
  }
  return [...kept].join(';');
}

function toSpans(cells: readonly Cell[]): ScreenLine {
  const spans: { text: string; look: string }[] = [];
  const end = cells.findLastIndex(({ char }) => char !== ' ') + 1;
  for (const { char, look } of cells.slice(0, end)) {
    const last = spans.at(-1);
    if (last !== undefined && last.look === look) last.text += char;
    else spans.push({ text: char, look });
  }
  return spans;
}
