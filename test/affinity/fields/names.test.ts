import { describe, expect, it } from 'vitest';
import { type ColumnNaming, type FieldToName, nameFields } from '../../../src/affinity/fields/names.ts';

type Fields = readonly (readonly [id: string, name: string, ...suffixes: string[]])[];

const sources = ['affinity-data', 'dealroom', 'mailchimp'];

function toName([id, name, ...suffixes]: Fields[number]): FieldToName {
  const enrichmentSource = sources.find((source) => id.startsWith(source)) ?? null;
  return { id, name, enrichmentSource, suffixes: ['', ...suffixes] };
}

function names(fields: Fields, naming: ColumnNaming = 'name', reserved: string[] = []): Record<string, string> {
  return Object.fromEntries(nameFields(fields.map(toName), { naming, reserved }));
}

const long = 'What the partners said about the deal when they met the founders in person';

describe('nameFields', () => {
  it('gives the first of a name the name, and a later one its number', () => {
    expect(
      names([
        ['field-20', 'Status'],
        ['field-3', 'status'],
        ['field-100', 'STATUS'],
      ]),
    ).toEqual({
      'field-3': 'status',
      'field-20': 'status_20',
      'field-100': 'status_100',
    });
  });

  it('compares without case and underscores', () => {
    expect(
      names([
        ['field-1', 'Deal Owner'],
        ['field-2', 'DealOwner'],
        ['field-3', 'deal_o_wner'],
      ]),
    ).toEqual({
      'field-1': 'deal_owner',
      'field-2': 'dealowner_2',
      'field-3': 'deal_o_wner_3',
    });
  });

  it('gives built-in fields their names before custom ones', () => {
    expect(
      names([
        ['field-1', 'Industry'],
        ['affinity-data-industry', 'Industry'],
      ]),
    ).toEqual({
      'affinity-data-industry': 'industry',
      'field-1': 'industry_1',
    });
  });

  it('tells built-in fields of one name apart by their source', () => {
    const both: Fields = [
      ['dealroom-number-of-employees', 'Number of Employees'],
      ['affinity-data-number-of-employees', 'Number of Employees'],
    ];
    expect(names(both)).toEqual({
      'affinity-data-number-of-employees': 'number_of_employees',
      'dealroom-number-of-employees': 'number_of_employees_dealroom',
    });
  });

  it('tells built-in fields of one name and one source apart by a hash of the id', () => {
    const made = names([
      ['dealroom-a', 'Growth'],
      ['dealroom-b', 'Growth'],
      ['dealroom-c', 'Growth'],
    ]);
    expect(made['dealroom-a']).toBe('growth');
    expect(made['dealroom-b']).toBe('growth_dealroom');
    expect(made['dealroom-c']).toMatch(/^growth_[0-9a-f]{8}_dealroom$/);
  });

  it('tells built-in fields without a source apart by their own word', () => {
    expect(
      names([
        ['companies', 'Related'],
        ['persons', 'Related'],
      ]),
    ).toEqual({
      companies: 'related',
      persons: 'related_persons',
    });
  });

  it.each([
    ['persons', null, 'affinity-data-x', 'affinity-data'],
    ['affinity-data-x', 'affinity-data', 'aardvark-x', 'aardvark'],
    ['zebra-a', 'aardvark', 'aardvark-x', 'zebra'],
  ])(
    'lets the built-in field %s of source %s keep the name before %s of source %s',
    (id, source, laterId, laterSource) => {
      const first = { id, name: 'X', enrichmentSource: source, suffixes: [''] };
      const later = { id: laterId, name: 'X', enrichmentSource: laterSource, suffixes: [''] };
      const made = nameFields([later, first], { naming: 'name', reserved: [] });
      expect(made.get(id)).toBe('x');
      expect(made.get(laterId)).toBe(`x_${laterSource.replace('-', '_')}`);
    },
  );

  it('hashes or cuts what would leave no room for the name', () => {
    const slug = 'a-built-in-field-with-a-very-long-word';
    expect(
      names([
        ['a', 'X'],
        [slug, 'X'],
      ])[slug],
    ).toMatch(/^x_[0-9a-f]{8}$/);
    const source = 'a source with a name that nobody wants to read';
    const [first, later] = ['b', 'c'].map((id) => ({ id, name: 'X', enrichmentSource: source, suffixes: [''] }));
    if (first === undefined || later === undefined) throw new Error('two fields');
    expect(nameFields([first, later], { naming: 'name', reserved: [] }).get('c')).toBe('x_a_source_with_a_name_tha');
  });

  it('keeps the names of the row itself free, however they are spelt', () => {
    const base = ['id', 'name', 'domain', 'isGlobal', 'createdAt', 'listId'];
    expect(
      names(
        [
          ['field-1', 'Name'],
          ['field-2', 'Is global'],
          ['field-3', 'LIST_ID'],
        ],
        'name',
        base,
      ),
    ).toEqual({
      'field-1': 'name_1',
      'field-2': 'is_global_2',
      'field-3': 'list_id_3',
    });
    expect(names([['created-at', 'Date Added']], 'id', base)).toEqual({ 'created-at': 'field_created_at' });
    expect(names([['notes', 'Notes']], 'name', ['notes'])).toEqual({ notes: 'field_notes' });
    expect(names([['dealroom-domain', 'Domain']], 'name', base)).toEqual({ 'dealroom-domain': 'domain_dealroom' });
  });

  it('counts second columns too, whichever field came first', () => {
    expect(
      names([
        ['field-1', 'Status', '_option_id'],
        ['field-2', 'Status option id'],
      ]),
    ).toEqual({
      'field-1': 'status',
      'field-2': 'status_option_id_2',
    });
    expect(
      names([
        ['field-1', 'Status option id'],
        ['field-2', 'Status', '_option_id'],
      ]),
    ).toEqual({
      'field-1': 'status_option_id',
      'field-2': 'status_2',
    });
    expect(names([['field-1', 'List', '_id']], 'name', ['listId'])).toEqual({ 'field-1': 'list_1' });
  });

  it('finds a name even when the one with the number is taken', () => {
    expect(
      names([
        ['field-5', 'Foo 123'],
        ['field-7', 'Foo'],
        ['field-123', 'Foo'],
      ]),
    ).toEqual({
      'field-5': 'foo_123',
      'field-7': 'foo',
      'field-123': 'foo_123_2',
    });
  });

  it('calls a field whose name has no Latin letter or digit by its id', () => {
    expect(
      names([
        ['field-7', '売上'],
        ['field-8', '🚀'],
        ['dealroom-x', ''],
        ['日本', '日本'],
      ]),
    ).toEqual({
      'dealroom-x': 'dealroom_x',
      'field-7': 'field_7',
      'field-8': 'field_8',
      日本: expect.stringMatching(/^field_[0-9a-f]{8}$/),
    });
  });

  it('ends a name that had to be cut with the number, also when nothing clashes', () => {
    const made = names([
      ['field-800201', long],
      ['field-800202', long, '_option_ids'],
      ['field-3', 'x'.repeat(300)],
    ]);
    expect(made['field-800201']).toBe('what_the_partners_said_about_the_deal_when_they_met_t_800201');
    expect(made['field-800202']).toBe('what_the_partners_said_about_the_deal_when_800202');
    expect(made['field-3']).toBe(`${'x'.repeat(58)}_3`);
    expect(names([['field-4', `${'x'.repeat(57)} ${'y'.repeat(9)}`]])['field-4']).toBe(`${'x'.repeat(57)}_4`);
  });

  it('ends a cut name of a built-in field with a hash and its source', () => {
    const made = names([['dealroom-b', long]])['dealroom-b'];
    expect(made).toMatch(/^what_the_partners_said_about_the_deal_when_[0-9a-f]{8}_dealroom$/);
    expect(
      names([
        ['dealroom-a', `${long} again`],
        ['dealroom-b', long],
      ])['dealroom-b'],
    ).toBe(made);
  });

  it.each([
    ['x'.repeat(60), 'text of exactly 60 bytes', [], 60],
    ['x'.repeat(49), 'the longest suffix beside exactly 49', ['_option_ids'], 49],
  ])('does not cut %s: %s', (name, _, suffixes, length) => {
    expect(names([['field-1', name, ...suffixes]])['field-1']).toBe('x'.repeat(length));
    expect(names([['field-1', `${name}x`, ...suffixes]])['field-1']).toBe(`${'x'.repeat(length - 2)}_1`);
  });

  const custom: Fields = [
    ['field-800201', 'Status', '_option_id'],
    ['field-9', '2nd 売上'],
    ['field-10', '売上'],
  ];
  const builtIn: Fields = [
    ['affinity-data-location', 'Where'],
    ['source-of-introduction', 'Introduced by', '_id'],
  ];
  it.each([
    ['name', ['status', '_2nd', 'field_10', 'where', 'introduced_by']],
    ['id', ['field_800201', 'field_9', 'field_10', 'affinity_data_location', 'source_of_introduction']],
    [
      'id_and_name',
      ['field_800201_status', 'field_9_2nd', 'field_10', 'affinity_data_location', 'source_of_introduction'],
    ],
  ] as const)('with names by %s', (naming, expected) => {
    const fields = [...custom, ...builtIn];
    expect(fields.map(([id]) => names(fields, naming)[id])).toEqual(expected);
  });

  it('keeps id and name apart where joined they read the same', () => {
    const made = names(
      [
        ['field-1', '23 x'],
        ['field-12', '3 x'],
      ],
      'id_and_name',
    );
    expect(made).toEqual({ 'field-1': 'field_1_23_x', 'field-12': 'field_12_3_x_12' });
  });
});
