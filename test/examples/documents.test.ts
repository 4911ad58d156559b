import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'sandbox/README.md', 'bench/RESULTS.md'],
  ...['airbyte', 'clients', 'doctor', 'faults', 'from-dlt', 'streams'].map((name) => `docs/${name}.md`),
];

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** The anchors that GitHub gives the headings of a document. */
function anchorsOf(text: string): string[] {
  const headings = text.matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What pins the versions of clients. */
async function readPins(): Promise<string> {
  const requirements = await readdir(join(ROOT, 'test/clients/requirements'));
  const paths = [
    ...requirements.map((name) => `test/clients/requirements/${name}`),
    ...['dlt', 'meltano', 'pyairbyte'].map((name) => `examples/${name}/requirements.txt`),
    'examples/meltano/meltano.yml',
  ];
  return (await Promise.all(paths.map(read))).join('\n');
}

describe('docs/clients.md', () => {
  it('names the versions that are tested', async () => {
    const pins = await readPins();
    const named = (await read('docs/clients.md')).match(/[\w[\]-]+==[\d.]+\d/g) ?? [];
    expect(named.length).toBeGreaterThan(8);
    for (const pin of named) expect(pins).toContain(pin);
  });
});

describe.each(DOCUMENTS)('%s', (path) => {
  it('links to what there is', async () => {
    const text = await read(path);
    const targets = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
    for (const target of targets.filter((each) => !each.startsWith('https://'))) {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : join(dirname(path), file);
      expect(existsSync(join(ROOT, linked)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(await read(linked)), target).toContain(anchor);
    }
  });

  it('names scripts of package.json, and files of the project', async () => {
    const text = await read(path);
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
    const named = text.matchAll(/`((?:src|test|docs|examples|bench|scripts|catalog|sandbox)\/[\w./-]+)`/g);
    for (const [, file = ''] of named) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });
});
