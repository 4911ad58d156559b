import type { Field } from '../data/field.ts';
import { type FieldChoice, Renderer } from '../data/render.ts';
import type { Call } from '../http/route.ts';
import { newestVersion, versions } from './specs.ts';

/** True when the version of the request is at least another. */
export function isAtLeast(call: Call, version: string): boolean {
  return call.version >= version;
}

/** Fields that the version of the request knows. */
export function isKnown(call: Call, field: Field): boolean {
  return isAtLeast(call, field.definition.minVersion);
}

/** What `fieldIds` and `fieldTypes` ask for: either lets a field in, and without both there is none. */
export function fieldChoice(call: Call): FieldChoice {
  const ids = call.params.texts('fieldIds');
  const types = call.params.texts('fieldTypes');
  if (ids === undefined && types === undefined) return null;
  const wantedIds = new Set(ids);
  const wantedTypes = new Set(types);
  return {
    includes: (field) => isKnown(call, field) && (wantedIds.has(field.id) || wantedTypes.has(field.definition.type)),
  };
}

/** Every field the version knows. */
export function everyFieldOf(call: Call): FieldChoice {
  return { includes: (field) => isKnown(call, field) };
}

/** A renderer for the rows of one answer. */
export function rendererOf(call: Call, choice: FieldChoice): Renderer {
  return new Renderer(call.account, choice, { isOldest: call.version === versions[0] });
}

/** Field metadata as a version tells it. */
export function metadataRow(field: Field, options: { version: string; includes: readonly string[] }) {
  const { definition, id, name } = field;
  const { description, type, enrichmentSource, valueType, isRequired, createdAt } = definition;
  const isNewest = options.version >= newestVersion;
  return {
    id,
    name,
    ...(isNewest ? { description } : {}),
    type,
    enrichmentSource,
    valueType,
    ...(isNewest ? { isRequired } : {}),
    createdAt,
    ...(options.includes.includes('filterability') ? { filterability: filterability(valueType) } : {}),
    ...(options.includes.includes('sortability')
      ? { sortability: valueType.endsWith('-multi') ? null : { sortableFieldType: 'field-only' } }
      : {}),
  };
}

function filterability(valueType: string) {
  if (valueType === 'geo-polygon') return null;
  const operators = [
    { id: 'is-empty', name: 'is empty', numberOfValuesRequired: 'none' },
    { id: 'is-any-of', name: 'is any of', numberOfValuesRequired: 'multi' },
  ];
  if (valueType !== 'interaction') return { filterableFieldType: 'field-only', operators };
  return {
    filterableFieldType: 'attribute-on-field',
    attributes: [{ id: 'date-of-activity', name: 'Date', valueType: 'date', operators }],
  };
}
