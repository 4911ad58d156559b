/**
 * The ceiling: fetches the pages whose URLs the given file lists, several at a time, parses them, and writes each row as
 * a line. Nothing else. A page's rows are V2's `data` or V1's first array.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

const [file, key, inFlight] = process.argv.slice(2);
const urls = readFileSync(file, 'utf8').trim().split('\n').values();
const dispatcher = new Agent();
const headers = { authorization: `Bearer ${key}`, 'x-affinity-api-version': '2026-09-17' };
const prefix = '{"type":"RECORD","record":{"stream":"companies","emitted_at":1790000000000,"data":';
const MOST_LISTENERS = 100;
process.stdout.setMaxListeners(MOST_LISTENERS);

async function work() {
  for (const url of urls) {
    const response = await request(url, { dispatcher, headers });
    const body = JSON.parse(await response.body.text());
    let piece = '';
    for (const row of rowsOf(body)) {
      piece += `${prefix}${JSON.stringify(row)}}}\n`;
      if (piece.length < 65_536) continue;
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
      piece = '';
    }
    if (piece !== '' && !process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}

function rowsOf(body) {
  if (Array.isArray(body)) return body;
  return body.data ?? Object.values(body).find(Array.isArray) ?? [];
}

await Promise.all(Array.from({ length: Number(inFlight) }, work));
await dispatcher.close();
