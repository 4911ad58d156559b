import { STALE_STATUSES } from '../../affinity/errors.ts';
import { CannotTell, count, readPage, reasonFor, refusal } from './answers.ts';
import type { Ask } from './ask.ts';
import { confirmed, type Finding, type Guess, refuted, undecided } from './guess.ts';
import { type Question, someCompanies, someFiles, someNotes, someReminders, someTeams } from './questions.ts';

const PAUSE_SECONDS = 15;

export const nextLink: Guess = {
  id: 'next-link',
  guess: 'A page names the next one by a whole URL of the same host, with a cursor.',
  consequence: 'Follows it as it is; a URL of another host ends the stream, since the key would travel there.',
  async examine(ask) {
    const next = URL.parse(await nextOfAny(ask), ask.origin);
    if (next?.origin !== ask.origin) return refuted('another host, or no URL');
    return next.searchParams.has('cursor') ? confirmed('the same host, a cursor') : refuted('no parameter `cursor`');
  },
};

export const cursorAge: Guess = {
  id: 'cursor-age',
  guess: 'A cursor outlives a pause, so that an interrupted read can go on.',
  consequence: 'Saves cursors; one that is refused makes its part of the stream start over.',
  async examine(ask) {
    const next = await nextOfAny(ask);
    await ask.pause(PAUSE_SECONDS * 1000);
    const answer = await ask.follow(next);
    const found = `after ${PAUSE_SECONDS} s: `;
    if (STALE_STATUSES.has(answer.status)) return refuted(`${found}${refusal(answer)}`);
    return confirmed(`${found}${count(readPage(answer).rows.length, 'row')}`);
  },
};

export const unknownCursor: Guess = {
  id: 'unknown-cursor',
  guess: `A cursor that is no good is refused with ${[...STALE_STATUSES].join(', ')}.`,
  consequence: 'These statuses of a saved cursor make its part of the stream start over; others end the stream.',
  async examine(ask) {
    const answer = await ask.v2('/v2/notes', { limit: 1, cursor: 'doctor' });
    if (STALE_STATUSES.has(answer.status)) return confirmed(refusal(answer));
    if (answer.status === 200) return refuted('status 200: the cursor is overlooked');
    return answer.status === 401 || answer.status === 403 ? undecided(refusal(answer)) : refuted(refusal(answer));
  },
};

const DEFAULTS: readonly { name: string; question: Question; limit: number }[] = [
  { name: 'notes', question: someNotes, limit: 20 },
  { name: 'reminders', question: someReminders, limit: 100 },
  { name: 'files', question: someFiles, limit: 100 },
  { name: 'teams', question: someTeams, limit: 100 },
];

export const defaultLimits: Guess = {
  id: 'default-limits',
  guess: `Without a limit a page has ${DEFAULTS.map(({ name, limit }) => `${limit} ${name}`).join(', ')}.`,
  consequence: 'Always sends limit=100.',
  async examine(ask) {
    const findings = await Promise.all(DEFAULTS.map((each) => examineDefault(ask, each)));
    const found = findings.map((finding) => finding.found).join('; ');
    if (findings.some(({ verdict }) => verdict === 'refuted')) return refuted(found);
    return findings.some(({ verdict }) => verdict === 'confirmed') ? confirmed(found) : undecided(found);
  },
};

async function examineDefault(ask: Ask, { name, question, limit }: (typeof DEFAULTS)[number]): Promise<Finding> {
  try {
    const { items, totalCount, nextUrl } = readPage(await ask.v2(...question));
    if (nextUrl === undefined) {
      const found = `${name}: at least ${items.length}`;
      return items.length > limit ? refuted(found) : undecided(found);
    }
    const found = `${name}: ${items.length} of ${totalCount ?? 'more'}`;
    return items.length === limit ? confirmed(found) : refuted(found);
  } catch (error) {
    return undecided(`${name}: ${reasonFor(error)}`);
  }
}

/** The link to any second page, of those the connector saves. */
async function nextOfAny(ask: Ask): Promise<string> {
  const pages = await Promise.allSettled(
    [someNotes, someCompanies].map(async (each) => readPage(await ask.v2(...each))),
  );
  for (const page of pages) {
    if (page.status === 'fulfilled' && page.value.nextUrl !== undefined) return page.value.nextUrl;
  }
  throw new CannotTell('no collection has a second page that could be read');
}
