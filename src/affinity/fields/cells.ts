import { type Convert, converterFor, type ReportMisfit } from './convert.ts';
import { type ColumnPart, typesOf, type ValueKind } from './value-types.ts';

/** Makes a cell from a value's type, as the row names it, and its data, which is neither null nor undefined. */
export type ToCell = (valueType: unknown, data: unknown) => unknown;

/** The conversion for one column, of a field with values of `valueType`. */
export function cellConverter(
  { valueType: own, part }: { readonly valueType: string; readonly part: ColumnPart },
  kind: ValueKind,
  report: ReportMisfit,
): ToCell {
  const convert = converterFor(kind.family, part, report);
  if (kind.family === 'json') return (_, data) => convert(data);

  const familiar = typesOf(kind.family);
  const toCell = kind.isMulti ? arrayCell(convert) : singleCell(convert, report);
  return (valueType, data) => {
    if (valueType === own || familiar.has(valueType as string)) return toCell(data);
    return refuse(report, typeof valueType === 'string' ? valueType : 'no type');
  };
}

/** For a column whose declaration takes nothing of what its field holds. */
export function unfitCell(report: ReportMisfit): ToCell {
  return (valueType) => refuse(report, typeof valueType === 'string' ? valueType : 'no type');
}

function arrayCell(convert: Convert): Convert {
  return (data) => {
    // Null elements stay, so that names and ids keep standing side by side.
    if (Array.isArray(data)) return data.map((element) => convert(element));
    const element = convert(data);
    return element === null ? null : [element];
  };
}

function singleCell(convert: Convert, report: ReportMisfit): Convert {
  return (data) => {
    if (!Array.isArray(data)) return convert(data);
    // One of several would be a wrong value, which is worse than none.
    return data.length > 1 ? refuse(report, `array of ${data.length}`) : convert(data[0]);
  };
}

function refuse(report: ReportMisfit, found: string): null {
  report(found);
  return null;
}
