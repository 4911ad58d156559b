import type { ServerResponse } from 'node:http';
import type { Fault } from '../faults/fault-book.ts';

/** A finished answer. */
export type Reply = { status: number; headers: Record<string, string>; body: string | Buffer };

/** Sends an answer, or breaks off where a fault says so. Resolves when nothing more will be sent. */
export async function send(response: ServerResponse, reply: Reply, fault: Fault | null): Promise<void> {
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body, 'utf8') : reply.body;
  const half = body.subarray(0, Math.max(1, Math.floor(body.length / 2)));
  const { socket } = response;
  response.sendDate = false;
  switch (fault?.kind) {
    case 'reset-before-answer':
      socket?.resetAndDestroy();
      return;
    case 'hang':
      return new Promise((resolve) => response.once('close', resolve));
    case 'reset-in-body':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      await flushed(response, half);
      socket?.resetAndDestroy();
      return;
    case 'cut-content-length':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      await flushed(response, half);
      socket?.destroy();
      return;
    case 'cut-chunked':
      response.writeHead(reply.status, reply.headers);
      await flushed(response, half);
      socket?.destroy();
      return;
    case 'stall':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      await flushed(response, half);
      await pause(fault.delayMs);
      response.end(body.subarray(half.length));
      return;
    default:
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      response.end(body);
  }
}

function flushed(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => response.write(bytes, () => resolve()));
}

/** Resolves after a time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
