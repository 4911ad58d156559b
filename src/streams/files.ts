import { EntityFile, File } from '../affinity/models/files.ts';
import { readLegacyCollection } from './collection.ts';
import { defineStream, type Row } from './stream.ts';
import { defineTimeStream, ONLY_CREATED } from './time-stream.ts';

export const files = defineTimeStream({
  name: 'files',
  endpoint: 'GET /v2/files',
  cost: '1 per 100 files',
  description: 'What is known of every file: name, size, who added it and when.',
  path: '/v2/files',
  row: File,
  primaryKey: ['id'],
  cursorField: 'createdAt',
  isBeta: true,
  time: ONLY_CREATED,
});

/** Only the legacy API tells what a file belongs to. */
export const entityFiles = defineStream({
  name: 'entity_files',
  endpoint: 'GET /entity-files (V1)',
  cost: '1 per 500 files',
  description: 'Which company, person or opportunity each file belongs to.',
  row: EntityFile,
  primaryKey: ['id'],
  readPartition: (context, _partition, cursor) =>
    readLegacyCollection(context, { path: '/entity-files', key: 'entity_files', cursor, toRow: withNumericSize }),
});

/** The size is documented as text and was recorded as a number. */
function withNumericSize(row: Row): Row {
  const { size } = row;
  return typeof size === 'string' && /^\d+$/.test(size) ? { ...row, size: Number(size) } : row;
}
