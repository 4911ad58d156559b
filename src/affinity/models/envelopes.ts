import * as z from 'zod';

/** A row as it came: an object, not looked into. */
export type RawRow = Record<string, unknown>;

// Not a zod object on purpose: parsing one copies every row, and rows are most of what a sync does.
const rawRow = z.custom<RawRow>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);

/** Where the neighbouring pages are. A missing or null `nextUrl` means: this was the last one. */
export const Pagination = z.looseObject({
  nextUrl: z.string().nullish(),
  prevUrl: z.string().nullish(),
  totalCount: z.number().nullish(),
});

/** One page of any V2 collection. `data: null` is an empty page. */
export const Page = z.looseObject({ data: z.array(rawRow).nullable(), pagination: Pagination });
export type Page = z.infer<typeof Page>;

/** One page of the values of a single multi-value field; its items may be scalars. */
export const FieldValuesPage = z.looseObject({
  type: z.string().nullish(),
  data: z.array(z.unknown()).nullable(),
  pagination: Pagination,
});
export type FieldValuesPage = z.infer<typeof FieldValuesPage>;

/** One page of a V1 collection, whose rows sit under the collection's own name. Null rows are an empty page. */
export function legacyPage<Name extends string>(name: Name) {
  const rows = { [name]: z.array(rawRow).nullable() } as Record<Name, z.ZodNullable<z.ZodArray<typeof rawRow>>>;
  return z.looseObject({ ...rows, next_page_token: z.string().nullish() });
}

const Tenant = z.looseObject({ id: z.int(), name: z.string().nullish(), subdomain: z.string().nullish() });

/** Whose key this is, as V2 tells it. */
export const WhoAmI = z.looseObject({
  tenant: Tenant,
  user: z.looseObject({
    id: z.int(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    emailAddress: z.string().nullish(),
  }),
  grant: z
    .looseObject({
      type: z.string().nullish(),
      scopes: z.array(z.string()).nullish(),
      createdAt: z.string().nullish(),
    })
    .nullish(),
});
export type WhoAmI = z.infer<typeof WhoAmI>;

/** Whose key this is, as V1 tells it: camelCase, unlike the rest of V1, and with `email` and one `scope`. */
export const LegacyWhoAmI = z.looseObject({
  tenant: Tenant,
  user: z.looseObject({
    id: z.int(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    email: z.string().nullish(),
  }),
  grant: z
    .looseObject({ type: z.string().nullish(), scope: z.string().nullish(), createdAt: z.string().nullish() })
    .nullish(),
});
export type LegacyWhoAmI = z.infer<typeof LegacyWhoAmI>;

/** One limit in V2: `reset` is in seconds from now. */
export const RateLimitWindow = z.looseObject({
  limit: z.number(),
  remaining: z.number(),
  reset: z.number().nullish(),
  used: z.number().nullish(),
});
export type RateLimitWindow = z.infer<typeof RateLimitWindow>;

/** What V2 says is left. Without `orgPerMonth` nothing is known about a monthly quota. */
export const RateLimit = z.looseObject({ callerPerMinute: RateLimitWindow, orgPerMonth: RateLimitWindow.nullish() });
export type RateLimit = z.infer<typeof RateLimit>;

/** One limit in V1, where `limit` and `remaining` may be the word `unlimited`. */
export const LegacyRateLimitWindow = z.looseObject({
  limit: z.union([z.number(), z.string()]),
  remaining: z.union([z.number(), z.string()]),
  reset: z.number().nullish(),
  used: z.number().nullish(),
});
export type LegacyRateLimitWindow = z.infer<typeof LegacyRateLimitWindow>;

/** What V1 says is left. `org_monthly` may be missing, which means unknown and not unlimited. */
export const LegacyRateLimit = z.looseObject({
  rate: z.looseObject({
    org_monthly: LegacyRateLimitWindow.nullish(),
    api_key_per_minute: LegacyRateLimitWindow.nullish(),
  }),
});
export type LegacyRateLimit = z.infer<typeof LegacyRateLimit>;
