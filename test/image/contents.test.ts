import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { BASE_IMAGE, docker, IMAGE, runInImage } from './docker.ts';

const Manifest = z.object({
  version: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const Metadata = z.object({
  metadataSpecVersion: z.literal('1.0'),
  data: z.object({
    name: z.string(),
    definitionId: z.uuid(),
    connectorType: z.literal('source'),
    connectorSubtype: z.literal('api'),
    dockerRepository: z.string(),
    dockerImageTag: z.string(),
    documentationUrl: z.url(),
    githubIssueLabel: z.string(),
    license: z.string(),
    releaseStage: z.enum(['alpha', 'beta', 'generally_available', 'custom']),
    icon: z.string(),
    allowedHosts: z.object({ hosts: z.array(z.string()) }),
    suggestedStreams: z.object({ streams: z.array(z.string()).min(1) }),
  }),
});
const ImageConfig = z.object({
  User: z.string(),
  Env: z.array(z.string()),
  Entrypoint: z.array(z.string()),
  Labels: z.record(z.string(), z.string()),
});

async function readProjectFile(name: string): Promise<string> {
  return await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
}

const manifest = Manifest.parse(JSON.parse(await readProjectFile('package.json')));
const { data: metadata } = Metadata.parse(parse(await readProjectFile('metadata.yaml')));

async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
}

async function shell(script: string, ...flags: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runInImage([...flags, '--entrypoint', 'sh'], '-c', script);
  expect(stderr).toBe('');
  return stdout.trim();
}

describe('the description of the image', async () => {
  const config = ImageConfig.parse(JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', IMAGE)));

  it('has labels that agree with metadata.yaml and package.json', () => {
    expect(metadata.dockerImageTag).toBe(manifest.version);
    expect(metadata.license).toBe(manifest.license);
    expect(config.Labels).toMatchObject({
      'io.airbyte.name': metadata.dockerRepository,
      'io.airbyte.version': manifest.version,
      'org.opencontainers.image.version': manifest.version,
      'org.opencontainers.image.licenses': manifest.license,
      'org.opencontainers.image.base.name': `docker.io/library/${BASE_IMAGE}`,
    });
  });

  it('suggests streams that there are, and the one host that it needs', async () => {
    const { streams } = JSON.parse(await readProjectFile('catalog/discovered.json')) as { streams: { name: string }[] };
    expect(streams.map(({ name }) => name)).toEqual(expect.arrayContaining(metadata.suggestedStreams.streams));
    expect(metadata.allowedHosts.hosts).toEqual(['api.affinity.co']);
  });

  it('tells the platform the entry point, which works from any directory', () => {
    expect(config.Env).toContain(`AIRBYTE_ENTRYPOINT=${config.Entrypoint.join(' ')}`);
    for (const word of config.Entrypoint) expect(word).toMatch(/^\/[\w./-]+$/);
  });

  it('runs as airbyte, with the user and group id 1000', async () => {
    expect(config.User).toBe('airbyte');
    expect(await shell('id')).toBe('uid=1000(airbyte) gid=1000(airbyte) groups=1000(airbyte)');
    expect(await shell('stat -c %U:%G /airbyte /config /secrets')).toBe(Array(3).fill('airbyte:airbyte').join('\n'));
  });

  it('keeps the time in UTC', async () => {
    expect(config.Env).toContain('TZ=UTC');
  });
});

describe('what is inside', () => {
  it('is less than 30 MB more than the base', async () => {
    const addedMegabytes = ((await sizeOf(IMAGE)) - (await sizeOf(BASE_IMAGE))) / 1e6;
    expect(addedMegabytes).toBeGreaterThan(0);
    expect(addedMegabytes).toBeLessThan(30);
  });

  it('is nothing that only development needs', async () => {
    const entries = await shell('ls -A /airbyte');
    const allowed = ['.cache', 'LICENSE', 'bin', 'dist', 'node_modules', 'package.json', 'spec.json'];
    expect(allowed).toEqual(expect.arrayContaining(entries.split('\n')));
    expect(await shell("find /airbyte -name '*.ts' -o -name '*.map' -o -name '*.md' -o -name '*.test.*'")).toBe('');
    const packages = new Set((await shell('cd /airbyte/node_modules && ls -d * @*/*')).split('\n'));
    for (const name of Object.keys(manifest.dependencies)) expect(packages).toContain(name);
    for (const name of Object.keys(manifest.devDependencies)) expect(packages).not.toContain(name);
  });

  it('has the programs that the platform’s script calls', async () => {
    expect(await shell('for name in sh sleep kill mv touch; do command -v $name >/dev/null || echo $name; done')).toBe(
      '',
    );
  });

  it('has its executables on the path', async () => {
    expect(await shell('source-affinity --version')).toBe(manifest.version);
  });
});

describe('while it runs', () => {
  it('answers spec in under half a second', async () => {
    const timesMs: number[] = [];
    // Once is enough: a machine that is busy with something else only ever makes it slower.
    while (timesMs.length < 20 && !(Math.min(...timesMs) < 500)) {
      const startedAt = performance.now();
      await runInImage([], 'spec');
      timesMs.push(performance.now() - startedAt);
    }
    expect(Math.min(...timesMs)).toBeLessThan(500);
  });

  it.each([512, 2048])('takes its heap limit from a memory limit of %i MB', async (limitMegabytes) => {
    const script = `node -p 'require("node:v8").getHeapStatistics().heap_size_limit / 2 ** 20'`;
    const heapMegabytes = Number(await shell(script, '--memory', `${limitMegabytes}m`));
    expect(heapMegabytes).toBeGreaterThan(0.55 * limitMegabytes);
    expect(heapMegabytes).toBeLessThan(0.75 * limitMegabytes);
  });

  it('finds compiled code for every module that it loads', async () => {
    const flags = ['--read-only', '--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE'];
    const { stderr } = await runInImage(flags, 'check', '--config', '/dev/null');
    const lookups = stderr.split('\n').filter((line) => line.includes('reading cache from'));
    expect(lookups.length).toBeGreaterThan(50);
    expect(lookups.filter((line) => !line.includes('success'))).toEqual([]);
    expect(stderr).not.toContain('was rejected');
  });
});
