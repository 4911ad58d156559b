import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { configOf, nameStreams } from '../support/affinity-account.ts';
import { EXECUTABLE, start, temporaryFiles } from '../support/airbyte-process.ts';
import { takeApart } from '../support/airbyte-run.ts';
import { serveOpportunities } from '../support/opportunity-server.ts';

/** A Node on this machine that is too old for the program, as those of current distributions are. */
function findOlderNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders
    .map((folder) => join(folder, 'node'))
    .find((node) => {
      const [, major, minor] =
        /^v(\d+)\.(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
      return major !== undefined && (Number(major) < 22 || (Number(major) === 22 && Number(minor) < 19));
    });
}

const olderNode = findOlderNode();

describe.runIf(olderNode !== undefined)('under a Node that is too old', () => {
  const startOlder = (argv: readonly string[], isGroup = false) =>
    start([EXECUTABLE, ...argv], { command: `${olderNode}`, isGroup });

  it('the program runs with its own, and answers as ever', async () => {
    const running = startOlder(['spec']);
    expect(await running.exit).toEqual({ code: 0, signal: null });
    expect(takeApart(running.stdout(), 0).messages[0]?.type).toBe('SPEC');
    expect(running.stderr()).toBe('');
    const failing = startOlder(['write']);
    expect(await failing.exit).toEqual({ code: 1, signal: null });
  });

  it.each([false, true])(
    'a signal arrives once, as from a terminal that tells the whole group (%j)',
    async (isGroup) => {
      const server = await serveOpportunities(50_000);
      const config = configOf({ ...server, apiKey: 'a-key-of-ours' });
      const paths = await temporaryFiles({ config, catalog: nameStreams(['opportunities']) });
      const running = startOlder(['read', '--config', paths.config, '--catalog', paths.catalog], isGroup);
      await running.until(/"type":"RECORD"/);
      // A reader that pauses: the program still has something to say when the second signal comes.
      running.child.stdout.pause();
      await sleep(500);
      process.kill(isGroup ? -Number(running.child.pid) : Number(running.child.pid), 'SIGINT');
      await sleep(50);
      running.child.stdout.resume();
      expect(await running.exit).toEqual({ code: null, signal: 'SIGINT' });
      expect(running.stderr()).toBe('');
      const { statuses, errors } = takeApart(running.stdout(), 1);
      expect(errors).toEqual([]);
      expect(Object.values(statuses)).toContain('STARTED RUNNING INCOMPLETE');
    },
  );
});
