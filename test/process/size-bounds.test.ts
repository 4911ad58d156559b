import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { streams as allStreams } from '../../src/streams/index.ts';
import { configOf, nameStreams } from '../support/affinity-account.ts';
import { peakMegabytes, start, temporaryFiles } from '../support/airbyte-process.ts';
import { serveLocally } from '../support/local-server.ts';

/** What the image has in a container of 2 GiB. */
const env = {
  NODE_OPTIONS: '--max-old-space-size=1228 --max-semi-space-size=4',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
};
const CONTAINER_MEGABYTES = 2_048;
const MEGABYTE = 1024 * 1024;

type Answer = (response: ServerResponse) => void;

/** An account of which every path that matches is answered like this; the others have no rows. */
async function serve(pattern: RegExp, answer: Answer): Promise<{ url: string; apiKey: string }> {
  const url = await serveLocally((request, response) => {
    response.on('error', () => {}).setHeader('content-type', 'application/json');
    if (pattern.test(request.url ?? '')) answer(response);
    else if (request.url?.startsWith('/v2/')) response.end('{"data":[],"pagination":{"nextUrl":null}}');
    else response.writeHead(404).end('{}');
  });
  return { url, apiKey: 'a-key-of-ours' };
}

/** A body of so many megabytes, as fast as it is taken. */
function pour(megabytes: number): Answer {
  const piece = Buffer.alloc(MEGABYTE, ' ');
  return (response) => {
    let sent = 0;
    const more = (): void => {
      while (sent < megabytes) {
        sent += 1;
        if (!response.write(piece)) {
          response.once('drain', more);
          return;
        }
      }
      response.end('{"data":[],"pagination":{"nextUrl":null}}');
    };
    more();
  };
}

const bomb = gzipSync(Buffer.alloc(1024 * MEGABYTE, ' '));
const explode: Answer = (response) => void response.setHeader('content-encoding', 'gzip').end(bomb);

/** Reads with what the image has for memory; tells what the process said of each stream, and the most it took. */
async function readWithin(server: { url: string; apiKey: string }, names: readonly string[]) {
  const paths = await temporaryFiles({ config: configOf(server), catalog: nameStreams(names) });
  const running = start(['read', '--config', paths.config, '--catalog', paths.catalog], {
    env,
    isReading: false,
  });
  let peak = 0;
  const watch = setInterval(() => {
    peakMegabytes(running.child.pid).then(
      (megabytes) => {
        peak = Math.max(peak, megabytes || 0);
      },
      () => {},
    );
  }, 20);
  const chunks: Buffer[] = [];
  for await (const chunk of running.child.stdout) chunks.push(chunk as Buffer);
  const exit = await running.exit;
  clearInterval(watch);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  const errors = new Map<string, { failure_type: string; message: string }>();
  const complete: string[] = [];
  let longestLine = 0;
  for (const line of lines) {
    longestLine = Math.max(longestLine, line.length);
    if (!line.startsWith('{"type":"TRACE"')) continue;
    const { trace } = JSON.parse(line);
    if (trace.error !== undefined) errors.set(trace.error.stream_descriptor?.name, trace.error);
    if (trace.stream_status?.status === 'COMPLETE') complete.push(trace.stream_status.stream_descriptor.name);
  }
  return { exit, errors, complete, peak, longestLine, lines, stderr: running.stderr() };
}

describe('a body without measure', () => {
  it.each([
    ['of 1 GB', pour(1024)],
    ['of 1 GB once it is unpacked', explode],
  ])('%s is refused in words, and the other streams go on', { timeout: 60_000 }, async (_what, answer) => {
    const server = await serve(/^\/v2\/opportunities/, answer);
    const { exit, errors, complete, peak, stderr } = await readWithin(server, ['opportunities', 'webhooks', 'emails']);
    expect(exit).toEqual({ code: 1, signal: null });
    expect(stderr).toBe('');
    expect([...errors.keys()]).toEqual(['opportunities']);
    expect(errors.get('opportunities')).toMatchObject({
      failure_type: 'system_error',
      message: expect.stringMatching(/too large to be one page/),
    });
    expect(complete.toSorted()).toEqual(['emails', 'webhooks']);
    if (process.platform === 'linux') expect(peak).toBeLessThan(CONTAINER_MEGABYTES / 2);
  });

  it.each([
    ['of 1 GB', pour(1024)],
    ['of 1 GB once it is unpacked', explode],
  ])('%s from everywhere at once is refused in words for each stream', { timeout: 120_000 }, async (_what, answer) => {
    const server = await serve(/^\/(v2|notes|entity-files)/, answer);
    const names = allStreams.map(({ name }) => name);
    const { exit, errors, peak, stderr } = await readWithin(server, names);
    expect(exit).toEqual({ code: 1, signal: null });
    expect(stderr).toBe('');
    expect([...errors.keys()].toSorted()).toEqual(names.toSorted());
    for (const { message } of errors.values()) expect(message).toMatch(/too large to be one page/);
    if (process.platform === 'linux') expect(peak).toBeLessThan(0.75 * CONTAINER_MEGABYTES);
  });
});

describe('a record of 50 MB', () => {
  it.each([
    ['one text', `"${'x'.repeat(50 * MEGABYTE)}"`],
    ['a text of letters that take two bytes', `"${'ж'.repeat(25 * MEGABYTE)}"`],
    ['very many small things', `[${'{"a":1},'.repeat((50 * MEGABYTE) / 8)}1]`],
  ])('(%s) goes out as one line', { timeout: 120_000 }, async (_what, value) => {
    const body = Buffer.from(`{"data":[{"id":1,"odd":${value}},{"id":2}],"pagination":{"nextUrl":null}}`);
    const server = await serve(/^\/v2\/opportunities/, (response) => void response.end(body));
    const { exit, errors, complete, peak, longestLine, lines, stderr } = await readWithin(server, [
      'opportunities',
      'webhooks',
    ]);
    expect([...errors.values()]).toEqual([]);
    expect([exit.code, stderr]).toEqual([0, '']);
    expect(complete.toSorted()).toEqual(['opportunities', 'webhooks']);
    expect(longestLine).toBeGreaterThan(value.length);
    expect(lines.filter((line) => line.startsWith('{"type":"RECORD"'))).toHaveLength(2);
    if (process.platform === 'linux') expect(peak).toBeLessThan(CONTAINER_MEGABYTES);
  });
});

describe('pages of 500 long notes', () => {
  it('take little more memory than those of short ones', { timeout: 60_000 }, async () => {
    const content = 'x'.repeat(30 * 1024);
    const server = await serve(/^\/notes/, (response) => {
      const page = Number(/page_token=(\d)/.exec(response.req.url ?? '')?.[1] ?? 1);
      const notes = Array.from({ length: 500 }, (_, index) => ({
        id: 1_000 * page + index,
        content,
        type: 2,
        created_at: '2026-01-01T00:00:00Z',
        updated_at: null,
      }));
      response.end(JSON.stringify({ notes, next_page_token: page < 5 ? String(page + 1) : null }));
    });
    const { exit, complete, lines, peak } = await readWithin(server, ['notes']);
    expect([exit.code, complete]).toEqual([0, ['notes']]);
    expect(lines.filter((line) => line.startsWith('{"type":"RECORD"'))).toHaveLength(2_500);
    if (process.platform === 'linux') expect(peak).toBeLessThan(200);
  });
});
