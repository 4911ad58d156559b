import { Transcript } from '../affinity/models/transcripts.ts';
import { defineTimeStream, ONLY_CREATED } from './time-stream.ts';

export const transcripts = defineTimeStream({
  name: 'transcripts',
  endpoint: 'GET /v2/transcripts',
  cost: '1 per 100 transcripts',
  description: 'Transcripts of meetings, each with the note about it; what was said is in transcript_fragments.',
  path: '/v2/transcripts',
  row: Transcript,
  primaryKey: ['id'],
  cursorField: 'createdAt',
  time: ONLY_CREATED,
});
