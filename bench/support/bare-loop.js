/** The ceiling: fetches a collection's pages one by one, parses them, and writes each row as a line. Nothing else. */
import { once } from 'node:events';
import { Agent, request } from 'undici';

const [url, key] = process.argv.slice(2);
const dispatcher = new Agent();
const headers = { authorization: `Bearer ${key}`, 'x-affinity-api-version': '2026-09-17' };
const prefix = '{"type":"RECORD","record":{"stream":"companies","emitted_at":1790000000000,"data":';

for (let next = url; next; ) {
  const response = await request(next, { dispatcher, headers });
  const { data, pagination } = JSON.parse(await response.body.text());
  let piece = '';
  for (const row of data) {
    piece += `${prefix}${JSON.stringify(row)}}}\n`;
    if (piece.length < 65_536) continue;
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    piece = '';
  }
  if (piece !== '' && !process.stdout.write(piece)) await once(process.stdout, 'drain');
  next = pagination.nextUrl;
}
await dispatcher.close();
