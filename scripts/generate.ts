/** Writes what is generated from the code and committed: spec.json and the catalogs. `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { connectorSpecification } from '../src/protocol/airbyte/spec.ts';

await writeJson('spec.json', connectorSpecification());

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(new URL(`../${path}`, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);
}
