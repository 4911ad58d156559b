import {
  any,
  DOUBT,
  type ElementMatch,
  type Head,
  type Match,
  NONE,
  nothing,
  OPEN_BRACE,
  OPEN_BRACKET,
  object,
  type Property,
  type Scan,
} from './skim-values.ts';

/**
 * Elements that are fields with a value, which has `data`; `properties` and `valueProperties` are what else is known of
 * both. Fields come in the same order in each row, and all of one up to its data, which is most of its bytes, is the same
 * in each row of a page. So what was judged in the row before need only be compared.
 */
export function field(properties: readonly Property[], valueProperties: readonly Property[]): ElementMatch {
  const data: Property = {
    name: Buffer.from('"data"'),
    match(scan, at) {
      if (scan.dataAt === 0) scan.dataAt = at;
      return any(scan, at);
    },
  };
  const value = object([...valueProperties, data], any);
  const valueOrNull: Match = (scan, at) => (scan.body[at] === OPEN_BRACE ? value.match : nothing)(scan, at);
  const whole = object([...properties, { name: Buffer.from('"value"'), match: valueOrNull }], any);

  function fromData(scan: Scan, at: number): number {
    const { elements } = scan;
    scan.depth += 2;
    scan.elements = NONE;
    const dataEnd = any(scan, at);
    const valueEnd = dataEnd === DOUBT ? DOUBT : value.rest(scan, dataEnd);
    scan.elements = NONE;
    const end = valueEnd === DOUBT ? DOUBT : whole.rest(scan, valueEnd);
    scan.depth -= 2;
    scan.elements = elements;
    return end;
  }

  return (scan, at, index) => {
    const { body, heads } = scan;
    const head = heads[index];
    if (head?.judge === whole && isSame(body, head, at)) return fromData(scan, at + head.end - head.from);
    const separators = scan.separators.length;
    scan.dataAt = 0;
    const end = whole.match(scan, at);
    const { dataAt } = scan;
    // Of a head nothing is known but that it is good: one with a separator or with a list, which may be counted, is no head.
    const isHead =
      dataAt !== 0 && scan.separators.length === separators && !body.subarray(at, dataAt).includes(OPEN_BRACKET);
    if (isHead) heads[index] = { judge: whole, from: at, end: dataAt };
    return end;
  };
}

function isSame(body: Buffer, { from, end }: Head, at: number): boolean {
  const otherEnd = at + end - from;
  return otherEnd <= body.length && body.compare(body, from, end, at, otherEnd) === 0;
}
