import type { Account } from '../data/account.ts';
import type { Pair } from '../data/relationships.ts';
import type { Call, Route } from '../http/route.ts';
import { ofArray } from '../http/sequence.ts';
import { filter, paged20, rule, totalCount } from './specs.ts';

/** A pair as the API shows it. */
export function relationshipRow(account: Account, pair: Pair) {
  const person = (index: number) => {
    const { id, firstName, lastName, primaryEmailAddress } = account.personAt(index);
    return { id, firstName, lastName, primaryEmailAddress };
  };
  return {
    person1: person(pair.first),
    person2: person(pair.second),
    interactionScore: pair.score,
    linkedIn: pair.connectedOn === null ? null : { connectedOn: pair.connectedOn },
  };
}

/** Pairs of which both persons still exist. */
export function livePairs(account: Account, pairs: Iterable<Pair>): Pair[] {
  return [...pairs].filter(({ first, second }) => account.persons.has(first) && account.persons.has(second));
}

/** The relationships of a company or person, strongest first. */
export function relationshipRoute(path: string, pairsOf: (call: Call) => Iterable<Pair>): Route {
  return {
    api: 'v2',
    path,
    params: {
      ...paged20,
      ...filter,
      ...totalCount,
      orderBy: { kind: 'choices', of: ['interactionScore', '-interactionScore'] },
    },
    filter: { interactionScore: rule.score },
    handle: (call) => {
      const { account, filter: predicate } = call;
      const sign = call.params.texts('orderBy')?.[0] === 'interactionScore' ? 1 : -1;
      const pairs = livePairs(account, pairsOf(call))
        .filter(({ score }) => predicate === null || predicate(() => score))
        .sort((a, b) => sign * (a.score - b.score) || a.first - b.first || a.second - b.second);
      return { kind: 'page', sequence: ofArray(pairs, (pair) => JSON.stringify(relationshipRow(account, pair))) };
    },
  };
}
