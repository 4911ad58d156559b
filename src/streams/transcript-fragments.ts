import { crc32 } from 'node:zlib';
import { TranscriptFragment } from '../affinity/models/transcripts.ts';
import { inOrder, parentPartition, unlessDeleted } from './parents.ts';
import {
  checkpoint,
  defineStream,
  type ListPartitions,
  type Partition,
  page,
  parseCursor,
  type ReadContext,
  type ReadItem,
} from './stream.ts';
import { type TimeRule, timeFilter } from './time.ts';
import { OVERLAP_MS } from './time-stream.ts';

/** Fragments come and stay with their transcript. */
const time: TimeRule = { created: 'transcriptCreatedAt', overlapMs: OVERLAP_MS, isScan: true };

export const transcriptFragments = defineStream({
  name: 'transcript_fragments',
  endpoint: 'GET /v2/transcripts/{id}/fragments',
  cost: '1 per 100 fragments, at least 1 per transcript',
  description: 'What was said in meetings, speaker by speaker, in order.',
  row: TranscriptFragment,
  primaryKey: ['transcriptId', 'index'],
  cursorField: 'transcriptCreatedAt',
  isFanOut: true,
  time,
  partitions: listTranscripts,
  readPartition: (context, partition, cursor) => {
    const path = `/v2/transcripts/${partition.parentId}`;
    return unlessDeleted(context, { kind: 'transcript', path }, readFragments(context, partition, cursor));
  },
});

async function listTranscripts({ affinity }: ReadContext, need: Parameters<ListPartitions>[1]): Promise<Partition[]> {
  const filter = timeFilter(need, { ...time, created: 'createdAt' });
  const parents: Partition[] = [];
  for await (const { rows } of affinity.v2.pages('/v2/transcripts', { filter })) {
    for (const row of rows) {
      const createdAt = row['createdAt'] ?? null;
      const createdMs = Date.parse(String(createdAt));
      parents.push(
        parentPartition('transcript', row, {
          parent: { createdAt },
          ...(Number.isNaN(createdMs) ? {} : { changedMs: createdMs }),
        }),
      );
    }
  }
  return inOrder(parents);
}

/** Fragments have no id but their place, which is counted over all pages: the cursor holds how many there were before. */
async function* readFragments(
  { affinity }: ReadContext,
  { parentId: transcriptId, parent }: Partition,
  cursor: string | undefined,
): AsyncGenerator<ReadItem, void, undefined> {
  const resumed = readCursor(cursor);
  const transcriptCreatedAt = parent?.['createdAt'] ?? null;
  let { index, checksum } = resumed;
  for await (const { rows, next } of affinity.v2.pages(`/v2/transcripts/${transcriptId}/fragments`, {}, resumed.url)) {
    const first = index;
    // The API may send a page twice, and the first one may have been read before an interruption.
    const found = rows.length === 0 ? checksum : crc32(JSON.stringify(rows));
    const fresh = found === checksum ? [] : rows;
    checksum = found;
    yield page(fresh.map((row, place) => ({ transcriptId, index: first + place, transcriptCreatedAt, ...row })));
    index += fresh.length;
    if (next !== null) yield checkpoint(JSON.stringify({ index, url: next, checksum }));
  }
}

interface FragmentCursor {
  readonly index: number;
  readonly url: string | undefined;
  /** Of the page before. */
  readonly checksum: number | undefined;
}

function readCursor(cursor: string | undefined): FragmentCursor {
  const { index, url, checksum } = cursor === undefined ? {} : parseCursor(cursor);
  if (typeof index !== 'number' || typeof url !== 'string') return { index: 0, url: undefined, checksum: undefined };
  return { index, url, checksum: typeof checksum === 'number' ? checksum : undefined };
}
