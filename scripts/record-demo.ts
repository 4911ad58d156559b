/**
 * Records the demo into docs/demo.cast and draws docs/demo.svg of it: `node scripts/record-demo.ts` (Linux: it needs
 * `script` of util-linux). With `--draw` the picture alone is drawn anew.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { castToSvg, parseCast } from './cast-svg.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CAST = join(ROOT, 'docs', 'demo.cast');
const SVG = join(ROOT, 'docs', 'demo.svg');
/** Players make longer silences, such as that of the build, this short. */
const IDLE_SECONDS = 1;
const [WIDTH, HEIGHT] = [92, 32];

/** What is typed. Every command is really run, in the time that it takes. */
const COMMANDS = [
  'npm run --silent demo -- --latency 80 > messages.jsonl',
  'grep -c RECORD messages.jsonl',
  'grep -m1 \'"stream":"companies"\' messages.jsonl | cut -c-270',
];

const { values } = parseArgs({ options: { draw: { type: 'boolean', default: false } } });
if (!values.draw) await writeFile(CAST, await record());
await writeFile(SVG, castToSvg(parseCast(await readFile(CAST, 'utf8'))));

async function record(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'source-affinity-record-'));
  try {
    const [session, output, timing] = ['session.sh', 'output', 'timing'].map((name) => join(folder, name));
    await writeFile(`${session}`, sessionScript(folder));
    const { status, stderr } = spawnSync(
      'script',
      ['--quiet', '--flush', '--log-out', `${output}`, '--log-timing', `${timing}`, '--command', `bash ${session}`],
      {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, TERM: 'xterm-256color' },
      },
    );
    if (status !== 0) throw new Error(`The session ended with ${status}: ${stderr}`);
    return toCast(await readFile(`${output}`), await readFile(`${timing}`, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sessionScript(folder: string): string {
  const steps = COMMANDS.map((command) => `type_in ${quote(command)}\n${command}\nsleep 1`);
  return `set -eu
stty rows ${HEIGHT} cols ${WIDTH}
ln -s ${quote(ROOT)}/* ${quote(folder)}/
cd ${quote(folder)}
type_in() {
  printf '\\033[32m$\\033[0m '
  sleep 0.6
  for ((i = 0; i < \${#1}; i++)); do printf '%s' "\${1:i:1}"; sleep 0.03; done
  sleep 0.4
  printf '\\n'
}
${steps.join('\n')}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `script` writes what the terminal was sent to one file, and to the other how long after the last each part came. */
function toCast(output: Buffer, timing: string): string {
  // Its log begins with a line of its own.
  let offset = output.indexOf('\n') + 1;
  let seconds = 0;
  const header = {
    version: 2,
    width: WIDTH,
    height: HEIGHT,
    idle_time_limit: IDLE_SECONDS,
    title: 'npm run demo',
    env: { TERM: 'xterm-256color' },
  };
  const decoder = new TextDecoder();
  const lines = [JSON.stringify(header)];
  for (const line of timing.trimEnd().split('\n')) {
    const [delay = 0, length = 0] = line.split(' ').slice(-2).map(Number);
    seconds += delay;
    const text = decoder.decode(output.subarray(offset, offset + length), { stream: true });
    offset += length;
    lines.push(JSON.stringify([Number(seconds.toFixed(3)), 'o', text]));
  }
  return `${lines.join('\n')}\n`;
}
