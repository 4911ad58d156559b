import * as z from 'zod';

/** A whole number that is part of the row's key: always there, never null. */
export function keyNumber(description: string) {
  return z.int().meta({ description });
}

/** A string that is part of the row's key: always there, never null. */
export function keyText(description: string) {
  return z.string().meta({ description });
}

/** Any string, or null. Words of open lists (types, statuses) are strings too: the API adds new ones at will. */
export function text(description: string) {
  return z.string().nullish().meta({ description });
}

/** A whole number, or null. */
export function integer(description: string) {
  return z.int().nullish().meta({ description });
}

/** Any number, or null. */
export function decimal(description: string) {
  return z.number().nullish().meta({ description });
}

/** True, false or null. */
export function flag(description: string) {
  return z.boolean().nullish().meta({ description });
}

/** A moment in time, or null. V2 writes `Z`, V1 an offset; both pass. */
export function timestamp(description: string) {
  return z.iso.datetime({ offset: true }).nullish().meta({ description });
}

/** A day without a time, or null. */
export function day(description: string) {
  return z.iso.date().nullish().meta({ description });
}

/** An object, or null, of which the given properties are known and any other passes. */
export function object<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  return z.looseObject(shape).nullish().meta({ description });
}

/** An array of such objects, or null. */
export function objects<Shape extends z.ZodRawShape>(description: string, shape: Shape) {
  return z.array(z.looseObject(shape).nullable()).nullish().meta({ description });
}

/** An array of strings, or null. */
export function texts(description: string) {
  return z.array(z.string().nullable()).nullish().meta({ description });
}

/** An array of whole numbers, or null. */
export function integers(description: string) {
  return z.array(z.int().nullable()).nullish().meta({ description });
}
