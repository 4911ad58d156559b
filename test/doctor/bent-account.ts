import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { parseConfig } from '../../src/config.ts';
import type { HttpClient, JsonResponse } from '../../src/http/client.ts';
import { systemClock } from '../../src/http/clock.ts';
import { createTransport } from '../../src/http/transport.ts';
import { connect } from '../../src/source/connection.ts';
import { type Ask, createAsk } from '../../src/source/doctor/ask.ts';
import { type Examined, examineGuess } from '../../src/source/doctor/doctor.ts';
import { guesses } from '../../src/source/doctor/guesses.ts';
import { createWitness } from '../../src/source/doctor/witness.ts';
import { type Bend, type Bendable, unchanged } from './bends.ts';

/** The sandbox, asked for single guesses, with its answers bent on the way. */
export interface BentAccount {
  readonly sandbox: Sandbox;
  examine(id: string, bend?: Bend, changes?: Partial<Ask>): Promise<Examined>;
  close(): Promise<void>;
}

/** An account as the documents have it, with more than a hundred companies. */
export async function openBentAccount(): Promise<BentAccount> {
  const sandbox = await startSandbox({ scale: 1, clock: 'manual', minuteLimit: 1_000_000 });
  const ownerId = Number(sandbox.rows('users')[0]?.['id']);
  const config = parseConfig({ api_key: sandbox.apiKey, api_base_url: sandbox.url });
  const transport = createTransport();

  const witness = createWitness(transport);
  const { http } = connect(
    config,
    { clock: systemClock, random: () => 0, transport: witness.transport },
    { patience: 'prompt' },
  );
  // The sandbox does not change: what it answered once is bent again and again.
  const answers = new Map<string, Promise<JsonResponse>>();

  function ask(bend: Bend): Ask {
    const bent: HttpClient = {
      async getJson(request) {
        const answer = answers.get(request.url) ?? http.getJson(request);
        answers.set(request.url, answer);
        return bendAnswer(await answer, request.url, bend);
      },
    };
    return createAsk({ config, http: bent, clock: systemClock, witness, ownerId });
  }

  return {
    sandbox,
    async examine(id, bend = unchanged, changes = {}) {
      const guess = guesses.find((each) => each.id === id);
      if (guess === undefined) throw new RangeError(`no guess ${id}`);
      return await examineGuess(guess, { ...ask(bend), pause: async () => {}, ...changes });
    },
    async close() {
      await Promise.all([sandbox.close(), transport.close()]);
    },
  };
}

function bendAnswer(answer: JsonResponse, url: string, bend: Bend): JsonResponse {
  const { pathname: path, search: query } = new URL(url);
  const headers: Bendable['headers'] = new Map();
  const bendable: Bendable = { path, query, status: answer.status, json: structuredClone(answer.json), headers };
  bend(bendable);
  return {
    ...answer,
    status: bendable.status,
    json: bendable.json,
    headers: (name) => (headers.has(name) ? headers.get(name) : answer.headers(name)),
  };
}
