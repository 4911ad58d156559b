import { type Convert, converterFor, type ReportMisfit } from './convert.ts';
import { type ColumnPart, kindOf, type ValueKind } from './value-types.ts';

/**
 * Makes a cell from a value's type, as the row names it, and its data, which is neither null nor undefined. Columns of one
 * kind share it.
 */
export type ToCell = (valueType: unknown, data: unknown, report: ReportMisfit) => unknown;

const made = new Map<string, ToCell>();

/** The conversion for one column. */
export function cellConverter(part: ColumnPart, kind: ValueKind): ToCell {
  const key = [part, kind.family, kind.isMulti].join(' ');
  const toCell = made.get(key) ?? makeConverter(part, kind);
  made.set(key, toCell);
  return toCell;
}

function makeConverter(part: ColumnPart, { family, isMulti }: ValueKind): ToCell {
  const convert = converterFor(family, part);
  if (family === 'json') return (_, data, report) => convert(data, report);

  const toCell = isMulti ? arrayCell(convert) : singleCell(convert);
  return (valueType, data, report) => {
    const isFamiliar = kindOf(valueType as string).family === family;
    return isFamiliar ? toCell(data, report) : unfitCell(valueType, data, report);
  };
}

/** For a column whose declaration takes nothing of what its field holds. */
export const unfitCell: ToCell = (valueType, _, report) =>
  refuse(report, typeof valueType === 'string' ? valueType : 'no type');

function arrayCell(convert: Convert): Convert {
  return (data, report) => {
    // Null elements stay, so that names and ids keep standing side by side.
    if (Array.isArray(data)) return data.map((element) => convert(element, report));
    const element = convert(data, report);
    return element === null ? null : [element];
  };
}

function singleCell(convert: Convert): Convert {
  return (data, report) => {
    if (!Array.isArray(data)) return convert(data, report);
    // One of several would be a wrong value, which is worse than none.
    return data.length > 1 ? refuse(report, `array of ${data.length}`) : convert(data[0], report);
  };
}

function refuse(report: ReportMisfit, found: string): null {
  report(found);
  return null;
}
