import type { JsonSchemaNode } from '../src/affinity/models/json-schema.ts';
import { streams } from '../src/streams/index.ts';
import { listEntriesStream } from '../src/streams/list-entries.ts';
import type { Stream } from '../src/streams/stream.ts';

/** A property of one stream that names the key of another. */
export interface Relation {
  readonly from: string;
  readonly property: string;
  readonly to: string;
  readonly key: string;
}

/** How the streams join. A test holds every property of it against the schemas. */
export const relations: readonly Relation[] = [
  ['opportunities', 'listId', 'lists', 'id'],
  ['saved_views', 'listId', 'lists', 'id'],
  ['list_entries', 'listId', 'lists', 'id'],
  ['list_fields', 'listId', 'lists', 'id'],
  ['dropdown_options', 'listId', 'lists', 'id'],
  ['dropdown_options', 'fieldId', 'list_fields', 'id'],
  ['dropdown_options', 'fieldId', 'company_fields', 'id'],
  ['dropdown_options', 'fieldId', 'person_fields', 'id'],
  ['lists', 'ownerId', 'users', 'id'],
  ['users', 'id', 'persons', 'id'],
  ['notes', 'parent_id', 'notes', 'id'],
  ['notes', 'id', 'notes_v2', 'id'],
  ['notes', 'creator_id', 'users', 'id'],
  ['notes', 'interaction_id', 'meetings', 'id'],
  ['notes', 'interaction_id', 'calls', 'id'],
  ['notes', 'interaction_id', 'chat_messages', 'id'],
  ['notes', 'interaction_id', 'emails', 'id'],
  ['notes', 'organization_ids', 'companies', 'id'],
  ['notes', 'person_ids', 'persons', 'id'],
  ['notes', 'opportunity_ids', 'opportunities', 'id'],
  ['note_replies', 'noteId', 'notes_v2', 'id'],
  ['team_members', 'teamId', 'teams', 'id'],
  ['transcript_fragments', 'transcriptId', 'transcripts', 'id'],
  ['entity_files', 'id', 'files', 'id'],
  ['entity_files', 'organization_id', 'companies', 'id'],
  ['entity_files', 'person_id', 'persons', 'id'],
  ['entity_files', 'opportunity_id', 'opportunities', 'id'],
  ['company_merges', 'primaryCompanyId', 'companies', 'id'],
  ['person_merges', 'primaryPersonId', 'persons', 'id'],
  ['relationships', 'person1Id', 'persons', 'id'],
  ['relationships', 'person2Id', 'persons', 'id'],
].map(([from = '', property = '', to = '', key = '']) => ({ from, property, to, key }));

/** docs/streams.md: every stream and column, made from the code. */
export function streamsPage(): string {
  const list = listEntriesStream({ kind: 'list', listId: 0 });
  return [
    '# Streams',
    '',
    'Made from the code by `npm run generate`.',
    '',
    '"Full refresh" reads everything each time; where the destination overwrites, deleted rows are then gone. "Incremental" reads',
    'what is new or has changed; Affinity tells of no deletions, so that rows deleted there stay in the destination until the stream',
    'is refreshed. Every stream goes on where it was interrupted. Costs are in API calls.',
    '',
    ...overview([...streams, list]),
    '',
    '## How they join',
    '',
    '```mermaid',
    'erDiagram',
    // What joins by its own id has one counterpart, all else has many.
    ...relations.map(
      ({ from, property, to }) => `  ${from} ${property === 'id' ? '|o' : '}o'}--|| ${to} : ${property}`,
    ),
    '```',
    '',
    'An interaction’s id is unique only together with its type: join `notes.interaction_id` with the stream that',
    '`notes.interaction_type` names. `list_<L>_entries.entityId` joins companies, persons or opportunities, as the list’s type says.',
    '',
    ...streams.flatMap(section),
    ...section(list),
  ].join('\n');
}

function overview(all: readonly Stream[]): string[] {
  return [
    '| stream | key | sync | calls |',
    '|---|---|---|---|',
    ...all.map(
      (stream) =>
        `| [\`${title(stream)}\`](#${anchor(title(stream))}) | ${keyOf(stream)} | ${syncOf(stream)} | ${stream.cost} |`,
    ),
  ];
}

function section(stream: Stream): string[] {
  const facts = [
    `* Request: \`${stream.endpoint}\`${stream.isBeta ? ' (beta: may change without notice)' : ''}`,
    `* Key: ${keyOf(stream)}`,
    `* Sync: ${syncOf(stream)}${stream.cursorField === undefined ? '' : `, cursor \`${stream.cursorField}\``}`,
    `* Permission: ${stream.permission === undefined ? 'none beyond the API key' : `"${stream.permission.name}"`}`,
    `* Calls: ${stream.cost}`,
    `* Deleted rows: ${stream.cursorField === undefined ? 'gone with the next full refresh that overwrites' : 'stay, until a full refresh'}`,
  ];
  const columns = Object.entries(stream.jsonSchema.properties).map(
    ([name, node]) => `| \`${name}\` | ${typeOf(node)} | ${(node.description ?? '').replaceAll('|', '\\|')} |`,
  );
  return [
    `## ${title(stream)}`,
    '',
    stream.description,
    '',
    ...facts,
    '',
    '| column | type | meaning |',
    '|---|---|---|',
    ...columns,
    ...columnNote(stream),
    '',
  ];
}

function columnNote({ discoverSchema }: Stream): string[] {
  if (discoverSchema === undefined) return [];
  return [
    '',
    'Each custom field adds a typed column of its own; with `field_layout: array` companies and persons have `fields` instead.',
  ];
}

function title({ name }: Stream): string {
  return name.replace('list_0_', 'list_<L>_');
}

/** As GitHub makes anchors of headings. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w-]/g, '');
}

function keyOf({ primaryKey }: Stream): string {
  return primaryKey.map((property) => `\`${property}\``).join(', ');
}

function syncOf({ cursorField }: Stream): string {
  return cursorField === undefined ? 'full refresh' : 'full refresh, incremental';
}

function typeOf({ type, format, items }: JsonSchemaNode): string {
  const [name = 'any'] = [type ?? []].flat().filter((each) => each !== 'null');
  if (format !== undefined) return format;
  return name === 'array' && items !== undefined ? `array of ${typeOf(items)}` : name;
}
