import { type ColumnPart, locationMembers, type ValueFamily } from './value-types.ts';

/** Called with a few words on what was found where a value did not fit; never with the value itself. */
export type ReportMisfit = (found: string) => void;

/** One value to one cell, or one element to another. Null and undefined give null; a misfit is reported and null. */
export type Convert = (datum: unknown) => unknown;

/** The conversion for single values of a family. Everything it returns fits the column's declared type. */
export function converterFor(family: ValueFamily, part: ColumnPart, report: ReportMisfit): Convert {
  if (part === 'reference') {
    if (family === 'interaction') return fromObject(report, interactionTime(timestamp(report)));
    return fromObject(report, member(family === 'dropdown' ? 'dropdownOptionId' : 'id', integer(report)));
  }
  switch (family) {
    case 'text':
      return text(report);
    case 'number':
      return decimal(report);
    case 'datetime':
      return timestamp(report);
    case 'location':
      return fromObject(report, location(report));
    case 'dropdown':
      return fromObject(report, member('text', text(report)));
    case 'person':
      return fromObject(report, personName(report));
    case 'company':
    case 'list':
      return fromObject(report, member('name', text(report)));
    case 'interaction':
    case 'note':
    case 'reminder':
      return fromObject(report, (object) => object);
    case 'json':
      return (datum) => (datum === null || datum === undefined ? null : JSON.stringify(datum));
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function fromObject(report: ReportMisfit, convert: (object: JsonObject) => unknown): Convert {
  return (datum) => {
    if (datum === null || datum === undefined) return null;
    return isObject(datum) ? convert(datum) : misfit(report, datum);
  };
}

function member(name: string, convert: Convert): (object: JsonObject) => unknown {
  return (object) => convert(object[name]);
}

function text(report: ReportMisfit): (datum: unknown) => string | null {
  return (datum) => {
    if (typeof datum === 'string') return datum;
    if (datum === null || datum === undefined) return null;
    // LinkedIn URLs arrive as { link, text } where the documentation promises strings.
    if (isObject(datum) && ('link' in datum || 'text' in datum)) {
      const words = datum['link'] ?? datum['text'] ?? null;
      return words === null || typeof words === 'string' ? words : misfit(report, words);
    }
    return misfit(report, datum);
  };
}

function decimal(report: ReportMisfit): Convert {
  return (datum) => {
    // A formula's number comes wrapped, as { calculatedValue }, or as {} when there is none.
    const isWrapped = isObject(datum) && ('calculatedValue' in datum || Object.keys(datum).length === 0);
    const number = isWrapped ? datum['calculatedValue'] : datum;
    if (number === null || number === undefined) return null;
    return Number.isFinite(number) ? number : misfit(report, number);
  };
}

function integer(report: ReportMisfit): Convert {
  return (datum) => {
    if (datum === null || datum === undefined) return null;
    return Number.isSafeInteger(datum) ? datum : misfit(report, datum);
  };
}

function timestamp(report: ReportMisfit): Convert {
  return (datum) => {
    if (datum === null || datum === undefined) return null;
    return typeof datum === 'string' && isTimestamp(datum) ? datum : misfit(report, datum);
  };
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

function interactionTime(convert: Convert): (object: JsonObject) => unknown {
  return (object) => convert(object['sentAt'] ?? object['startTime']);
}

function personName(report: ReportMisfit): (object: JsonObject) => unknown {
  const words = text(report);
  return (object) => {
    const first = words(object['firstName']) ?? '';
    const last = words(object['lastName']) ?? '';
    return `${first.trim()} ${last.trim()}`.trim() || words(object['primaryEmailAddress']) || null;
  };
}

function location(report: ReportMisfit): (object: JsonObject) => unknown {
  return (object) => {
    let fitting: Record<string, unknown> | undefined;
    for (const name of locationMembers) {
      const datum = object[name];
      if (typeof datum === 'string' || datum === null || datum === undefined) continue;
      fitting ??= { ...object };
      fitting[name] = misfit(report, datum);
    }
    return fitting ?? object;
  };
}

function isObject(datum: unknown): datum is JsonObject {
  return typeof datum === 'object' && datum !== null && !Array.isArray(datum);
}

function misfit(report: ReportMisfit, datum: unknown): null {
  report(Array.isArray(datum) ? 'array' : datum === null ? 'null' : typeof datum);
  return null;
}
