import { createScreen, type ScreenLine } from './terminal-screen.ts';

/** A recording as asciinema keeps it, version 2. */
export interface Cast {
  readonly width: number;
  readonly height: number;
  /** Seconds since the start, without what is too long of silences, and what the terminal was sent. */
  readonly events: readonly (readonly [seconds: number, text: string])[];
}

interface Frame {
  readonly atSeconds: number;
  readonly lines: readonly ScreenLine[];
}

/** Plain spaces in a row become one. */
const NO_BREAK = '\u00a0';
const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const PADDING = 14;
const FRAMES_PER_SECOND = 8;
/** How long the last picture stays before it begins again. */
const REST_SECONDS = 6;

const COLORS: Readonly<Record<string, string>> = {
  30: '#5c6773',
  31: '#ff8f80',
  32: '#a6e3a1',
  33: '#f9e2af',
  34: '#89b4fa',
  35: '#d3a6f5',
  36: '#94e2d5',
  37: '#cdd6e4',
  90: '#77839a',
};

/** Reads the text of a recording; throws when it is none. */
export function parseCast(text: string): Cast {
  const [header, ...lines] = text.trimEnd().split('\n');
  const {
    version,
    width,
    height,
    idle_time_limit: idleLimit = Number.POSITIVE_INFINITY,
  } = JSON.parse(header ?? '') as {
    version: number;
    width: number;
    height: number;
    idle_time_limit?: number;
  };
  if (version !== 2) throw new Error(`This is a recording of version ${version}, not 2.`);
  let [seconds, recorded] = [0, 0];
  const events = lines.flatMap((line) => {
    const [at, kind, text] = JSON.parse(line) as [number, string, string];
    seconds += Math.min(idleLimit, at - recorded);
    recorded = at;
    return kind === 'o' ? [[seconds, text] as const] : [];
  });
  return { width, height, events };
}

/** An animated picture of a recording: a strip of all its screens, of which one is shown at a time. */
export function castToSvg(cast: Cast): string {
  const frames = framesOf(cast);
  const width = Math.ceil(cast.width * CELL_WIDTH + 2 * PADDING);
  const height = Math.max(...frames.map(({ lines }) => lines.length)) * LINE_HEIGHT + 2 * PADDING;
  const seconds = (frames.at(-1)?.atSeconds ?? 0) + REST_SECONDS;
  const ids = new Map<string, string>();
  const strip = frames.map(({ lines }, index) => `<g transform="translate(${index * width})">${uses(lines, ids)}</g>`);
  const steps = frames.map(({ atSeconds }, index) => {
    const percent = index === 0 ? 0 : Number(((100 * atSeconds) / seconds).toFixed(3));
    return `${percent}%{transform:translateX(${-index * width}px)}`;
  });
  const last = -(frames.length - 1) * width;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A recording of npm run demo in a terminal: streams count up side by side, then a table tells the rows, speed and calls of each">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#cdd6e4}
${Object.entries(COLORS)
  .map(([code, color]) => `.c${code}{fill:${color}}`)
  .join('')}.c1{font-weight:600}.c2{opacity:.7}
.strip{animation:play ${seconds.toFixed(2)}s step-end infinite}
@keyframes play{${steps.join('')}100%{transform:translateX(${last}px)}}
@media (prefers-reduced-motion:reduce){.strip{animation:none;transform:translateX(${last}px)}}
</style>
<defs>
${[...ids].map(([content, id]) => `<g id="${id}">${content}</g>`).join('\n')}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="#16202e"/>
<svg x="${PADDING}" width="${width - PADDING}" height="${height}"><g class="strip">
${strip.join('\n')}
</g></svg>
</svg>
`;
}

/** The screens that differ, at most so many a second: each with the time at which it appears. */
function framesOf({ width, height, events }: Cast): Frame[] {
  const screen = createScreen(width, height);
  const frames: Frame[] = [];
  events.forEach(([atSeconds, text], index) => {
    screen.write(text);
    const next = events[index + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    // What is followed by more at once is half a picture.
    if (next - atSeconds < 0.02) return;
    const lines = screen.lines();
    const before = frames.at(-1);
    if (before === undefined) frames.push({ atSeconds: 0, lines });
    else if (JSON.stringify(before.lines) === JSON.stringify(lines)) return;
    else if (atSeconds - before.atSeconds < 1 / FRAMES_PER_SECOND) frames[frames.length - 1] = { ...before, lines };
    else frames.push({ atSeconds, lines });
  });
  return frames;
}

/** A reference to each line; a line that was seen before is drawn only once. */
function uses(lines: readonly ScreenLine[], ids: Map<string, string>): string {
  return lines
    .map((line, index) => {
      if (line.length === 0) return '';
      const content = drawing(line);
      const id = ids.get(content) ?? `l${ids.size}`;
      ids.set(content, id);
      return `<use href="#${id}" y="${PADDING + (index + 0.75) * LINE_HEIGHT}"/>`;
    })
    .join('');
}

/** Each span has its place and length, so that columns stand straight in any font. */
function drawing(line: ScreenLine): string {
  let column = 0;
  return line
    .map(({ text, look }) => {
      const shown = text.trim();
      const start = column + text.length - text.trimStart().length;
      const length = [...shown].length;
      column += [...text].length;
      if (shown === '') return '';
      const classes = look
        .split(';')
        .filter((code) => code !== '' && (code in COLORS || code === '1' || code === '2'))
        .map((code) => `c${code}`)
        .join(' ');
      const attributes = classes === '' ? '' : ` class="${classes}"`;
      return `<text x="${round(start * CELL_WIDTH)}" textLength="${round(length * CELL_WIDTH)}" lengthAdjust="spacingAndGlyphs"${attributes}>${escapeXml(shown)}</text>`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', NO_BREAK);
}
