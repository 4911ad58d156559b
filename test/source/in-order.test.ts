import { describe, expect, test } from 'vitest';
import { createInOrder } from '../../src/source/in-order.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('steps in order', () => {
  test('run at once when nothing is waited for', async () => {
    const order: number[] = [];
    const inOrder = createInOrder();
    inOrder.add(() => void order.push(1));
    expect(order).toEqual([1]);
    await inOrder.end();
    inOrder.add(() => void order.push(2));
    expect(order).toEqual([1, 2]);
  });

  test('wait for those before them, however long these take', async () => {
    const order: number[] = [];
    const inOrder = createInOrder();
    const slow = Promise.withResolvers<void>();
    inOrder.add(async () => {
      await slow.promise;
      order.push(1);
    });
    inOrder.add(() => void order.push(2));
    await tick();
    expect(order).toEqual([]);
    slow.resolve();
    await inOrder.end();
    expect(order).toEqual([1, 2]);
  });

  test('are dropped behind a failure, which is the one told', async () => {
    const dropped: number[] = [];
    const ran: number[] = [];
    const inOrder = createInOrder();
    const slow = Promise.withResolvers<void>();
    inOrder.add(() => slow.promise);
    for (const step of [1, 2, 3]) {
      inOrder.add(
        () => {
          ran.push(step);
          if (step > 1) throw new Error(`step ${step}`);
        },
        () => dropped.push(step),
      );
    }
    expect(() => inOrder.throwIfFailed()).not.toThrow();
    slow.resolve();
    await expect(inOrder.end()).rejects.toThrow('step 2');
    expect(() => inOrder.throwIfFailed()).toThrow('step 2');
    expect(ran).toEqual([1, 2]);
    expect(dropped).toEqual([2, 3]);
  });
});
