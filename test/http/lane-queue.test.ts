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
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual(['a1', 'c1', 'a2']);
  });
});
