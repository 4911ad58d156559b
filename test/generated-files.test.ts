import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.ts';
import { relations } from '../scripts/streams-page.ts';
import { findStream, streams } from '../src/streams/index.ts';

const files = await generatedFiles();

describe('generated files', () => {
  it.each([...files.keys()])('%s is what the code makes today (npm run generate)', async (path) => {
    const committed = await readFile(new URL(`../${path}`, import.meta.url), 'utf8');
    expect(committed).toBe(files.get(path));
  });
});

describe('docs/streams.md', () => {
  it('tells every stream and each of its columns', () => {
    const page = files.get('docs/streams.md') ?? '';
    for (const { name, jsonSchema } of streams) {
      const [, section = ''] = page.split(`\n## ${name}\n`);
      const columns = (section.split('\n## ')[0] ?? '').match(/^\| `[^`]+` \|/gm) ?? [];
      expect(columns).toEqual(Object.keys(jsonSchema.properties).map((property) => `| \`${property}\` |`));
    }
  });

  it.each(relations)('joins $from.$property with $to.$key, which both exist', ({ from, property, to, key }) => {
    expect(Object.keys(findStream(from)?.jsonSchema.properties ?? {})).toContain(property);
    expect(Object.keys(findStream(to)?.jsonSchema.properties ?? {})).toContain(key);
  });
});
