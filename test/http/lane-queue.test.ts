import { describe, expect, test } from 'vitest';
import { createLaneQueue } from '../../src/http/lane-queue.ts';

function drain(queue: ReturnType<typeof createLaneQueue<string>>): string[] {
  return Array.from({ length: queue.size }, () => queue.shift() ?? 'nothing');
}

describe('a queue with lanes', () => {
  test('lanes take turns, whoever came with more', () => {
    const queue = createLaneQueue<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item.charAt(0), item);
    expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  test('a lane that comes back queues behind the others', () => {
    const queue = createLaneQueue<string>();
    for (const item of ['a1', 'b1', 'b2']) queue.push(item.charAt(0), item);
    expect(queue.shift()).toBe('a1');
    queue.push('a', 'a2');
    expect(drain(queue)).toEqual(['b1', 'a2', 'b2']);
  });

  test('a lane that comes back after others had several turns goes before them', () => {
    const queue = createLaneQueue<string>();
    for (const item of ['a1', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']) queue.push(item.charAt(0), item);
    expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual(['a1', 'b1', 'c1', 'b2']);
    queue.push('d', 'd1');
    queue.push('a', 'a2');
    expect(drain(queue)).toEqual(['a2', 'c2', 'b3', 'd1', 'c3']);
  });

  test('lanes that are new again and again keep no other waiting', () => {
    const queue = createLaneQueue<string>();
    queue.push('chain', 'chain 1');
    expect(queue.shift()).toBe('chain 1');
    for (let list = 1; list <= 5; list += 1) queue.push(`list ${list}`, `list ${list}`);
    expect(queue.shift()).toBe('list 1');
    queue.push('chain', 'chain 2');
    for (let list = 6; list <= 9; list += 1) queue.push(`list ${list}`, `list ${list}`);
    // Those that were there when the chain had its turn came as late as it did.
    expect(drain(queue).slice(0, 6).toSorted()).toEqual(['chain 2', 'list 2', 'list 3', 'list 4', 'list 5', 'list 6']);
  });

  test('what was removed does not come, and the lane goes on', () => {
    const queue = createLaneQueue<string>();
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    queue.remove('a', 'a1');
    queue.remove('b', 'b1');
    queue.remove('b', 'b1');
    queue.remove('nowhere', 'x');
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual(['a2']);
    expect(queue.shift()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  test('only lanes that are wanted have their turn, and the others keep theirs', () => {
    const queue = createLaneQueue<string>();
    for (const item of ['a1', 'b1', 'a2', 'c1']) queue.push(item.charAt(0), item);
    expect(queue.shift((lane) => lane !== 'a')).toBe('b1');
    expect(queue.shift((lane) => lane === 'b')).toBeUndefined();
    expect([queue.peek(), queue.size]).toEqual(['a1', 3]);
    expect(drain(queue)).toEqual(['a1', 'c1', 'a2']);
  });
});
