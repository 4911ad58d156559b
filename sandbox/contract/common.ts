import * as z from 'zod';

/** Ids of most records. */
export const id = z.int().min(1);
/** Ids of notes, transcripts, files and users. */
export const int32 = z.int().min(1).max(2_147_483_647);
export const count = z.int().min(0);
/** Whole seconds in UTC. */
export const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
/** Milliseconds with an offset or `Z`. */
export const v1Time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(Z|[+-]\d{2}:\d{2})$/);
export const text = z.string();
export const nullableText = text.nullable();

/** Documented members and those that deviate. */
export function oneOf(...groups: readonly (readonly string[])[]): z.ZodType<string> {
  return z.enum(groups.flat());
}

export const personData = z.strictObject({
  id,
  firstName: nullableText,
  lastName: nullableText,
  primaryEmailAddress: nullableText,
  type: oneOf(['internal', 'collaborator', 'external']),
});
export const companyData = z.strictObject({ id, name: text, domain: nullableText });
export const reference = z.strictObject({ id });
export const attendee = z.strictObject({ emailAddress: nullableText, person: personData.nullable() });
export const user = z.strictObject({ id, firstName: text, lastName: nullableText, emailAddress: text });
export const location = z.strictObject({
  streetAddress: nullableText,
  city: nullableText,
  state: nullableText,
  country: nullableText,
  continent: nullableText,
});

const url = z.url().nullable();

/** A V2 page of at most 100 rows. `hasTotal` says that the endpoint can count. */
export function paged(
  row: z.ZodType,
  options: { hasTotal?: boolean; isNullable?: boolean; extra?: Record<string, z.ZodType> } = {},
): z.ZodType {
  const total = options.hasTotal === true ? { totalCount: count.exactOptional() } : {};
  const data = z.array(row).max(100);
  return z.strictObject({
    ...options.extra,
    data: options.isNullable === true ? data.nullable() : data,
    pagination: z.strictObject({ prevUrl: url, nextUrl: url, ...total }),
  });
}

/** The first rows of something, and how many there are. */
export function preview(row: z.ZodType, most = 100): z.ZodType {
  return z.strictObject({ data: z.array(row).max(most), totalCount: count });
}

/** A V1 page. */
export function v1Paged(key: string, row: z.ZodType): z.ZodType {
  return z.strictObject({ [key]: z.array(row).max(500), next_page_token: nullableText });
}
