import { isObject } from '../affinity/answers.ts';
import { type Convert, converterFor } from '../affinity/fields/convert.ts';
import { kindOf, type ValueFamily } from '../affinity/fields/value-types.ts';
import { FieldValueChange } from '../affinity/models/field-value-changes.ts';
import { readCollection } from './collection.ts';
import type { Row } from './stream.ts';
import { defineTimeStream, OVERLAP_MS } from './time-stream.ts';

export const fieldValueChanges = defineTimeStream({
  name: 'field_value_changes',
  endpoint: 'GET /v2/field-value-changes',
  cost: '1 per 100 changes',
  description: 'Every change of a tracked field, such as the stages of a deal: who, when, and to what.',
  path: '/v2/field-value-changes',
  row: FieldValueChange,
  primaryKey: ['id'],
  cursorField: 'changedAt',
  time: { created: 'changedAt', overlapMs: OVERLAP_MS },
  read: (context, request) => readCollection(context, { ...request, toRow: describeValue }),
});

/** `value` may be anything, which no destination can store as it is: it becomes JSON text, and what matters of it two columns. */
function describeValue(row: Row): Row {
  const value = row['value'] ?? null;
  const reference = isObject(value) ? describeReference(value, row['type']) : undefined;
  return {
    ...row,
    value: value === null ? null : JSON.stringify(value),
    valueText: reference === undefined ? scalarText(value) : reference.text,
    valueId: reference?.id ?? null,
  };
}

interface Reference {
  readonly text: string | null;
  readonly id: unknown;
}

function describeReference(value: Row, type: unknown): Reference {
  if (value['referenceType'] === 'deleted-entity') return { text: scalarText(value['displayValue']), id: null };
  const { family } = kindOf(typeof type === 'string' ? type : '');
  return { text: scalarText(words.get(family)?.(value, ignore)), id: ids.get(family)?.(value, ignore) ?? null };
}

const named: readonly ValueFamily[] = ['dropdown', 'person', 'company', 'list'];
const ids = new Map<ValueFamily, Convert>(named.map((family) => [family, converterFor(family, 'reference')]));
const words = new Map<ValueFamily, Convert>(
  [...named, 'number' as const, 'text' as const].map((family) => [family, converterFor(family, 'value')]),
);

/** The whole value is in `value`, so nothing is lost where a part of it has no words. */
function ignore(): void {}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
