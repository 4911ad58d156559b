/**
 * How long `spec` takes from the start of the process to its end, as a process and, where a Docker Engine answers, as
 * `docker run`; and how large the image is.
 *
 *     npm run bench:start -- --runs 20 --image planetaventures/source-affinity:dev
 *
 * Without `--image` one is built first and stays, as `source-affinity:bench`; DOCKER_BUILDKIT=0 is needed where BuildKit's
 * plugin is missing. `--results` keeps the figures in RESULTS.md.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { barChart } from './support/chart.ts';
import { connector, root } from './support/processes.ts';
import { median, publish, table } from './support/report.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    image: { type: 'string' },
    results: { type: 'boolean', default: false },
  },
});
const OWN_TAG = 'source-affinity:bench';
const run = promisify(execFile);

const NODE = ['--eval', '0'];
const starts = new Map<string, readonly string[]>([
  ['node alone, an empty program', [process.execPath, ...NODE]],
  ['spec as a process', [process.execPath, connector, 'spec']],
]);
const image = await findImage();
if ('name' in image) {
  starts.set('node alone, as docker run', ['docker', 'run', '--rm', '--entrypoint', 'node', image.name, ...NODE]);
  starts.set('spec as docker run', ['docker', 'run', '--rm', image.name, 'spec']);
}
const times = new Map<string, number[]>([...starts.keys()].map((name) => [name, []]));
// Once for nothing, so that files and compiled code are in their caches.
for (const name of starts.keys()) await time(name);
for (let each = 0; each < Number(values.runs); each += 1) {
  for (const name of starts.keys()) times.get(name)?.push(await time(name));
}
await publishFigures('name' in image ? await sizeOf(image.name) : `The image was left out: ${image.whyNot}.`);

async function time(name: string): Promise<number> {
  const [program = '', ...args] = starts.get(name) ?? [];
  const startedMs = performance.now();
  await run(program, args);
  return performance.now() - startedMs;
}

async function findImage(): Promise<{ name: string } | { whyNot: string }> {
  try {
    await run('docker', ['info']);
  } catch {
    return { whyNot: 'no Docker Engine answers on this machine' };
  }
  if (values.image !== undefined) return { name: values.image };
  try {
    // BuildKit where there is its plugin; the older builder does as well.
    const hasBuildx = await run('docker', ['buildx', 'version']).then(
      () => true,
      () => false,
    );
    await run('docker', ['build', '--network', 'host', '--tag', OWN_TAG, root], {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, DOCKER_BUILDKIT: hasBuildx ? '1' : '0' },
    });
    return { name: OWN_TAG };
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n');
    return { whyNot: `docker build failed (${lines.at(-1)})` };
  }
}

/** The image's layers add up; those of its base are told apart, for they depend on where the base came from. */
async function sizeOf(name: string): Promise<string> {
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
  const base = /^ARG NODE_IMAGE=(\S+)/m.exec(dockerfile)?.[1] ?? '';
  const [whole, ofBase] = await Promise.all([bytesOf(name), bytesOf(base)]);
  if (whole === undefined) return 'The image’s size is not known.';
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const parts =
    ofBase === undefined ? '' : `, of which ${megabytes(ofBase)} are its base and ${megabytes(whole - ofBase)} ours`;
  return `The image has ${megabytes(whole)} uncompressed${parts}.`;
}

async function bytesOf(name: string): Promise<number | undefined> {
  try {
    const { stdout } = await run('docker', ['image', 'inspect', '--format', '{{.Size}}', name]);
    return Number(stdout);
  } catch {
    return undefined;
  }
}

async function publishFigures(size: string): Promise<void> {
  const rows = [...times].map(([name, ms]) => [
    name,
    ...[median(ms), Math.min(...ms), Math.max(...ms)].map((each) => each.toFixed(0)),
  ]);
  const chart = barChart({
    title: 'From start to end of spec',
    label: 'milliseconds, median',
    names: ['measured'],
    groups: [...times].map(([name, ms]) => ({ name, values: [median(ms)] })),
    format: (value) => value.toFixed(0),
  });
  await publish(
    {
      name: 'start',
      title: 'Start and size',
      blocks: [
        `Wall time from the start of the process to its end, ${values.runs} runs each, in turn, after one that is not counted.`,
        table(['', 'median ms', 'least', 'most'], rows),
        size,
      ],
      charts: [{ name: 'start', alt: 'Milliseconds that spec takes', svg: chart }],
    },
    values.results,
  );
}
