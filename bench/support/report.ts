import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const RESULTS = path('../RESULTS.md');

/** What one benchmark has to tell: blocks of Markdown, and charts that stand below them. */
export interface Section {
  /** Names its place in RESULTS.md and its charts. */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly string[];
  readonly charts?: readonly { readonly name: string; readonly alt: string; readonly svg: string }[];
}

/**
 * Prints a section. With `isKept` it also replaces what stands between the section's markers in RESULTS.md, or goes to
 * its end, and writes the charts beside it; machine, date and command line are added.
 */
export async function publish(section: Section, isKept: boolean): Promise<void> {
  const { name, title, blocks, charts = [] } = section;
  console.log(`\n${[`## ${title}`, ...blocks].join('\n\n')}\n`);
  if (!isKept) return;
  await mkdir(path('../results'), { recursive: true });
  for (const chart of charts) await writeFile(path(`../results/${chart.name}.svg`), chart.svg);
  const images = charts.map(({ name: file, alt }) => `![${alt}](results/${file}.svg)`);
  const content = [`## ${title}`, `${commandLine()} — ${await machine()}`, ...blocks, ...images].join('\n\n');
  const marked = `<!-- ${name} -->\n\n${content}\n\n<!-- /${name} -->`;
  const results = await readFile(RESULTS, 'utf8');
  const place = new RegExp(`<!-- ${name} -->[^]*?<!-- /${name} -->`);
  await writeFile(
    RESULTS,
    place.test(results) ? results.replace(place, () => marked) : `${results.trimEnd()}\n\n${marked}\n`,
  );
}

/** A Markdown table that also reads as plain text. Numbers stand on the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [first = [], ...rest] = cells;
  return [line(first), rule, ...rest.map(line)].join('\n');
}

/** A whole number as people write it. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** The middle one, or what lies between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.floor(sorted.length / 2))) / 2;
}

function commandLine(): string {
  const script = basename(process.argv[1] ?? '', '.ts');
  const options = process.argv.slice(2).filter((option) => option !== '--results');
  return `\`npm run bench:${script}${options.length === 0 ? '' : ` -- ${options.join(' ')}`}\``;
}

async function machine(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(release)?.[1] ?? process.platform;
  const processors = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${processors.length} × ${processors[0]?.model.trim() ?? process.arch}, ${system}, Node ${process.versions.node}, ${date}`;
}
