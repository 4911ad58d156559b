import { manyTexts } from './company-fields.ts';
import { type FieldSketch, makeOptions } from './define-field.ts';
import { type FieldValue, fieldValue } from './field.ts';
import type { ListPlan } from './lists.ts';
import { isoSeconds } from './time.ts';

/** What the fields of list entries read from the entry itself. */
export type EntryFacts = {
  createdMs: (entry: number) => number;
  statusMs: (entry: number) => number;
  persons: (entry: number) => FieldValue;
  companies: (entry: number) => FieldValue;
};

const statusTexts = ['New', 'Meeting', 'Diligence', 'Term sheet', 'Won', 'Passed', 'On hold', 'Nurture'];

/** The fields that belong to one list; a list without values has the fields and nothing in them. */
export function listFields(listIndex: number, plan: ListPlan, facts: EntryFacts): FieldSketch[] {
  const first = 800201 + listIndex * 100;
  const id = (offset: number) => `field-${first + offset}`;
  const list = {
    type: 'list',
    createdAt: '2024-03-07T20:21:42Z',
    isTracked: !plan.isValueless && !plan.isEmpty,
    ...(plan.isValueless ? { emptyShare: 1 } : {}),
  };
  const long = (counts: Record<number, number>) => (plan.isValueless ? {} : { long: counts });
  const fields: FieldSketch[] = [
    {
      id: id(0),
      name: 'Status',
      valueType: 'ranked-dropdown',
      emptyShare: 0.1,
      ...list,
      options: makeOptions(id(0), 'status-dropdown', statusTexts),
    },
    { id: id(1), name: 'Owners', valueType: 'person-multi', ...list, ...(listIndex === 1 ? long({ 2: 115 }) : {}) },
    { id: id(2), name: 'Amount', valueType: 'number', ...list },
    { id: id(3), name: 'Close Date', valueType: 'datetime', ...list },
    {
      id: id(4),
      name: 'Tags',
      valueType: 'dropdown-multi',
      ...list,
      options: makeOptions(id(4), 'dropdown', listIndex === 0 ? manyTexts : ['Hot', 'Warm', 'Cold']),
      ...(listIndex === 0 ? long({ 3: 125 }) : {}),
    },
    { id: id(5), name: 'Memo', valueType: 'text', ...list },
    {
      id: id(6),
      name: 'Priority',
      valueType: 'ranked-dropdown',
      ...list,
      options: makeOptions(id(6), 'ranked-dropdown', ['Low', 'Medium', 'High']),
    },
    { id: id(7), name: 'Referrer', valueType: 'person', ...list },
    { id: id(8), name: 'Lead Investor', valueType: 'company', ...list },
    {
      id: id(9),
      name: listIndex === 1 ? 'amount' : 'Weighted',
      valueType: 'formula-number',
      ...list,
      isTracked: false,
    },
    {
      id: id(10),
      name: 'Source',
      valueType: 'dropdown',
      ...list,
      options: makeOptions(id(10), 'dropdown', ['Inbound', 'Outbound']),
      timesInMetadata: listIndex === 1 ? 0 : 1,
    },
    { id: id(11), name: 'Checks', valueType: 'number-multi', ...list },
    { id: id(12), name: 'Sectors', valueType: 'filterable-text-multi', ...list },
    {
      id: 'created-at',
      name: 'Date Added',
      type: 'enriched',
      valueType: 'datetime',
      timesInMetadata: listIndex % 2,
      at: (entry) => fieldValue('datetime', isoSeconds(facts.createdMs(entry))),
    },
    {
      id: 'time-in-current-status',
      name: 'Time in Current Status',
      type: 'enriched',
      valueType: 'datetime',
      timesInMetadata: listIndex % 2,
      at: (entry) => fieldValue('datetime', isoSeconds(facts.statusMs(entry))),
    },
  ];
  if (plan.kind !== 'opportunity') return fields;
  return [
    { id: 'persons', name: 'People', type: 'list', valueType: 'person-multi', at: facts.persons },
    { id: 'companies', name: 'Organizations', type: 'list', valueType: 'company-multi', at: facts.companies },
    ...fields,
  ];
}
