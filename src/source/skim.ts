import type { JsonSchemaNode } from '../affinity/models/json-schema.ts';
import { isLineSeparator, toOneLine } from '../json/line.ts';
import { readTypes, textFormat } from './conform.ts';

/** Where a row ends, and the values of the properties that were asked for. */
export interface Skimmed {
  /** Behind its closing brace. */
  readonly end: number;
  /** In the order asked for; undefined for a property that the row does not have. */
  readonly values: readonly unknown[];
  /** Where line separators stand in its texts, counted from its beginning. */
  readonly separators: readonly number[];
}

export interface SkimOptions {
  /** What a row may have at its top level. */
  readonly properties: Readonly<Record<string, JsonSchemaNode>>;
  /** Whether it may have anything else there. */
  readonly isOpen: boolean;
  /** Top-level properties, numbers or texts, whose values are needed. */
  readonly wanted: readonly string[];
}

/**
 * Judges the row that begins at `from` by its bytes, in UTF-8, which takes a fraction of the time and none of the memory
 * that objects take. Undefined for a row in any doubt, which then has to be parsed: one that does not fit its
 * declaration, may have been cut at a hundred values, is written in an unusual way, or is no JSON at all.
 */
export type Skim = (body: Buffer, from: number) => Skimmed | undefined;

const [QUOTE, BACKSLASH, COMMA, COLON, SPACE, MINUS, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x20, 0x2d, 0x2e];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const [ZERO, NINE, LOWER_N, LOWER_T, LOWER_F] = [0x30, 0x39, 0x6e, 0x74, 0x66];
const NOTHING = Buffer.alloc(0);

/** The API sends a hundred values of a field at most: a row with as many may have been cut, whatever it counts. */
const MANY = 100;
const NONE = Number.POSITIVE_INFINITY;
const COUNT = Buffer.from('"totalCount"');
const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map((word) => Buffer.from(word)) as [Buffer, Buffer, Buffer];
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

/** Moves the position behind a value, or tells that it is in doubt. */
type Match = () => boolean;

interface Property {
  /** With its quotes. */
  readonly name: Buffer;
  readonly match: Match;
}

export function compileSkim({ properties, isOpen, wanted }: SkimOptions): Skim {
  let body: Buffer = NOTHING;
  let at = 0;
  let depth = 0;
  let values: unknown[] = [];
  let separators: number[] = [];
  /** How many elements the shortest array has of those that came in the object at hand; NONE before the first. */
  let elements = NONE;

  function skipSpaces(): void {
    while (body[at] === SPACE) at += 1;
  }

  function take(byte: number): boolean {
    if (body[at] !== byte) return false;
    at += 1;
    return true;
  }

  function takeWord(word: Buffer): boolean {
    const [bytes, from] = [body, at];
    for (let index = 0; index < word.length; index += 1) if (bytes[from + index] !== word[index]) return false;
    at = from + word.length;
    return true;
  }

  function skipDigits(): number {
    const from = at;
    while ((body[at] as number) >= ZERO && (body[at] as number) <= NINE) at += 1;
    return at - from;
  }

  function text(mayHaveEscapes: boolean): boolean {
    if (body[at] !== QUOTE) return false;
    // Nearly all that there is to look at is text: variables of its own make this loop three times as fast.
    const bytes = body;
    let next = at + 1;
    for (;;) {
      while (IS_SPECIAL[bytes[next] as number] === 0) next += 1;
      if (bytes[next] === QUOTE) {
        at = next + 1;
        return true;
      }
      if (bytes[next] === 0xc2 || bytes[next] === 0xe2) {
        if (isLineSeparator(bytes, next)) separators.push(next);
        next += 1;
        continue;
      }
      if (!mayHaveEscapes || bytes[next] !== BACKSLASH) return false;
      if (IS_ESCAPED[bytes[next + 1] as number] === 1) next += 2;
      else if (WHOLE_CHARACTER.test(bytes.toString('latin1', next, next + 6))) next += 6;
      else return false;
    }
  }

  /** An exponent, behind a number, is nothing that may follow a value. */
  function number(mayHaveFraction: boolean): boolean {
    const from = at;
    take(MINUS);
    const isZero = body[at] === ZERO;
    const digits = skipDigits();
    if (digits === 0 || (isZero && digits > 1)) return false;
    if (mayHaveFraction && take(DOT) && skipDigits() === 0) return false;
    return at - from <= MOST_DIGITS;
  }

  /** How many elements or members there are, or -1. */
  function nested(open: number, close: number, element: Match): number {
    if (!take(open) || depth === MOST_DEPTH) return -1;
    skipSpaces();
    if (take(close)) return 0;
    depth += 1;
    for (let count = 1; ; count += 1) {
      skipSpaces();
      if (!element()) return -1;
      skipSpaces();
      if (take(close)) {
        depth -= 1;
        return count;
      }
      if (!take(COMMA)) return -1;
    }
  }

  function array(item: Match): Match {
    return () => {
      const before = elements;
      const count = nested(OPEN_BRACKET, CLOSE_BRACKET, item);
      elements = Math.min(before, count);
      return count !== -1 && count < MANY;
    };
  }

  /** `other` is for properties without a declaration; without it, these put the row in doubt. */
  function object(known: readonly Property[], other: Match | undefined): Match {
    let last = -1;
    /** Properties nearly always come in the same order: the one behind the last is tried first. */
    function takeKnown(): Match | undefined {
      for (let tried = 1; tried <= known.length; tried += 1) {
        const index = (last + tried) % known.length;
        const property = known[index];
        if (property === undefined || !takeWord(property.name)) continue;
        last = index;
        return property.match;
      }
      return undefined;
    }
    function takeOther(): Match | undefined {
      const from = at;
      // An escape might make of it the name of a property that is declared.
      if (other === undefined || !text(false)) return undefined;
      const isCount = at - from === COUNT.length && COUNT.compare(body, from, at) === 0;
      return isCount ? wholeCount : other;
    }
    function member(): boolean {
      const match = takeKnown() ?? takeOther();
      if (match === undefined) return false;
      skipSpaces();
      if (!take(COLON)) return false;
      skipSpaces();
      return match();
    }
    return () => {
      const before = elements;
      last = -1;
      elements = NONE;
      const count = nested(OPEN_BRACE, CLOSE_BRACE, member);
      elements = before;
      return count !== -1;
    };
  }

  /** A count of values that are all there, in the list before it: whichever that is, for none is shorter. */
  function wholeCount(): boolean {
    const from = at;
    const there = elements === NONE ? 0 : elements;
    return takeWord(NULL) || (number(false) && Number(body.toString('latin1', from, at)) <= there);
  }

  const anyObject = object([], any);
  const anyArray = array(any);
  function any(): boolean {
    switch (body[at]) {
      case QUOTE:
        return text(true);
      case OPEN_BRACE:
        return anyObject();
      case OPEN_BRACKET:
        return anyArray();
      case LOWER_N:
        return takeWord(NULL);
      case LOWER_T:
        return takeWord(TRUE);
      case LOWER_F:
        return takeWord(FALSE);
      default:
        return number(true);
    }
  }

  /** As `compileFit` judges: a property may always be null, an element of a list where it is declared. */
  function compile(node: JsonSchemaNode, mayBeNull = true): Match {
    const { types, isAny } = readTypes(node);
    if (isAny) return any;
    const isText = types.has('string') ? compileText(node.format) : never;
    const isArray = types.has('array') ? array(compileItem(node)) : never;
    const isObject = types.has('object') ? object(compileProperties(node.properties ?? {}), any) : never;
    const isNumber = types.has('number') || types.has('integer');
    const mayHaveFraction = types.has('number');
    const isBoolean = types.has('boolean');
    return () => {
      switch (body[at]) {
        case QUOTE:
          return isText();
        case OPEN_BRACE:
          return isObject();
        case OPEN_BRACKET:
          return isArray();
        case LOWER_N:
          return mayBeNull && takeWord(NULL);
        case LOWER_T:
          return isBoolean && takeWord(TRUE);
        case LOWER_F:
          return isBoolean && takeWord(FALSE);
        default:
          return isNumber && number(mayHaveFraction);
      }
    };
  }

  function compileText(format: string | undefined): Match {
    if (format === undefined) return () => text(true);
    const fits = textFormat(format);
    return () => {
      const from = at;
      return text(false) && fits(body.toString('latin1', from + 1, at - 1));
    };
  }

  function compileItem({ items }: JsonSchemaNode): Match {
    return items === undefined ? any : compile(items, readTypes(items).types.has('null'));
  }

  function compileProperties(nodes: SkimOptions['properties']): Property[] {
    return Object.entries(nodes).map(([name, node]) => ({
      name: Buffer.from(JSON.stringify(name)),
      match: compileProperty(name, node),
    }));
  }

  function compileProperty(name: string, node: JsonSchemaNode): Match {
    // A name is compared as it is, and not read: one that would have to be escaped is left to others.
    if (toOneLine(name) !== JSON.stringify(name)) return never;
    return name === 'totalCount' ? wholeCount : compile(node);
  }

  /** The last one of a name counts, as it does for JSON.parse. */
  function keepValue({ name, match }: Property): Property {
    const index = wanted.findIndex((each) => JSON.stringify(each) === name.toString());
    if (index === -1) return { name, match };
    return {
      name,
      match() {
        const from = at;
        if (!match()) return false;
        values[index] = JSON.parse(body.toString('utf8', from, at));
        return true;
      },
    };
  }

  const row = object(compileProperties(properties).map(keepValue), isOpen ? any : undefined);
  return (bytes, from) => {
    [body, at, depth, values, separators] = [bytes, from, 0, [], []];
    const isGood = row();
    const skimmed = isGood ? { end: at, values, separators: separators.map((place) => place - from) } : undefined;
    // Nothing of the page is kept alive.
    body = NOTHING;
    return skimmed;
  };
}

function never(): boolean {
  return false;
}
