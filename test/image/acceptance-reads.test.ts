import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure, lastStates, type Mode } from '../support/affinity-account.ts';
import { type JsonNode, type Output, takeApart } from '../support/airbyte-run.ts';
import { brokenSinceRelease, readReleased } from '../support/compatibility.ts';
import { itKeepsTheRulesOfReads } from '../support/read-rules.ts';
import { itKeepsTheRulesOfSchemas } from '../support/schema-rules.ts';
import { specFaults } from '../support/spec-rules.ts';
import { type Account, openAccount } from './account.ts';
import { runInImage } from './docker.ts';
import { keyOf, readInImage } from './reads.ts';

const MODES: readonly Mode[] = ['full_refresh', 'incremental'];

let account: Account;
let spec: JsonNode;
const firsts = new Map<Mode, Output>();
const seconds = new Map<Mode, Output>();

beforeAll(async () => {
  account = await openAccount();
  const said = await runInImage([], 'spec');
  spec = takeApart(said.stdout, said.exitCode ?? 1).messages[0]?.spec?.connectionSpecification ?? {};
  for (const mode of MODES) {
    const catalog = configure(account.streams, mode);
    const first = await readInImage(account, catalog);
    firsts.set(mode, first);
    // A full refresh that is over starts anew, also when its states come back.
    seconds.set(mode, await readInImage(account, catalog, lastStates(first)));
  }
});
afterAll(async () => {
  await account.close();
});

function runOf(runs: ReadonlyMap<Mode, Output>, mode: Mode): Output {
  const run = runs.get(mode);
  if (run === undefined) throw new Error(`no ${mode} run`);
  return run;
}

describe('the specification', () => {
  it('is one that platforms can show, and keeps secrets', () => {
    expect(Object.keys(spec.properties ?? {})).toContain('api_key');
    expect(specFaults(spec)).toEqual([]);
  });

  it('takes the configuration with which everything is read', async () => {
    const config: unknown = JSON.parse(await readFile(join(account.folder, 'config.json'), 'utf8'));
    const isValid = new Ajv({ strict: false, validateFormats: false }).compile(spec);
    expect(isValid(config), JSON.stringify(isValid.errors)).toBe(true);
    expect(isValid({ ...(config as object), api_key: undefined })).toBe(false);
  });

  it('breaks nothing of the newest release, nor do the streams', async () => {
    expect(brokenSinceRelease(await readReleased(), spec, account.streams)).toEqual([]);
  });
});

describe('the catalog', () => {
  itKeepsTheRulesOfSchemas(() => account.streams);
});

describe.each(MODES)('a first read (%s)', (mode) => {
  itKeepsTheRulesOfReads(() => ({ catalog: account.streams, output: runOf(firsts, mode) }));

  it('brings every row of every stream', () => {
    const counts = account.sandbox.counts();
    for (const { name } of account.streams) {
      expect(runOf(firsts, mode).recordsOf(name).length, name).toBe(counts[name]);
    }
  });
});

describe.each(MODES)('a second read, from the states of the first (%s)', (mode) => {
  itKeepsTheRulesOfReads(() => ({ catalog: account.streams, output: runOf(seconds, mode) }));

  it('comes later', () => {
    const times = (output: Output): number[] => output.records.map(({ emitted_at }) => emitted_at);
    const [first, second] = [times(runOf(firsts, mode)), times(runOf(seconds, mode))];
    expect(Math.min(...second)).toBeGreaterThan(Math.max(...first));
  });

  it('has the rows of a full refresh again, and less of what is incremental', () => {
    const rows = ({ records }: Output) =>
      new Map(records.map(({ stream, data }) => [keyOf(account, stream, data), data]));
    const [first, second] = [runOf(firsts, mode), runOf(seconds, mode)];
    const later = rows(second);
    let compared = 0;
    for (const { name, supported_sync_modes } of account.streams) {
      const before = first.recordsOf(name);
      if (mode === 'incremental' && supported_sync_modes.includes('incremental')) {
        expect(second.recordsOf(name).length, name).toBeLessThan(Math.max(before.length, 1));
        continue;
      }
      for (const row of before) expect(later.get(keyOf(account, name, row)), name).toEqual(row);
      compared += before.length;
    }
    expect(compared).toBeGreaterThan(100);
  });
});
