/** Draws charts as SVG texts: a light panel that also reads on a dark page; the same data give the same bytes. */

/** An axis with its unit in the label. A logarithmic one shows powers of ten. */
export interface Axis {
  readonly label: string;
  readonly isLog?: boolean;
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** For what is expected rather than measured. */
  readonly isDashed?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

/** Lying bars in groups; each group has one value for each name, or none (NaN) where nothing was measured. */
export interface BarChart {
  readonly title: string;
  /** What the bars' lengths mean, with the unit. */
  readonly label: string;
  readonly names: readonly string[];
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** A mark across all bars. */
  readonly mark?: { readonly name: string; readonly value: number };
  /** How a value is written at the end of its bar. */
  readonly format?: (value: number) => string;
}

interface Scale {
  readonly ticks: readonly number[];
  /** From 0 at the axis's start to 1 at its end. */
  readonly at: (value: number) => number;
}

const WIDTH = 760;
const LINE_HEIGHT = 380;
const COLOURS = ['#0b62c4', '#c2410c', '#15803d', '#7e22ce'];
const INK = '#1f2328';
const FAINT = '#d0d7de';
const LETTER_WIDTH = 7;

/** Lines over two axes that start at zero, or at a power of ten. */
export function lineChart({ title, x, y, lines }: LineChart): string {
  const box = { left: 78, right: WIDTH - 40, top: 72, bottom: LINE_HEIGHT - 52 };
  const points = lines.flatMap((line) => line.points);
  const xScale = makeScale(
    points.map(([value]) => value),
    x.isLog,
  );
  const yScale = makeScale(
    points.map(([, value]) => value),
    y.isLog,
  );
  const atX = (value: number): string => round(box.left + xScale.at(value) * (box.right - box.left));
  const atY = (value: number): string => round(box.bottom - yScale.at(value) * (box.bottom - box.top));
  const grid = [
    ...yScale.ticks.flatMap((tick) => [
      rule(box.left, atY(tick), box.right, atY(tick)),
      text(box.left - 8, Number(atY(tick)) + 4, tickText(tick), 'end'),
    ]),
    ...xScale.ticks.flatMap((tick) => [
      rule(atX(tick), box.top, atX(tick), box.bottom),
      text(Number(atX(tick)), box.bottom + 18, tickText(tick), 'middle'),
    ]),
    text((box.left + box.right) / 2, LINE_HEIGHT - 12, x.label, 'middle'),
    text(16, box.top - 12, y.label),
  ];
  const drawn = lines.map(({ points: own, isDashed }, index) => {
    const path = own.map(([px, py]) => `${atX(px)},${atY(py)}`).join(' ');
    const dots = isDashed || own.length > 12 ? [] : own.map(([px, py]) => dot(atX(px), atY(py), colourOf(index)));
    const dash = isDashed ? ' stroke-dasharray="6 5"' : '';
    return `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="2"${dash}/>${dots.join('')}`;
  });
  const names = lines.map(({ name }) => name);
  return panel(LINE_HEIGHT, title, [...grid, ...drawn, legend(names, box.left, 46)]);
}

/** Lying bars from zero. */
export function barChart({ title, label, names, groups, mark, format = tickText }: BarChart): string {
  const barHeight = 18;
  const gap = 14;
  const groupHeight = names.length * barHeight + gap;
  const top = names.length > 1 ? 64 : 46;
  const bottom = top + groups.length * groupHeight;
  const height = bottom + 52;
  const longest = Math.max(...groups.map(({ name }) => name.length));
  const box = { left: 24 + longest * LETTER_WIDTH, right: WIDTH - 80 };
  const values = groups.flatMap((group) => group.values).filter(Number.isFinite);
  const scale = makeScale([...values, mark?.value ?? 0], false);
  const atX = (value: number): string => round(box.left + scale.at(value) * (box.right - box.left));
  const grid = scale.ticks.flatMap((tick) => [
    rule(atX(tick), top, atX(tick), bottom),
    text(Number(atX(tick)), bottom + 18, tickText(tick), 'middle'),
  ]);
  const bars = groups.flatMap((group, place) => {
    const y = top + gap / 2 + place * groupHeight;
    const middle = y + (names.length * barHeight) / 2 + 4;
    return [
      text(box.left - 8, middle, group.name, 'end'),
      ...group.values.flatMap((value, index) => {
        const barTop = y + index * barHeight;
        if (!Number.isFinite(value)) return [text(box.left + 6, barTop + 13, '–')];
        const length = round(Number(atX(value)) - box.left);
        return [
          `<rect x="${round(box.left)}" y="${barTop}" width="${length}" height="${barHeight - 3}" fill="${colourOf(index)}"/>`,
          text(Number(atX(value)) + 6, barTop + 12, format(value)),
        ];
      }),
    ];
  });
  const marks =
    mark === undefined
      ? []
      : [
          `<line x1="${atX(mark.value)}" y1="${top}" x2="${atX(mark.value)}" y2="${bottom}" stroke="${INK}" stroke-width="1.5" stroke-dasharray="6 5"/>`,
          text(Number(atX(mark.value)), top - 6, mark.name, 'middle'),
        ];
  const parts = [...grid, ...bars, ...marks, text((box.left + box.right) / 2, height - 12, label, 'middle')];
  return panel(height, title, names.length > 1 ? [...parts, legend(names, 16, 46)] : parts);
}

function makeScale(values: readonly number[], isLog = false): Scale {
  const finite = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (isLog) {
    const first = Math.floor(Math.log10(Math.min(...finite)));
    const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...finite))));
    const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
    return { ticks, at: (value) => (Math.log10(value) - first) / (last - first) };
  }
  const step = niceStep(Math.max(...finite, Number.MIN_VALUE));
  const count = Math.max(1, Math.ceil(Math.max(...finite) / step - 1e-9));
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
    at: (value) => value / (count * step),
  };
}

/** 1, 2 or 5 times a power of ten: between four and ten steps. */
function niceStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return ([5, 2, 1].find((factor) => factor * power * 4 <= most) ?? 1) * power;
}

function tickText(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function legend(names: readonly string[], left: number, y: number): string {
  let x = left;
  return names
    .map((name, index) => {
      const at = x;
      x += 40 + name.length * LETTER_WIDTH;
      return `<rect x="${round(at)}" y="${y - 10}" width="12" height="12" fill="${colourOf(index)}"/>${text(at + 18, y, name)}`;
    })
    .join('');
}

function panel(height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${INK}">`,
    `<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    `<text x="16" y="24" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function rule(x1: number | string, y1: number | string, x2: number | string, y2: number | string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${FAINT}"/>`;
}

function dot(x: string, y: string, colour: string): string {
  return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
