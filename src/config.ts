import * as z from 'zod';
import { ConnectorError, toConnectorError } from './errors.ts';
import { type ListReference, parseListReference } from './list-reference.ts';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** The configuration as users write it. spec.json is generated from this schema. */
export const configSchema = z.looseObject({
  api_key: z
    .string('it must be text')
    .trim()
    .min(1, 'it is empty')
    .refine(
      (key) => /^[\x21-\x7e]*$/.test(key),
      'it holds characters that no API key has, such as spaces or line breaks',
    )
    .meta({
      title: 'API key',
      description:
        'A key from Settings → Manage Apps in Affinity. It sees what its user may see; reading whole directories and lists needs the export permissions of that user’s role.',
      airbyte_secret: true,
      order: 0,
    }),
  list_references: z
    .preprocess(
      (value) => (Array.isArray(value) ? value.map((item) => (typeof item === 'number' ? String(item) : item)) : value),
      z.array(z.string('each reference must be text or a number'), 'it must be a list of references'),
    )
    .default([])
    .meta({
      title: 'Lists and views with typed columns',
      description:
        'Each reference adds a stream with one column per field: a list or view URL, a list id (123), a list and view id (123/456), or "all" for every list.',
      examples: ['https://acme.affinity.co/lists/123/views/456-all', '123', '123/456', 'all'],
      order: 1,
    }),
  field_layout: z.enum(['columns', 'array'], 'it must be "columns" or "array"').default('columns').meta({
    title: 'Layout of company and person fields',
    description:
      '"columns" gives companies and persons one typed column per field; "array" keeps the API’s fields array.',
    order: 2,
  }),
  column_names: z.enum(['name', 'id', 'id_and_name'], 'it must be "name", "id" or "id_and_name"').default('name').meta({
    title: 'Names of field columns',
    description:
      '"name" uses the field’s name in snake_case, "id" its id (field_800201), "id_and_name" both (field_800201_status), as dlt-source-affinity did.',
    order: 3,
  }),
  start_date: z
    .string('it must be text')
    .regex(DATE_TIME, 'it must be a date-time such as 2024-01-01T00:00:00Z')
    .refine(isExistingDate, 'it is not a date that exists')
    .nullish()
    .meta({
      title: 'Start date',
      description:
        'Incremental streams leave out what was neither created nor changed since then. It may be moved back later; the gap is then read.',
      format: 'date-time',
      examples: ['2024-01-01T00:00:00Z'],
      order: 4,
    }),
  monthly_call_reserve: z.int('it must be a whole number').min(0, 'it must not be negative').default(0).meta({
    title: 'Monthly call reserve',
    description:
      'Stop with an error when fewer calls than this are left in the account’s month, so that other tools can go on.',
    order: 5,
  }),
  api_base_url: z
    .string('it must be text')
    .default('https://api.affinity.co')
    .refine(
      isAllowedBaseUrl,
      'it must be https on affinity.co, or a loopback host or host.docker.internal for the sandbox',
    )
    .meta({
      title: 'API base URL',
      description: 'Where the API is. Only the sandbox needs another one.',
      airbyte_hidden: true,
      order: 6,
    }),
});

/** The configuration as the rest of the code sees it. */
export interface Config {
  readonly apiKey: string;
  readonly listReferences: readonly ListReference[];
  readonly fieldLayout: 'columns' | 'array';
  readonly columnNames: 'name' | 'id' | 'id_and_name';
  /** Epoch milliseconds, a whole second. */
  readonly startDateMs: number | undefined;
  readonly monthlyCallReserve: number;
  /** An origin, without a trailing slash. */
  readonly apiBaseUrl: string;
}

/**
 * Checks a configuration. Unknown keys are ignored, since platforms add their own; explicit nulls count as absent.
 * Throws a `config_error` with one sentence for each wrong key.
 */
export function parseConfig(input: unknown): Config {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ConnectorError('config_error', 'The configuration must be a JSON object.');
  }
  const present = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const parsed = configSchema.safeParse(present);
  if (!parsed.success) {
    const sentences = [...describeIssues(parsed.error.issues, present), ...describeReferences(present)];
    throw new ConnectorError('config_error', sentences.join(' '));
  }
  const config = parsed.data;
  return {
    apiKey: config.api_key,
    listReferences: uniqueReferences(config.list_references),
    fieldLayout: config.field_layout,
    columnNames: config.column_names,
    startDateMs: config.start_date == null ? undefined : Math.floor(parseDate(config.start_date) / 1000) * 1000,
    monthlyCallReserve: config.monthly_call_reserve,
    apiBaseUrl: new URL(config.api_base_url).origin,
  };
}

/** `Date.parse` alone takes 30 February for 1 March. */
function isExistingDate(text: string): boolean {
  const day = text.slice(0, 10);
  return !Number.isNaN(Date.parse(text)) && new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
}

/** A date-time without a zone is UTC, as the field's description promises no other. */
function parseDate(text: string): number {
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
  return Date.parse(hasZone ? text : `${text}Z`);
}

function describeIssues(issues: readonly z.core.$ZodIssue[], input: Record<string, unknown>): string[] {
  // Of several things wrong with one setting, the first explains the others.
  const firstByKey = new Map(issues.toReversed().map((issue) => [issue.path[0], issue]));
  return [...firstByKey].toReversed().map(([key, issue]) => {
    if (key === undefined) return 'The configuration must be a JSON object.';
    if (!(key in input)) return `The setting "${String(key)}" is missing.`;
    return `The setting "${String(key)}" is wrong: ${issue.message}.`;
  });
}

/** What is wrong with the first reference that is not understood, where the setting is a list of references at all. */
function describeReferences(input: Record<string, unknown>): string[] {
  const references = configSchema.shape.list_references.safeParse(input['list_references']);
  try {
    uniqueReferences(references.data ?? []);
    return [];
  } catch (error) {
    return [toConnectorError(error).message];
  }
}

function uniqueReferences(references: readonly string[]): ListReference[] {
  const byKey = new Map<string, ListReference>();
  for (const text of references) {
    const reference = parseListReference(text);
    byKey.set(JSON.stringify(reference), reference);
  }
  return [...byKey.values()];
}

/**
 * The stored key is sent to this host. Whoever may edit a source but not read its secrets must not be able to
 * point it at a host of their own.
 */
function isAllowedBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.pathname.replaceAll('/', '') !== '' || url.search !== '' || url.hash !== '') return false;
  if (isLocalHost(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  if (url.protocol !== 'https:') return false;
  return url.hostname === 'affinity.co' || url.hostname.endsWith('.affinity.co');
}

function isLocalHost(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]' || hostname === 'host.docker.internal') return true;
  return /^127(\.\d{1,3}){3}$/.test(hostname);
}
