import type { Field, FieldPiece } from '../data/field.ts';
import type { EntityKind } from '../data/lists.ts';
import { itemAt } from '../data/random.ts';
import { ApiError, invalid, notFound } from '../http/api-error.ts';
import type { ParamSpecs } from '../http/params.ts';
import type { Answer, Call, Route } from '../http/route.ts';
import { ofArray } from '../http/sequence.ts';
import { everyFieldOf, isKnown, metadataRow, rendererOf } from './fields-of-call.ts';
import { entryIndex, listIndex } from './list-lookup.ts';
import {
  entityFieldList,
  entryFieldList,
  fieldIncludes,
  filter,
  newestVersion,
  paged,
  paged20,
  rule,
} from './specs.ts';
import { recordIndex } from './v2-entities.ts';

type Owner = { path: string; fields: (call: Call) => readonly Field[] };

/** The fields of a list: its own, and those of the records it holds. */
export function fieldsOfList(call: Pick<Call, 'account'>, list: number): Field[] {
  const { fields, plans } = call.account;
  const { kind } = itemAt(plans, list);
  const own = itemAt(fields.lists, list).all;
  return kind === 'opportunity' ? [...own] : [...own, ...fields[kind].all];
}

/** Metadata as often as the API lists it. */
export function metadataFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => Array.from({ length: field.definition.timesInMetadata }, () => field));
}

function wellFormed(call: Call): string {
  const id = call.name('fieldId');
  if (!/^[a-z][a-z0-9-]*$/.test(id)) throw invalid('fieldId', 'Malformed field id');
  return id;
}

function dropdownField(call: Call, fields: readonly Field[]): Field {
  const id = wellFormed(call);
  const field = fields.find((each) => each.id === id && isKnown(call, each));
  if (field === undefined) throw notFound('Field');
  if (!field.definition.valueType.includes('dropdown'))
    throw new ApiError(400, 'bad-request', 'The field is not a dropdown');
  return field;
}

function metadataRoutes({ path, fields }: Owner): Route[] {
  return [
    {
      api: 'v2',
      path,
      params: { ...paged, ...filter, ...fieldIncludes },
      filter: { name: rule.name },
      handle: (call) => {
        const { filter: predicate, version } = call;
        const includes = call.params.texts('includes') ?? [];
        const shown = metadataFields(fields(call)).filter(
          (field) => isKnown(call, field) && (predicate === null || predicate(() => field.name)),
        );
        return {
          kind: 'page',
          sequence: ofArray(shown, (field) => JSON.stringify(metadataRow(field, { version, includes }))),
        };
      },
    },
    {
      api: 'v2',
      path: `${path}/{fieldId}/dropdown-options`,
      params: paged,
      handle: (call) => ({ kind: 'page', sequence: ofArray(dropdownField(call, fields(call)).definition.options) }),
    },
  ];
}

type Holder = { path: string; pieces: (call: Call) => FieldPiece[]; choice: ParamSpecs; isExclusive: boolean };

const valueTypes = ['company', 'dropdown', 'list', 'location', 'person', 'ranked-dropdown', 'filterable-text'].flatMap(
  (type) => [type, `${type}-multi`],
);

function onePiece(call: Call, pieces: readonly FieldPiece[]): FieldPiece {
  const id = wellFormed(call);
  const piece = pieces.find(({ field }) => field.id === id);
  if (piece === undefined) throw notFound('Field');
  return piece;
}

function valuesPage(piece: FieldPiece): Answer {
  const value: { type: string; data: unknown } = JSON.parse(piece.value.whole?.text ?? piece.value.text);
  if (!valueTypes.includes(value.type))
    throw new ApiError(400, 'bad-request', 'The values of this field cannot be paged');
  const items = Array.isArray(value.data) ? value.data : value.data === null ? [] : [value.data];
  return { kind: 'page', sequence: ofArray<unknown>(items), extra: `"type":${JSON.stringify(value.type)},` };
}

function valueRoutes({ path, pieces, choice, isExclusive }: Holder): Route[] {
  return [
    {
      api: 'v2',
      path,
      params: { ...paged20, ...choice },
      handle: (call) => {
        const ids = call.params.texts('ids');
        const types = call.params.texts('types');
        if (isExclusive && ids !== undefined && types !== undefined)
          throw invalid('types', 'ids and types exclude each other');
        const isShown = ({ field }: FieldPiece) =>
          (ids === undefined && types === undefined) ||
          ids?.includes(field.id) === true ||
          types?.includes(field.definition.type) === true;
        return { kind: 'page', sequence: ofArray(pieces(call).filter(isShown), (piece) => piece.text) };
      },
    },
    {
      api: 'v2',
      path: `${path}/{fieldId}`,
      params: {},
      handle: (call) => ({ kind: 'json', text: onePiece(call, pieces(call)).text }),
    },
    {
      api: 'v2',
      path: `${path}/{fieldId}/values`,
      params: paged,
      minVersion: newestVersion,
      handle: (call) => valuesPage(onePiece(call, pieces(call))),
    },
  ];
}

function holder(path: string, kind: Exclude<EntityKind, 'opportunity'>): Holder {
  return {
    path,
    pieces: (call) => rendererOf(call, everyFieldOf(call)).entityPieces(kind, recordIndex(call, kind)),
    choice: entityFieldList,
    isExclusive: true,
  };
}

/** Field metadata, dropdown options, and the fields of single records. */
export const fieldRoutes: readonly Route[] = [
  ...metadataRoutes({ path: '/v2/companies/fields', fields: (call) => call.account.fields.company.all }),
  ...metadataRoutes({ path: '/v2/persons/fields', fields: (call) => call.account.fields.person.all }),
  ...metadataRoutes({ path: '/v2/lists/{listId}/fields', fields: (call) => fieldsOfList(call, listIndex(call)) }),
  {
    api: 'v2',
    path: '/v2/lists/{listId}/fields/{fieldId}/dropdown-options/{dropdownOptionId}',
    params: {},
    handle: (call) => {
      const { options } = dropdownField(call, fieldsOfList(call, listIndex(call))).definition;
      const option = options.find(({ id }) => id === call.id('dropdownOptionId'));
      if (option === undefined) throw notFound('Dropdown option');
      return { kind: 'json', text: JSON.stringify(option) };
    },
  },
  ...valueRoutes(holder('/v2/companies/{companyId}/fields', 'company')),
  ...valueRoutes(holder('/v2/persons/{personId}/fields', 'person')),
  ...valueRoutes({
    path: '/v2/lists/{listId}/list-entries/{listEntryId}/fields',
    pieces: (call) => {
      const list = listIndex(call);
      return rendererOf(call, everyFieldOf(call)).entryPieces(list, entryIndex(call, list));
    },
    choice: entryFieldList,
    isExclusive: false,
  }),
];
