import { isLineSeparator } from '../json/line.ts';

const [QUOTE, BACKSLASH, COMMA, COLON, SPACE, MINUS, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x20, 0x2d, 0x2e];
export const [OPEN_BRACE, OPEN_BRACKET] = [0x7b, 0x5b];
const [CLOSE_BRACE, CLOSE_BRACKET] = [0x7d, 0x5d];
const [ZERO, NINE, LOWER_N, LOWER_T, LOWER_F] = [0x30, 0x39, 0x6e, 0x74, 0x66];

/** The API sends a hundred values of a field at most: a row with as many may have been cut, whatever it counts. */
const MANY = 100;
export const NONE = Number.POSITIVE_INFINITY;
const COUNT = Buffer.from('"totalCount"');
const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map((each) => Buffer.from(each)) as [Buffer, Buffer, Buffer];
/**
 * What stops the reading of a text: its end, an escape, control characters, which JSON does not allow, and what a line
 * separator may begin with.
 */
const IS_SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || [QUOTE, BACKSLASH, 0xc2, 0xe2].includes(byte) ? 1 : 0,
);
const IS_ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
/** An escape that is not half of a character. */
const WHOLE_CHARACTER = /^\\u(?:[\da-cef][\da-f]|d[0-7])[\da-f]{2}$/i;
/** Numbers with more characters may not be exact. */
const MOST_DIGITS = 15;
const MOST_DEPTH = 50;

/** A page in UTF-8, and what was found so far in the row at hand. */
export class Scan {
  readonly body: Buffer;
  /** Where line separators stand in the body. */
  separators: number[] = [];
  /** Of properties that are kept. */
  values: Record<string, unknown> = {};
  depth = 0;
  /** How many elements the shortest array has of those that came in the object at hand; NONE before the first. */
  elements = NONE;
  /** Of the fields of the row before, by their place. */
  readonly heads: Head[] = [];
  /** Where the data of the field at hand begins; 0 before that is known. */
  dataAt = 0;

  constructor(body: Buffer) {
    this.body = body;
  }

  startRow(): void {
    this.separators = [];
    this.values = {};
    this.depth = 0;
  }
}

/** All of a field up to its data. */
export interface Head {
  /** What judged it: the same bytes elsewhere in a row may be declared otherwise. */
  readonly judge: ObjectMatch;
  readonly from: number;
  readonly end: number;
}

/**
 * Tells where the value that begins at `at` ends, or DOUBT: its row then has to be parsed. Positions are passed on and
 * kept nowhere, which makes this twice as fast.
 */
export type Match = (scan: Scan, at: number) => number;
export const DOUBT = -1;

export const never: Match = () => DOUBT;

/** `fits` is given a text without its quotes; such texts are good only without escapes. */
export function text(fits?: (text: string) => boolean): Match {
  if (fits === undefined) return (scan, at) => behindText(scan, at, true);
  return (scan, at) => {
    const end = behindText(scan, at, false);
    return end !== DOUBT && fits(scan.body.toString('latin1', at + 1, end - 1)) ? end : DOUBT;
  };
}

/** An exponent, behind a number, is nothing that may follow a value. */
export function number(mayHaveFraction: boolean): Match {
  return ({ body }, from) => {
    const first = body[from] === MINUS ? from + 1 : from;
    let at = behindDigits(body, first);
    if (at === first || (body[first] === ZERO && at > first + 1)) return DOUBT;
    if (mayHaveFraction && body[at] === DOT) {
      const fraction = at + 1;
      at = behindDigits(body, fraction);
      if (at === fraction) return DOUBT;
    }
    return at - from <= MOST_DIGITS ? at : DOUBT;
  };
}

export const boolean: Match = ({ body }, at) => behindWord(body, at, body[at] === LOWER_T ? TRUE : FALSE);

export const nothing: Match = ({ body }, at) => behindWord(body, at, NULL);

/** The same for an element of an array, whose place there is told, too. */
export type ElementMatch = (scan: Scan, at: number, index: number) => number;

export function array(element: ElementMatch): Match {
  return (scan, from) => {
    const { body, elements } = scan;
    let at = behindSpaces(body, from + 1);
    let count = 0;
    if (body[at] === CLOSE_BRACKET) at += 1;
    else {
      if (scan.depth === MOST_DEPTH) return DOUBT;
      scan.depth += 1;
      for (let isLast = false; !isLast; count += 1) {
        at = element(scan, at, count);
        if (at === DOUBT) return DOUBT;
        at = behindSpaces(body, at);
        isLast = body[at] === CLOSE_BRACKET;
        if (!isLast && body[at] !== COMMA) return DOUBT;
        at = isLast ? at + 1 : behindSpaces(body, at + 1);
      }
      scan.depth -= 1;
    }
    scan.elements = Math.min(elements, count);
    return count < MANY ? at : DOUBT;
  };
}

export interface Property {
  /** With its quotes. */
  readonly name: Buffer;
  readonly match: Match;
}

/** A property whose value is kept: the last one of a name, as for JSON.parse. For numbers and texts. */
export function kept({ name, match }: Property): Property {
  const property: string = JSON.parse(name.toString());
  return {
    name,
    match(scan, at) {
      const end = match(scan, at);
      if (end !== DOUBT) scan.values[property] = readScalar(scan.body, at, end);
      return end;
    },
  };
}

interface ObjectMatch {
  readonly match: Match;
  /** The same for an object of which a member ends at `at`. */
  readonly rest: Match;
}

/** `other` is for properties that are not known. */
export function object(known: readonly Property[], other: Match): ObjectMatch {
  function members(scan: Scan, from: number): number {
    const { body } = scan;
    // Properties nearly always come in the same order: the one behind the last is tried first.
    let expected = 0;
    let at = from;
    for (;;) {
      const index = indexOfName(known, body, at, expected);
      let match = other;
      if (index !== -1) {
        const property = known[index] as Property;
        at += property.name.length;
        match = property.match;
        expected = index + 1;
      } else {
        // An escape might make of it the name of a property that is known.
        const end = behindText(scan, at, false);
        if (end === DOUBT) return DOUBT;
        if (other !== never && end - at === COUNT.length && startsWith(body, at, COUNT)) match = wholeCount;
        at = end;
      }
      at = behindSpaces(body, at);
      if (body[at] !== COLON) return DOUBT;
      at = match(scan, behindSpaces(body, at + 1));
      if (at === DOUBT) return DOUBT;
      at = behindSpaces(body, at);
      if (body[at] === CLOSE_BRACE) return at + 1;
      if (body[at] !== COMMA) return DOUBT;
      at = behindSpaces(body, at + 1);
    }
  }

  return {
    match(scan, from) {
      const { body, elements } = scan;
      if (body[from] !== OPEN_BRACE) return DOUBT;
      const at = behindSpaces(body, from + 1);
      if (body[at] === CLOSE_BRACE) return at + 1;
      if (scan.depth === MOST_DEPTH) return DOUBT;
      scan.depth += 1;
      scan.elements = NONE;
      const end = members(scan, at);
      scan.depth -= 1;
      scan.elements = elements;
      return end;
    },
    rest(scan, from) {
      const { body } = scan;
      const at = behindSpaces(body, from);
      if (body[at] === CLOSE_BRACE) return at + 1;
      return body[at] === COMMA ? members(scan, behindSpaces(body, at + 1)) : DOUBT;
    },
  };
}

/** What a value may be, by what it begins with. */
export interface Kinds {
  readonly text: Match;
  readonly number: Match;
  readonly boolean: Match;
  readonly nothing: Match;
  readonly array: Match;
  readonly object: Match;
}

export function oneOf(kinds: Kinds): Match {
  return (scan, at) => {
    switch (scan.body[at]) {
      case QUOTE:
        return kinds.text(scan, at);
      case OPEN_BRACE:
        return kinds.object(scan, at);
      case OPEN_BRACKET:
        return kinds.array(scan, at);
      case LOWER_N:
        return kinds.nothing(scan, at);
      case LOWER_T:
      case LOWER_F:
        return kinds.boolean(scan, at);
      default:
        return kinds.number(scan, at);
    }
  };
}

const anyInside: Match = (scan, at) => any(scan, at);

/** Whatever is good JSON, and not cut. */
export const any: Match = oneOf({
  text: text(),
  number: number(true),
  boolean,
  nothing,
  array: array(anyInside),
  object: object([], anyInside).match,
});

const wholeNumber = number(false);

/** A count of values that are all there, in the list before it: whichever that is, for none is shorter. */
export const wholeCount: Match = (scan, at) => {
  const { body, elements } = scan;
  if (body[at] === LOWER_N) return nothing(scan, at);
  const end = wholeNumber(scan, at);
  const there = elements === NONE ? 0 : elements;
  return end !== DOUBT && Number(body.toString('latin1', at, end)) <= there ? end : DOUBT;
};

function indexOfName(known: readonly Property[], body: Buffer, at: number, expected: number): number {
  for (let index = expected; index < known.length; index += 1) {
    if (startsWith(body, at, (known[index] as Property).name)) return index;
  }
  for (let index = 0; index < expected; index += 1) {
    if (startsWith(body, at, (known[index] as Property).name)) return index;
  }
  return -1;
}

function behindSpaces(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === SPACE) at += 1;
  return at;
}

function behindWord(body: Buffer, at: number, word: Buffer): number {
  return startsWith(body, at, word) ? at + word.length : DOUBT;
}

function behindText({ body, separators }: Scan, from: number, mayHaveEscapes: boolean): number {
  if (body[from] !== QUOTE) return DOUBT;
  let at = from + 1;
  for (;;) {
    while (IS_SPECIAL[body[at] as number] === 0) at += 1;
    const byte = body[at];
    if (byte === QUOTE) return at + 1;
    if (byte === 0xc2 || byte === 0xe2) {
      if (isLineSeparator(body, at)) separators.push(at);
      at += 1;
      continue;
    }
    if (!mayHaveEscapes || byte !== BACKSLASH) return DOUBT;
    if (IS_ESCAPED[body[at + 1] as number] === 1) at += 2;
    else if (WHOLE_CHARACTER.test(body.toString('latin1', at, at + 6))) at += 6;
    else return DOUBT;
  }
}

function behindDigits(body: Buffer, from: number): number {
  let at = from;
  while ((body[at] as number) >= ZERO && (body[at] as number) <= NINE) at += 1;
  return at;
}

function startsWith(body: Buffer, at: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index += 1) if (body[at + index] !== word[index]) return false;
  return true;
}

/** Of a number or text that was judged good. */
function readScalar(body: Buffer, from: number, end: number): unknown {
  // Most are ids: a number of so few digits is whole, and needs no text in between.
  let id = 0;
  for (let at = from; at < end; at += 1) {
    const digit = (body[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return JSON.parse(body.toString('utf8', from, end));
    id = id * 10 + digit;
  }
  return id;
}
