import type { Json } from '../json.ts';
import { makeChangeHistory, type TrackedField } from './change-history.ts';
import type { Collection } from './collection.ts';
import { companyData, makeCompanies } from './companies.ts';
import { companyFields } from './company-fields.ts';
import { defineField, type FieldSketch } from './define-field.ts';
import type { Material } from './elements.ts';
import { type EntryRow, Membership, makeEntries, statusMs } from './entries.ts';
import { fieldValue } from './field.ts';
import { FieldSet } from './field-set.ts';
import { makeFiles } from './files.ts';
import { interactionData, makeInteractions } from './interactions.ts';
import { listFields } from './list-fields.ts';
import { type EntityKind, makeLists, makeViews, planLists } from './lists.ts';
import { makeMerges } from './merges.ts';
import { makeNotes } from './notes.ts';
import { makeOpportunities } from './opportunities.ts';
import { makePersons, makeUsers, personData } from './people.ts';
import { personFields } from './person-fields.ts';
import { itemAt, saltOf } from './random.ts';
import { Relationships } from './relationships.ts';
import { makeReminders } from './reminders.ts';
import { makeTeams, makeWebhooks } from './teams.ts';
import { makeTranscripts } from './transcripts.ts';
import { makeWorld, type WorldOptions } from './world.ts';

/** Everything an account holds. Rows are made when asked for; only changes take memory. */
export type Account = ReturnType<typeof makeAccount>;

/** The company with more people than a value shows, and how many. */
const crowdedCompany = 10;
const crowd = 240;
const sampleSize = 40;

/** Makes the account of a seed and scale. The same options give the same rows. */
export function makeAccount(options: WorldOptions) {
  const world = makeWorld(options);
  const { sizes } = world;
  const outsiderCount = sizes.persons - sizes.users;
  const companies = makeCompanies(world);
  const users = makeUsers(world);
  const companyOf = (outsider: number) => outsider % sizes.companies;
  const persons = makePersons(world, users, (outsider) => companies.rowAt(companyOf(outsider)).domain);
  const plans = planLists(sizes.lists);
  const membership = new Membership(world, plans);
  const userId = (n: number) => users.idAt(n % sizes.users);
  const lists = makeLists(world, plans, userId);
  const views = plans.map((plan, index) => makeViews(world, index, plan));
  const opportunities = makeOpportunities(
    world,
    (index) => lists.rowAt(membership.listOfOpportunity(index)),
    (index) => companies.rowAt(index % sizes.companies).name,
  );
  const entries: Collection<EntryRow>[] = plans.map((plan, index) =>
    makeEntries(world, { index, plan }, membership.sizeOf(index), (entry) => membership.entityAt(index, entry), userId),
  );

  const personAt = (index: number) => personData(persons.rowAt(index));
  const companyAt = (index: number) => companyData(companies.rowAt(index));
  const user = (n: number) => personAt(n % sizes.users);
  const outsider = (n: number) => personAt(sizes.users + (n % outsiderCount));
  const interactions = makeInteractions(world, { user, outsider });
  const notes = makeNotes(world, interactions, user);
  const transcripts = makeTranscripts(world, notes);
  const reminders = makeReminders(world, {
    user: userId,
    company: (n) => companies.idAt(n % sizes.companies),
    person: (n) => persons.idAt(n % sizes.persons),
    opportunity: (n) => opportunities.idAt(n % sizes.opportunities),
  });
  const files = makeFiles(world, userId);
  const companyMerges = makeMerges(
    world,
    'company',
    (index) => companies.idAt(index),
    (n) => 20 + ((n * 5) % (sizes.companies - 25)),
  );
  const personMerges = makeMerges(
    world,
    'person',
    (index) => persons.idAt(index),
    (n) => sizes.users + ((n * 7) % (outsiderCount - 5)),
  );

  /** Persons of a company, by index. */
  const personsOfCompany = (company: number): number[] => {
    if (company === crowdedCompany)
      return Array.from({ length: Math.min(crowd, outsiderCount) }, (_, each) => sizes.users + each);
    const found: number[] = [];
    for (let each = company; each < outsiderCount; each += sizes.companies) found.push(sizes.users + each);
    return found;
  };
  const kinds: Record<EntityKind, { idAt: (index: number) => number; has: (index: number) => boolean }> = {
    company: companies,
    person: persons,
    opportunity: opportunities,
  };
  /** Indexes of merged records → where they went. */
  const mergedInto: Record<EntityKind, Map<number, number>> = {
    company: new Map(),
    person: new Map(),
    opportunity: new Map(),
  };
  /** The record an entry shows now; undefined when it is gone. */
  const entityOf = (list: number, entry: number): number | undefined => {
    const { kind } = itemAt(plans, list);
    let entity = Number(itemAt(entries, list).read(entry, 'entity'));
    for (let next = mergedInto[kind].get(entity); next !== undefined; next = mergedInto[kind].get(entity))
      entity = next;
    return kinds[kind].has(entity) ? entity : undefined;
  };
  const entriesOf = (kind: EntityKind, entity: number): { list: number; entry: number }[] =>
    plans.flatMap((plan, list) => {
      if (plan.kind !== kind || !lists.has(list)) return [];
      const rows = itemAt(entries, list);
      const found = membership.entriesOf(list, entity);
      for (const merged of mergedInto[kind].keys()) found.push(...membership.entriesOf(list, merged));
      for (let entry = membership.sizeOf(list); entry < rows.size; entry += 1) found.push(entry);
      return [...new Set(found)]
        .filter((entry) => rows.has(entry) && entityOf(list, entry) === entity)
        .map((entry) => ({ list, entry }));
    });
  const listsOf = (kind: EntityKind) => (entity: number) => {
    const found = [...new Set(entriesOf(kind, entity).map(({ list }) => list))];
    return fieldValue(
      'list-multi',
      found.map((list): Json => {
        const { id, name, type } = lists.rowAt(list);
        return { id, name, type, entityCount: itemAt(entries, list).count };
      }),
    );
  };

  const sample = <Item>(size: number, make: (index: number) => Item) =>
    Array.from({ length: Math.min(sampleSize, size) }, (_, index) => make(index));
  const material: Material = {
    names: world.names,
    startMs: world.startMs,
    persons: sample(outsiderCount - 1, (index) => outsider(index)),
    users: sample(sizes.users, (index) => user(index)),
    companies: sample(sizes.companies - 1, companyAt),
    interactions: interactionData(interactions),
    notes: sample(6, (index): Json => {
      const { id, content, creator, mentions, createdAt, updatedAt } = notes.roots.rowAt(index);
      return { id, content, creator, mentions, createdAt, updatedAt };
    }),
    reminders: sample(6, (index): Json => {
      const { id, type, content, createdAt, dueDate } = reminders.rowAt(index);
      return { id, type, content, createdAt, dueDate };
    }),
  };
  const define = (sketch: FieldSketch) => defineField(sketch, material, world.seed);
  const fieldSet = (name: string, sketches: readonly FieldSketch[]) =>
    new FieldSet(sketches.map(define), saltOf(world.seed, name));
  const personsValue = (indexes: number[]) =>
    fieldValue(
      'person-multi',
      indexes.filter((index) => persons.has(index)).map((index): Json => personAt(index)),
    );
  const companiesValue = (indexes: number[]) =>
    fieldValue(
      'company-multi',
      indexes.filter((index) => companies.has(index)).map((index): Json => companyAt(index)),
    );
  const companySet = fieldSet(
    'company fields',
    companyFields(material, { persons: (index) => personsValue(personsOfCompany(index)), lists: listsOf('company') }),
  );
  const personSet = fieldSet(
    'person fields',
    personFields(material, {
      companies: (index) => companiesValue(index < sizes.users ? [] : [companyOf(index - sizes.users)]),
      lists: listsOf('person'),
    }),
  );
  const listSets = plans.map((plan, index) => {
    const createdMs = (entry: number) => Number(itemAt(entries, index).read(entry, 'createdAt'));
    const entity = (entry: number) => Number(itemAt(entries, index).read(entry, 'entity'));
    return fieldSet(
      `list fields ${index}`,
      listFields(index, plan, {
        createdMs,
        statusMs: (entry) => statusMs(world, createdMs(entry)),
        persons: (entry) => personsValue([sizes.users + (entity(entry) % outsiderCount), entity(entry) % sizes.users]),
        companies: (entry) => companiesValue([entity(entry) % sizes.companies]),
      }),
    );
  });

  const trackedOf = (set: FieldSet, entityType: string, place: TrackedField['place']): TrackedField[] =>
    set.all
      .filter(({ definition }) => definition.changeValue !== null)
      .map(({ definition }) => ({ definition, entityType, place }));
  const changes = makeChangeHistory(
    world,
    [
      ...trackedOf(companySet, 'company', (n) => ({ entityId: companies.idAt(n % sizes.companies), listEntry: null })),
      ...trackedOf(personSet, 'person', (n) => ({ entityId: persons.idAt(n % sizes.persons), listEntry: null })),
      ...listSets.flatMap((set, index) =>
        trackedOf(set, itemAt(plans, index).kind, (n) => {
          const rows = itemAt(entries, index);
          const entry = n % Math.max(1, membership.sizeOf(index));
          const entityId = kinds[itemAt(plans, index).kind].idAt(rows.rowAt(entry).entity);
          return { entityId, listEntry: { id: rows.idAt(entry), listId: lists.idAt(index) } };
        }),
      ),
    ],
    (n) => userReference(users.rowAt(n % sizes.users)),
  );

  return {
    world,
    tenant: { id: 4711, name: 'Harbor Lane Ventures', subdomain: 'harborlane' },
    users,
    companies,
    persons,
    opportunities,
    plans,
    lists,
    views,
    entries,
    entityOf,
    entriesOf,
    mergedInto,
    personsOfCompany,
    personAt,
    companyAt,
    fields: { company: companySet, person: personSet, lists: listSets },
    define,
    /** Numbers fields that are added later. */
    fieldCounter: counter(),
    interactions,
    notes,
    transcripts,
    reminders,
    files,
    merges: { company: companyMerges, person: personMerges },
    teams: makeTeams(world),
    webhooks: makeWebhooks(world, userId),
    relationships: new Relationships(world),
    changes,
  };
}

/** A user as whoami, changes and teams show it. */
export function userReference(row: {
  id: number;
  firstName: string;
  lastName: string | null;
  primaryEmailAddress: string | null;
}) {
  return { id: row.id, firstName: row.firstName, lastName: row.lastName, emailAddress: row.primaryEmailAddress ?? '' };
}

function counter(): { next: () => number } {
  let value = 0;
  return {
    next: () => {
      value += 1;
      return value;
    },
  };
}
