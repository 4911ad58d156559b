import { describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../src/config.ts';
import { ConnectorError } from '../src/errors.ts';

function parse(settings: Record<string, unknown>): Config {
  return parseConfig({ api_key: 'a-key-of-ours', ...settings });
}

function refusal(settings: unknown): string {
  try {
    parseConfig(settings);
  } catch (error) {
    if (error instanceof ConnectorError && error.failureType === 'config_error') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

const withKey = (settings: Record<string, unknown>) => refusal({ api_key: 'a-key-of-ours', ...settings });

describe('parseConfig', () => {
  it('needs a key and has a default for everything else', () => {
    expect(parse({})).toEqual({
      apiKey: 'a-key-of-ours',
      listReferences: [],
      fieldLayout: 'columns',
      columnNames: 'name',
      startDateMs: undefined,
      monthlyCallReserve: 0,
      apiBaseUrl: 'https://api.affinity.co',
    });
  });

  it('takes explicit nulls for absent settings, and ignores what it does not know', () => {
    const nulls = {
      list_references: null,
      field_layout: null,
      column_names: null,
      start_date: null,
      monthly_call_reserve: null,
      api_base_url: null,
    };
    expect(parse({ ...nulls, __injected_by_a_platform: { a: 1 } })).toEqual(parse({}));
  });

  it('takes a key with the line break with which it was pasted', () => {
    expect(parse({ api_key: '  a-key-of-ours\n' }).apiKey).toBe('a-key-of-ours');
  });

  it.each([[], 'text', 7, null, undefined, true])('refuses %j, which is no object', (settings) => {
    expect(refusal(settings)).toBe('The configuration must be a JSON object.');
  });

  it.each<[setting: Record<string, unknown>, sentence: string]>([
    [{ api_key: null }, 'The setting "api_key" is missing.'],
    [{ api_key: 7 }, 'The setting "api_key" is wrong: it must be text.'],
    [{ api_key: ' ' }, 'The setting "api_key" is wrong: it is empty.'],
    [
      { api_key: 'two words' },
      'The setting "api_key" is wrong: it holds characters that no API key has, such as spaces or line breaks.',
    ],
    [
      { api_key: 'schlüssel' },
      'The setting "api_key" is wrong: it holds characters that no API key has, such as spaces or line breaks.',
    ],
    [{ list_references: '123' }, 'The setting "list_references" is wrong: it must be a list of references.'],
    [{ list_references: [{}] }, 'The setting "list_references" is wrong: each reference must be text or a number.'],
    [{ field_layout: 'rows' }, 'The setting "field_layout" is wrong: it must be "columns" or "array".'],
    [{ column_names: 7 }, 'The setting "column_names" is wrong: it must be "name", "id" or "id_and_name".'],
    [
      { start_date: 'yesterday' },
      'The setting "start_date" is wrong: it must be a date-time such as 2024-01-01T00:00:00Z.',
    ],
    [{ start_date: 20240101 }, 'The setting "start_date" is wrong: it must be text.'],
    [{ start_date: '2024-02-30T00:00:00Z' }, 'The setting "start_date" is wrong: it is not a date that exists.'],
    [{ start_date: '2023-02-29' }, 'The setting "start_date" is wrong: it is not a date that exists.'],
    [{ start_date: '2024-13-01' }, 'The setting "start_date" is wrong: it is not a date that exists.'],
    [{ start_date: '2024-01-01T25:00:00Z' }, 'The setting "start_date" is wrong: it is not a date that exists.'],
    [{ monthly_call_reserve: '100' }, 'The setting "monthly_call_reserve" is wrong: it must be a whole number.'],
    [{ monthly_call_reserve: 1.5 }, 'The setting "monthly_call_reserve" is wrong: it must be a whole number.'],
    [{ monthly_call_reserve: -1 }, 'The setting "monthly_call_reserve" is wrong: it must not be negative.'],
    [{ api_base_url: 7 }, 'The setting "api_base_url" is wrong: it must be text.'],
  ])('refuses %j in one sentence', (settings, sentence) => {
    expect(withKey(settings)).toBe(sentence);
  });

  it('names each wrong setting, and never its value', () => {
    const message = withKey({ api_key: 'my secret', field_layout: 'my layout', start_date: 'my day' });
    expect(message.match(/The setting "/g)).toHaveLength(3);
    expect(message).not.toMatch(/my (secret|layout|day)/);
  });
});

describe('several settings that are wrong', () => {
  it('are all named, a list reference among them', () => {
    const message = withKey({ list_references: ['every'], start_date: 'soon', monthly_call_reserve: -1 });
    expect(message).toContain('The list reference "every" is not understood');
    expect(message).toContain('The setting "start_date" is wrong');
    expect(message).toContain('The setting "monthly_call_reserve" is wrong');
  });
});

describe('start_date', () => {
  it.each([
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024-01-01T12:30:45Z', '2024-01-01T12:30:45Z'],
    ['2024-01-01T12:30:45', '2024-01-01T12:30:45Z'],
    ['2024-01-01T12:30:45.999Z', '2024-01-01T12:30:45Z'],
    ['2024-01-01T12:30:45+02:00', '2024-01-01T10:30:45Z'],
    ['2023-12-31T23:30:00-01:00', '2024-01-01T00:30:00Z'],
  ])('%s is the moment %s', (start_date, moment) => {
    expect(parse({ start_date }).startDateMs).toBe(Date.parse(moment));
  });
});

describe('api_base_url', () => {
  it.each([
    ['https://api.affinity.co', 'https://api.affinity.co'],
    ['https://api.affinity.co/', 'https://api.affinity.co'],
    ['https://api.eu.affinity.co', 'https://api.eu.affinity.co'],
    ['https://affinity.co', 'https://affinity.co'],
    ['HTTPS://API.AFFINITY.CO:443/', 'https://api.affinity.co'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://127.8.9.10', 'http://127.8.9.10'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://localhost', 'https://localhost'],
    ['http://host.docker.internal:8080', 'http://host.docker.internal:8080'],
  ])('may be %s', (api_base_url, origin) => {
    expect(parse({ api_base_url }).apiBaseUrl).toBe(origin);
  });

  it.each([
    'https://evil.example',
    'http://api.affinity.co',
    'https://affinity.co.evil.example',
    'https://evilaffinity.co',
    'https://api-affinity.co',
    'https://api.affinity.co@evil.example',
    'https://user:password@api.affinity.co',
    'https://evil.example\\@api.affinity.co',
    'https://evil.example#.affinity.co',
    'https://evil.example?x=.affinity.co',
    'https://evil.example/api.affinity.co',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.evil.example',
    'http://host.docker.internal.evil.example',
    'http://[::ffff:10.0.0.1]',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://169.254.169.254',
    'ftp://localhost',
    'file:///etc/passwd',
    'https://api.affinity.co/v2',
    'https://api.affinity.co/?key=1',
    'https://api.affinity.co/#x',
    'api.affinity.co',
    'localhost:8080',
    '',
  ])('is never %s', (api_base_url) => {
    expect(withKey({ api_base_url })).toBe(
      'The setting "api_base_url" is wrong: it must be https on affinity.co, or a loopback host or host.docker.internal for the sandbox.',
    );
  });
});

describe('list_references', () => {
  const list = (listId: number) => ({ kind: 'list', listId });
  const view = (listId: number, viewId: number) => ({ kind: 'view', listId, viewId });

  it.each<[reference: unknown, expected: object]>([
    ['123', list(123)],
    [123, list(123)],
    [' 123 ', list(123)],
    ['123/456', view(123, 456)],
    ['all', { kind: 'all' }],
    [' ALL ', { kind: 'all' }],
    ['https://acme.affinity.co/lists/123', list(123)],
    ['https://acme.affinity.co/lists/123/', list(123)],
    ['https://acme.affinity.co/lists/123-deal-flow', list(123)],
    ['https://acme.affinity.co/lists/123?filter=x#top', list(123)],
    ['https://acme.affinity.co/lists/123/views/456-all', view(123, 456)],
    ['https://acme.affinity.co/lists/123/views/456-all%20deals?x=1', view(123, 456)],
    ['https://acme.affinity.co/lists/123-deals/views/456/', view(123, 456)],
    ['https://acme.affinity.co/lists/123/views/456-all/entries/9', view(123, 456)],
    ['https://acme.affinity.co/lists/123/settings', list(123)],
    ['https://acme.affinity.co/lists/123/views/', list(123)],
    ['acme.affinity.co/lists/123/views/456-all', view(123, 456)],
    ['http://acme.affinity.co/lists/123', list(123)],
  ])('%j is understood', (reference, expected) => {
    expect(parse({ list_references: [reference] }).listReferences).toEqual([expected]);
  });

  it.each([
    '',
    '0',
    '-1',
    '1.5',
    'every',
    '123/',
    '123/0',
    '123/456/789',
    '99999999999999999999',
    'https://acme.affinity.co/companies/123',
    'https://acme.affinity.co/lists/abc',
    'https://acme.affinity.co/lists/123abc',
    'https://acme.affinity.co/lists/123/views/abc',
    'https://acme.affinity.co/lists/0/views/456',
    'https://app.hubspot.com/contacts/123/lists/456',
    'https://acme.affinity.co.evil.example/lists/123',
    'https://airtable.com/lists/123',
    'ftp://acme.affinity.co/lists/123',
  ])('%j is refused with the forms there are', (reference) => {
    const message = withKey({ list_references: ['123', reference] });
    expect(message.startsWith(`The list reference "${reference}" is not understood: give a list or view URL`)).toBe(
      true,
    );
    expect(message).toMatch(/a list id \(123\), a list and view id \(123\/456\), or "all"\.$/);
  });

  it('does not repeat all of a very long one', () => {
    expect(withKey({ list_references: ['x'.repeat(5000)] }).length).toBeLessThan(500);
  });

  it('counts one that is given twice once, whatever its form', () => {
    const list_references = [
      '123',
      123,
      'https://acme.affinity.co/lists/123',
      '123/456',
      'https://a.affinity.co/lists/123/views/456',
      'all',
      'All',
    ];
    expect(parse({ list_references }).listReferences).toEqual([list(123), view(123, 456), { kind: 'all' }]);
  });
});
