import { type ColumnPart, locationMembers, type ValueFamily } from './value-types.ts';

/** Called with a few words on what was found where a value did not fit; never with the value itself. */
export type ReportMisfit = (found: string) => void;

/**
 * One value to one cell, or one element to another. Null and undefined give null; a misfit is reported and null. Belongs
 * to no column: a thousand lists have a hundred columns each.
 */
export type Convert = (datum: unknown, report: ReportMisfit) => unknown;

/** The conversion for single values of a family. Everything it returns fits the column's declared type. */
export function converterFor(family: ValueFamily, part: ColumnPart): Convert {
  if (part === 'reference') {
    if (family === 'interaction') return interactionTime;
    return family === 'dropdown' ? optionId : id;
  }
  switch (family) {
    case 'text':
      return text;
    case 'number':
      return decimal;
    case 'datetime':
      return timestamp;
    case 'location':
      return location;
    case 'dropdown':
      return optionText;
    case 'person':
      return personName;
    case 'company':
    case 'list':
      return name;
    case 'interaction':
    case 'note':
    case 'reminder':
      return wholeObject;
    case 'json':
      return jsonText;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * `members` are what such an object may have: one with something else instead holds a value that would be lost without
 * a word.
 */
function fromObject(
  convert: (object: JsonObject, report: ReportMisfit) => unknown,
  members: readonly string[] = [],
): Convert {
  return (datum, report) => {
    if (datum === null || datum === undefined) return null;
    if (!isObject(datum)) return misfit(report, datum);
    const isStrange = members.length > 0 && !members.some((member) => member in datum);
    return isStrange && Object.keys(datum).length > 0 ? misfit(report, datum) : convert(datum, report);
  };
}

const OF_OPTIONS = ['text', 'dropdownOptionId'];
const OF_REFERENCES = ['id', 'name', 'firstName', 'lastName', 'primaryEmailAddress'];

const optionText = fromObject((object, report) => text(object['text'], report), OF_OPTIONS);
const optionId = fromObject((object, report) => integer(object['dropdownOptionId'], report), OF_OPTIONS);
const name = fromObject((object, report) => text(object['name'], report), OF_REFERENCES);
const id = fromObject((object, report) => integer(object['id'], report), OF_REFERENCES);
const interactionTime = fromObject((object, report) => timestamp(object['sentAt'] ?? object['startTime'], report));
const wholeObject = fromObject((object) => object);

function jsonText(datum: unknown): string | null {
  return datum === null || datum === undefined ? null : JSON.stringify(datum);
}

function text(datum: unknown, report: ReportMisfit): string | null {
  if (typeof datum === 'string') return datum;
  if (datum === null || datum === undefined) return null;
  // LinkedIn URLs arrive as { link, text } where the documentation promises strings.
  if (isObject(datum) && ('link' in datum || 'text' in datum)) {
    const words = datum['link'] ?? datum['text'] ?? null;
    return words === null || typeof words === 'string' ? words : misfit(report, words);
  }
  return misfit(report, datum);
}

function decimal(datum: unknown, report: ReportMisfit): unknown {
  // A formula's number comes wrapped, as { calculatedValue }, or as {} when there is none.
  const isWrapped = isObject(datum) && ('calculatedValue' in datum || Object.keys(datum).length === 0);
  const number = isWrapped ? datum['calculatedValue'] : datum;
  if (number === null || number === undefined) return null;
  return Number.isFinite(number) ? number : misfit(report, number);
}

function integer(datum: unknown, report: ReportMisfit): unknown {
  if (datum === null || datum === undefined) return null;
  return Number.isSafeInteger(datum) ? datum : misfit(report, datum);
}

function timestamp(datum: unknown, report: ReportMisfit): unknown {
  if (datum === null || datum === undefined) return null;
  return typeof datum === 'string' && isTimestamp(datum) ? datum : misfit(report, datum);
}

const timestampPattern =
  /^([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/;

/** True for what every loader reads as a moment: ISO 8601 with seconds and a zone, on a day that exists. */
function isTimestamp(words: string): boolean {
  const match = timestampPattern.exec(words);
  if (match === null || match[1] === '0000') return false;
  const day = Number(match[3]);
  return day <= 28 || day <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
}

const personName = fromObject((object, report) => {
  const first = text(object['firstName'], report) ?? '';
  const last = text(object['lastName'], report) ?? '';
  return `${first.trim()} ${last.trim()}`.trim() || text(object['primaryEmailAddress'], report) || null;
}, OF_REFERENCES);

const location = fromObject((object, report) => {
  let fitting: Record<string, unknown> | undefined;
  for (const member of locationMembers) {
    const datum = object[member];
    if (typeof datum === 'string' || datum === null || datum === undefined) continue;
    fitting ??= { ...object };
    fitting[member] = misfit(report, datum);
  }
  return fitting ?? object;
});

function isObject(datum: unknown): datum is JsonObject {
  return typeof datum === 'object' && datum !== null && !Array.isArray(datum);
}

function misfit(report: ReportMisfit, datum: unknown): null {
  report(Array.isArray(datum) ? 'array' : datum === null ? 'null' : typeof datum);
  return null;
}
