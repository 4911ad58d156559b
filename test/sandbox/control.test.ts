import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/server.ts';
import { get, start } from './support.ts';

function ask(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  return get(sandbox, `/_sandbox${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

describe('control over HTTP', () => {
  test('needs no key and leaves no trace in the log', async () => {
    const sandbox = await start({ minuteLimit: 1 });
    for (let number = 0; number < 3; number += 1)
      expect((await fetch(`${sandbox.url}/_sandbox/counts`)).status).toBe(200);
    expect(sandbox.requests).toEqual([]);
  });

  test('tells counts and rows as lines or as an array', async () => {
    const sandbox = await start();
    expect((await ask(sandbox, 'GET', '/counts')).body).toEqual(sandbox.counts());
    const lines = await (await fetch(`${sandbox.url}/_sandbox/rows/lists`)).text();
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(sandbox.rows('lists'));
    expect((await ask(sandbox, 'GET', '/rows/companies?format=array')).body).toEqual(sandbox.rows('companies'));
    expect((await ask(sandbox, 'GET', '/rows/list_3304_entries?format=array')).body).toEqual([]);
    expect((await ask(sandbox, 'GET', '/rows/nothing')).status).toBe(404);
  });

  test('sets faults, changes data, moves the time and tells the log', async () => {
    const sandbox = await start();
    await ask(sandbox, 'PUT', '/faults', [{ kind: '502-html', nth: 1 }]);
    expect((await get(sandbox, '/v2/lists')).status).toBe(502);
    await ask(sandbox, 'POST', '/faults', { kind: '503-html', match: '/v2/lists' });
    expect((await get(sandbox, '/v2/lists')).status).toBe(503);
    await ask(sandbox, 'DELETE', '/faults');
    expect((await get(sandbox, '/v2/lists')).status).toBe(200);
    const log = (await ask(sandbox, 'GET', '/requests?after=1')).body;
    expect(log).toMatchObject([
      { number: 2, method: 'GET', path: '/v2/lists', status: 503, fault: '503-html' },
      { number: 3, status: 200, fault: null },
    ]);
    expect((await ask(sandbox, 'GET', '/counters')).body).toMatchObject({
      total: 3,
      byStatus: { 200: 1, 502: 1, 503: 1 },
    });
    await ask(sandbox, 'DELETE', '/requests');
    expect(sandbox.counters().total).toBe(0);
    expect((await ask(sandbox, 'POST', '/clock', { advanceMs: 1000 })).body).toEqual({
      now: '2026-10-15T12:00:01.000Z',
    });
    const effects = (
      await ask(sandbox, 'POST', '/changes', [
        { kind: 'insert', stream: 'emails' },
        { kind: 'merge', of: 'person' },
      ])
    ).body;
    expect(effects).toMatchObject([
      { stream: 'emails', action: 'inserted' },
      { stream: 'persons', action: 'deleted' },
      { stream: 'person_merges' },
    ]);
  });

  test('changes settings', async () => {
    const sandbox = await start();
    expect(
      (await ask(sandbox, 'PATCH', '/settings', { deny: ['Export data from Lists'], minuteLimit: 5 })).body,
    ).toMatchObject({ minuteLimit: 5 });
    expect((await get(sandbox, '/v2/opportunities')).status).toBe(403);
  });

  test.for([
    ['PUT', '/faults', [{ kind: 'nonsense' }]],
    ['POST', '/changes', { kind: 'insert', stream: 'nothing' }],
    ['POST', '/changes', { kind: 'delete', stream: 'emails', ids: [1] }],
    ['POST', '/clock', { advanceMs: -1 }],
    ['PATCH', '/settings', { unknown: 1 }],
  ] as const)('%s %s refuses %j', async ([method, path, body]) => {
    const sandbox = await start();
    expect(await ask(sandbox, method, path, body)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });

  test('expires cursors and spends calls', async () => {
    const sandbox = await start({ minuteLimit: 10 });
    await ask(sandbox, 'POST', '/spend', { minute: 10 });
    expect((await get(sandbox, '/v2/lists')).status).toBe(429);
    expect((await ask(sandbox, 'POST', '/expire-cursors')).body).toEqual({ done: true });
  });
});
