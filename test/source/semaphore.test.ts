import { describe, expect, test } from 'vitest';
import { createSemaphore } from '../../src/source/semaphore.ts';

const { signal } = new AbortController();
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('places', () => {
  test('are given first come, first served, and giving one back twice frees one only', async () => {
    const places = createSemaphore(1);
    const order: string[] = [];
    const first = await places.acquire(signal);
    const ask = async (name: string) => {
      const permit = await places.acquire(signal);
      order.push(name);
      return permit;
    };
    const [second, third] = [ask('second'), ask('third')];
    first.release();
    first.release();
    const permit = await second;
    await settle();
    expect(order).toEqual(['second']);
    permit.release();
    await third;
    expect(order).toEqual(['second', 'third']);
  });

  test('one who gave up waiting does not take another one’s turn', async () => {
    const places = createSemaphore(1);
    const gone = new AbortController();
    const first = await places.acquire(signal);
    const impatient = places.acquire(gone.signal);
    const patient = places.acquire(signal);
    gone.abort(new Error('gone'));
    await expect(impatient).rejects.toThrow('gone');
    first.release();
    await patient;
    await expect(places.acquire(gone.signal)).rejects.toThrow('gone');
  });

  test('go to the lanes in turn, and to those who want many before those behind them', async () => {
    const places = createSemaphore(4);
    const all = await places.acquire(signal, () => 4);
    const order: string[] = [];
    const ask = async (lane: string, count: number): Promise<void> => {
      const permit = await places.acquire(signal, () => count, lane);
      order.push(`${lane} ${count}`);
      await settle();
      permit.release();
    };
    const asked = [ask('a', 2), ask('a', 1), ask('b', 4), ask('c', 1)];
    all.release();
    await Promise.all(asked);
    expect(order).toEqual(['a 2', 'b 4', 'c 1', 'a 1']);
  });

  test('are counted when their turn comes', async () => {
    const places = createSemaphore(2);
    const first = await places.acquire(signal);
    let wanted = 2;
    let isServed = false;
    const waiting = places
      .acquire(signal, () => wanted)
      .then(() => {
        isServed = true;
      });
    const second = places.acquire(signal);
    await settle();
    expect(isServed).toBe(false);
    wanted = 1;
    first.release();
    await Promise.all([waiting, second]);
  });

  test('that somebody needs more of are missing until they are given back, however many they are', async () => {
    const places = createSemaphore(3);
    const [large, small] = await Promise.all([places.acquire(signal), places.acquire(signal)]);
    large.resize(10);
    let isServed = false;
    const waiting = places.acquire(signal).then(() => {
      isServed = true;
    });
    small.release();
    await settle();
    expect(isServed).toBe(false);
    large.resize(3);
    await settle();
    expect(isServed).toBe(false);
    large.resize(2);
    await waiting;
    large.release();
    large.resize(3);
    await places.acquire(signal, () => 2);
  });
});
