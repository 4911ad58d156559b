import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { guesses } from '../../src/source/doctor/guesses.ts';
import { API_KEY, configOf, openAccount, openAccountForTest } from '../support/affinity-account.ts';
import { runForText } from '../support/airbyte-run.ts';
import { reportOn, runDoctor } from './run-doctor.ts';

let account: Sandbox;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

describe('source-affinity doctor', () => {
  it('prints a table of every guess, what was found and what the connector does, and exits with 0', async () => {
    const { exitCode, text } = await runDoctor(configOf(account));
    expect(exitCode).toBe(0);
    const lines = text.split('\n');
    expect(lines[1]).toMatch(/^│ +│ guess +│ found +│ what the connector does +│$/);
    for (const { id } of guesses) expect(text).toMatch(new RegExp(`^│ [✔✘?] │ ${id}: `, 'm'));
    expect(text).toMatch(/\n\d+ confirmed, \d+ refuted, \d+ undecided; \d+ calls\.\nsource-affinity \d+\.\d+\.\d+, /);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('{"type":');
  });

  it('says the same to machines with --format json', async () => {
    const [{ text }, report] = [await runDoctor(configOf(account)), await reportOn(account)];
    expect(report.findings.map(({ id }) => id)).toEqual(guesses.map(({ id }) => id));
    const words = text.replace(/[│├┼┤─┌┬┐└┴┘\s]+/g, '');
    for (const { verdict } of report.findings) expect(words).toContain(`${verdict}:`);
    expect(text).toContain(`${report.calls} calls.`);
    expect(Object.keys(report.findings[0] ?? {})).toEqual(['id', 'guess', 'verdict', 'found', 'consequence']);
  });

  it('is explained by --help', async () => {
    const { exitCode, text } = await runForText(['doctor', '--help']);
    expect(exitCode).toBe(0);
    expect(text).toContain('--format');
  });

  it('ends quietly when it is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await runDoctor(configOf(account), { stop: stop.signal })).toEqual({ exitCode: 1, text: '' });
  });
});

describe('what keeps the doctor from asking', () => {
  const oneSentence = async (settings: Record<string, unknown>): Promise<string> => {
    const { exitCode, text } = await runDoctor(settings);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^[A-Z][^\n{]+\n$/);
    const json = await runDoctor(settings, { format: 'json' });
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.text)).toEqual({ error: text.trimEnd() });
    return text;
  };

  it('a wrong key', async () => {
    const text = await oneSentence(configOf(account, { api_key: 'another-key' }));
    expect(text).toMatch(/^Affinity refused the API key \(401\)/);
    expect(text).not.toContain('another-key');
  });

  it('a plan without the API V2', async () => {
    const plan = await openAccountForTest({ hasV2: false });
    expect(await oneSentence(configOf(plan))).toContain('does not include the API V2');
  });

  it('a host where nobody answers', async () => {
    const gone = await openAccount();
    await gone.close();
    expect(await oneSentence(configOf(gone))).toContain('No usable answer for the owner of the API key');
  });

  it('a host that is not Affinity', async () => {
    expect(await oneSentence({ api_key: API_KEY, api_base_url: 'https://attacker.example' })).toContain('api_base_url');
  });

  it('a configuration without a key', async () => {
    expect(await oneSentence({})).toContain('api_key');
  });

  it('a file that is not there', async () => {
    const { exitCode, text } = await runForText(['doctor', '--config', 'absent.json']);
    expect(exitCode).toBe(1);
    expect(text).toBe('The configuration file absent.json cannot be read: it does not exist.\n');
  });
});
