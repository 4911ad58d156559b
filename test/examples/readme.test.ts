import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/server.ts';
import { temporaryFolder } from '../support/airbyte-process.ts';
import { takeApart } from '../support/airbyte-run.ts';
import { readmeCommands } from '../support/documents.ts';
import { takeTapApart } from '../support/singer-run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const hasTools = ['bash', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
/** What the tap leaves out unless a catalog selects it. */
const COSTLY = ['dropdown_options', 'note_replies', 'relationships', 'transcript_fragments'];

describe.runIf(hasTools)('the commands of the README', () => {
  it('read a whole account, then what is new, and then the same with the tap', async () => {
    const sandbox = await startSandbox({ minuteLimit: 1_000_000 });
    onTestFinished(() => sandbox.close());
    const folder = await temporaryFolder();
    for (const name of ['bin', 'examples']) await symlink(join(ROOT, name), join(folder, name));
    await mkdir(join(folder, 'secrets'));
    const config = { api_key: sandbox.apiKey, api_base_url: sandbox.url };
    await writeFile(join(folder, 'secrets/config.json'), JSON.stringify(config));
    const target = join(folder, 'target-jsonl');
    await writeFile(target, '#!/bin/sh\nexec cat > singer.jsonl\n');
    await chmod(target, 0o755);

    const commands = (await readmeCommands('A pipe')).replace(/^npm ci.*\n/, '');
    const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', commands], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}:${dirname(process.execPath)}:${process.env['PATH']}` },
      maxBuffer: 1e9,
    });

    const expected = Object.entries(sandbox.counts()).filter(([stream]) => !/^list_\d/.test(stream));
    const first = takeApart(await readFile(join(folder, 'messages.jsonl'), 'utf8'), 0);
    const second = takeApart(stdout, 0);
    expect([first.errors, second.errors]).toEqual([[], []]);
    expect(Object.keys(first.statuses).sort()).toEqual(expected.map(([stream]) => stream).sort());
    for (const [stream, rows] of expected) expect(first.recordsOf(stream).length, stream).toBe(rows);
    expect(second.recordsOf('companies').length).toBe(first.recordsOf('companies').length);
    expect(second.recordsOf('emails').length).toBeLessThan(first.recordsOf('emails').length / 4);
    const singer = await readFile(join(folder, 'singer.jsonl'), 'utf8');
    const tap = takeTapApart({ text: singer, logs: '', exitCode: 0 });
    for (const [stream, rows] of expected.filter(([name]) => !COSTLY.includes(name)))
      expect(tap.recordsOf(stream).length, stream).toBe(rows);
  });
});
