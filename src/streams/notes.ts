import type { PayloadFields } from '../affinity/fields/payload.ts';
import { Note } from '../affinity/models/notes.ts';
import type { CollectionRequest } from './collection.ts';
import { asTheyCame, completeRows, draftRows, type RowWriter } from './completion.ts';
import { checkpoint, type ReadContext, type ReadItem, type Row } from './stream.ts';
import { CREATED_AND_UPDATED, defineTimeStream } from './time-stream.ts';

/** The previews of a note, each with the last part of the path that has all of it. */
const PREVIEWS = {
  companiesPreview: 'attached-companies',
  personsPreview: 'attached-persons',
  opportunitiesPreview: 'attached-opportunities',
} as const;

export const notes = defineTimeStream({
  name: 'notes_v2',
  endpoint: 'GET /v2/notes',
  cost: '1 per 100 notes, and 1 per 100 attachments of each note that has more than 100',
  description: 'Notes as HTML, with the companies, persons and opportunities they are attached to.',
  path: '/v2/notes',
  query: { includes: [...Object.keys(PREVIEWS), 'repliesCount'] },
  row: Note,
  primaryKey: ['id'],
  cursorField: 'updatedAt',
  time: CREATED_AND_UPDATED,
  read: readNotes,
});

async function* readNotes(
  context: ReadContext,
  { path, query, cursor }: CollectionRequest,
): AsyncGenerator<ReadItem, void, undefined> {
  const writer = asTheyCame(context, previewOf);
  const drafting = draftRows({
    ...writer,
    fieldsOf: previewsOf,
    complete: (rows) => completePreviews(context, rows, writer),
  });
  for await (const { rows, next } of context.affinity.v2.readPages(drafting, path, query, cursor)) {
    yield await drafting.toPage(rows);
    if (next !== null) yield checkpoint(next);
  }
}

/** Completes, in place, the previews that the API cut at 100. */
async function completePreviews(
  context: ReadContext,
  rows: readonly Row[],
  { isWritten }: Pick<RowWriter, 'isWritten'>,
): Promise<void> {
  const { incomplete } = await completeRows(context, {
    rows,
    fieldsOf: previewsOf,
    isWritten,
    pathOf: (row, attached) => `/v2/notes/${row['id']}/${attached}`,
  });
  if (incomplete > 0) {
    context.warn(`${incomplete} list(s) of what notes are attached to could not be completed beyond the first 100.`);
  }
}

/** The property that holds what a part of the path has all of. */
function previewOf(attached: string): string {
  return Object.entries(PREVIEWS).find(([, id]) => id === attached)?.[0] ?? attached;
}

/** A preview is cut like the values of a field, and is completed like them. */
function previewsOf(row: Row): PayloadFields {
  return Object.entries(PREVIEWS).map(([name, id]) => ({ id, value: row[name] }) as NonNullable<PayloadFields>[number]);
}
