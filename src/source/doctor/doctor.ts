import { WhoAmI } from '../../affinity/models/envelopes.ts';
import type { Config } from '../../config.ts';
import type { Clock } from '../../http/clock.ts';
import { askOwner } from '../check.ts';
import type { RawConnection } from '../connection.ts';
import { reasonFor } from './answers.ts';
import { type Ask, createAsk } from './ask.ts';
import { type Finding, type Guess, undecided } from './guess.ts';
import { guesses } from './guesses.ts';
import type { Witness } from './witness.ts';

/** What was found about one guess. */
export interface Examined extends Finding {
  readonly id: string;
  readonly guess: string;
  readonly consequence: string;
}

export interface DoctorOptions {
  readonly config: Config;
  /** Made over the witness's transport. */
  readonly connection: RawConnection;
  readonly witness: Witness;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Tests every guess about the API on the user's own account, side by side, with about two dozen calls that only read.
 * Rejects only when nothing can be asked at all: wrong key, plan or host. What it returns names nobody and nothing.
 */
export async function examineGuesses(options: DoctorOptions): Promise<readonly Examined[]> {
  const { config, connection, witness, clock, signal } = options;
  const owner = await askOwner((what) =>
    connection.affinity.for({ lane: 'doctor', what, ...(signal === undefined ? {} : { signal }) }),
  );
  const ownerId = WhoAmI.safeParse(owner).data?.user.id;
  const ask = createAsk({ config, http: connection.http, clock, witness, ownerId, signal });

  const examined = new Map<Guess, Examined>();
  const examineAll = async (some: readonly Guess[]): Promise<void> => {
    await Promise.all(some.map(async (guess) => examined.set(guess, await examineGuess(guess, ask, signal))));
  };
  await examineAll(guesses.filter(({ isLast }) => isLast !== true));
  await examineAll(guesses.filter(({ isLast }) => isLast === true));
  return guesses.flatMap((guess) => examined.get(guess) ?? []);
}

/** One guess by itself: what goes wrong on the way leaves it undecided. Rejects only when the signal was aborted. */
export async function examineGuess(guess: Guess, ask: Ask, signal?: AbortSignal): Promise<Examined> {
  const finding = await guess.examine(ask).catch((error: unknown) => {
    signal?.throwIfAborted();
    return undecided(reasonFor(error));
  });
  return { id: guess.id, guess: guess.guess, ...finding, consequence: guess.consequence };
}
