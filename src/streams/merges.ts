import { CompanyMerge, PersonMerge } from '../affinity/models/merges.ts';
import { permissions } from './permissions.ts';
import { checkpoint, defineStream, page, type ReadContext, type ReadItem, type Row } from './stream.ts';
import { isInSlice, type TimeRule, type TimeSlice } from './time.ts';
import { OVERLAP_MS } from './time-stream.ts';

/** The API cannot filter merges by time, but lists the newest first. */
const time: TimeRule = { created: 'startedAt', overlapMs: OVERLAP_MS, isScan: true };

export const companyMerges = defineStream({
  name: 'company_merges',
  endpoint: 'GET /v2/company-merges',
  cost: '1 per 100 merges',
  description: 'Which companies became part of which others.',
  row: CompanyMerge,
  primaryKey: ['id'],
  cursorField: 'startedAt',
  permission: permissions.manageDuplicates,
  time,
  readPartition: (context, { slice }, cursor) => readMerges(context, { path: '/v2/company-merges', slice, cursor }),
});

export const personMerges = defineStream({
  name: 'person_merges',
  endpoint: 'GET /v2/person-merges',
  cost: '1 per 100 merges',
  description: 'Which persons became part of which others.',
  row: PersonMerge,
  primaryKey: ['id'],
  cursorField: 'startedAt',
  permission: permissions.manageDuplicates,
  time,
  readPartition: (context, { slice }, cursor) => readMerges(context, { path: '/v2/person-merges', slice, cursor }),
});

interface MergesRequest {
  readonly path: string;
  readonly slice: TimeSlice | undefined;
  readonly cursor: string | undefined;
}

async function* readMerges(
  { affinity }: ReadContext,
  { path, slice, cursor }: MergesRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  const fromMs = lowerBound(slice);
  for await (const { rows, next } of affinity.v2.pages(path, {}, cursor)) {
    const asked = rows.filter((row) => isInSlice(slice, row['startedAt'], undefined));
    yield page(asked);
    const unfinished = asked.filter(isUnfinished).map(startedMs).filter(Number.isFinite);
    if (unfinished.length > 0) yield { type: 'reread-from', timeMs: Math.min(...unfinished) };
    // A whole page, since "newest first" may be by id and not to the second.
    if (rows.length > 0 && rows.every((row) => startedMs(row) < fromMs)) return;
    if (next !== null) yield checkpoint(next);
  }
}

function lowerBound(slice: TimeSlice | undefined): number {
  const bounds = (slice?.created ?? []).map(({ fromMs }) => fromMs ?? Number.NEGATIVE_INFINITY);
  return bounds.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...bounds);
}

/** How it ends is not known yet, and no date will tell that it has. */
function isUnfinished({ status, completedAt }: Row): boolean {
  return status !== 'success' && status !== 'failed' && (completedAt ?? null) === null;
}

function startedMs({ startedAt }: Row): number {
  return typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
}
