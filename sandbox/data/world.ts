import { makeNames, type Names } from './names.ts';
import { Random, saltOf } from './random.ts';
import { type Sizes, sizesOf } from './sizes.ts';
import { day } from './time.ts';

/** What every generator starts from. */
export type World = {
  seed: number;
  /** The start of the sandbox's time in milliseconds; rows never depend on anything later. */
  startMs: number;
  /** When the account was opened. */
  openedMs: number;
  sizes: Sizes;
  names: Names;
  random: (name: string) => (index: number) => Random;
  /** Created times that go up with the index and spread over the life of the account. */
  createdMs: (name: string, size: number) => (index: number) => number;
};

const accountAgeDays = 1100;

/** What an account follows from. */
export type WorldOptions = { seed: number; scale: number; lists?: number | null; startMs: number };

/** The same options always give the same world. */
export function makeWorld(options: WorldOptions): World {
  const { seed, startMs } = options;
  const openedMs = startMs - accountAgeDays * day;
  const random = (name: string) => {
    const salt = saltOf(seed, name);
    return (index: number) => new Random(salt, index);
  };
  return {
    seed,
    startMs,
    openedMs,
    sizes: sizesOf(options.scale, options.lists),
    names: makeNames(seed),
    random,
    createdMs: (name, size) => {
      const salt = saltOf(seed, `${name}.created`);
      const step = (startMs - openedMs) / size;
      return (index) => {
        const jitter = new Random(salt, index).next() / 4294967296;
        return Math.floor((openedMs + (index + jitter * 0.98) * step) / 1000) * 1000;
      };
    },
  };
}

/** An `updatedAt`: null until the first edit, and never after the start of the sandbox's time. */
export function updatedMsOf(world: World, name: string, createdMs: (index: number) => number) {
  const random = world.random(`${name}.updated`);
  return (index: number): number | null => {
    const dice = random(index);
    if (dice.chance(0.6)) return null;
    const created = createdMs(index);
    const age = Math.min(world.startMs - created, 200 * day);
    return created + Math.floor((dice.below(1000) * age) / 1_000_000) * 1000;
  };
}
