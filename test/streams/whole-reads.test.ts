import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { byKey, readStream, startQuietSandbox } from './read-sandbox.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startQuietSandbox();
});

afterEach(async () => {
  await sandbox.close();
});

/** With the most calls that one full read may take, `/rate-limit` included; windows of time count one each at least. */
const calls: Readonly<Record<string, number>> = {
  notes_v2: 12,
  note_replies: 67,
  emails: 9,
  meetings: 8,
  calls: 8,
  chat_messages: 8,
  field_value_changes: 10,
  reminders: 8,
  users: 2,
  teams: 2,
  team_members: 3,
  transcripts: 8,
  transcript_fragments: 19,
  files: 8,
  entity_files: 2,
  company_merges: 2,
  person_merges: 2,
  relationships: 14,
  webhooks: 2,
};
const names = Object.keys(calls);

describe.each(names)('%s', (name) => {
  it('brings exactly the rows of the account, each once', async () => {
    const { rows, error, requests } = await readStream(sandbox, name);
    const truth = sandbox.rows(name);
    expect(error).toBeUndefined();
    expect(truth.length).toBeGreaterThan(0);
    expect(byKey(name, rows)).toEqual(byKey(name, truth));
    expect(rows).toHaveLength(truth.length);
    expect(requests.length).toBeLessThanOrEqual(calls[name] ?? 0);
    for (const request of requests.filter((each) => each.startsWith('/v2/'))) expect(request).toContain('limit=100');
  });

  it('resumed from any state, brings what is left', async () => {
    const { rows, states } = await readStream(sandbox, name);
    const truth = byKey(name, sandbox.rows(name));
    for (const { state, rowsBefore } of states) {
      const rest = await readStream(sandbox, name, { state });
      expect(rest.error).toBeUndefined();
      expect(byKey(name, [...rows.slice(0, rowsBefore), ...rest.rows])).toEqual(truth);
    }
  });
});

describe('a missing permission', () => {
  it.each(['company_merges', 'person_merges'])('fails %s and is named', async (name) => {
    sandbox.configure({ deny: ['Manage duplicates'] });
    const { rows, error, states } = await readStream(sandbox, name);
    expect(error).toContain('"Manage duplicates"');
    expect(rows).toEqual([]);
    expect(states).toEqual([]);
  });

  it.each(['users', 'teams', 'team_members'])('only takes properties from %s', async (name) => {
    sandbox.configure({ deny: ['Manage Users', 'Manage Teams'] });
    const { rows, error } = await readStream(sandbox, name);
    expect(error).toBeUndefined();
    expect(byKey(name, rows)).toEqual(byKey(name, sandbox.rows(name)));
  });
});
