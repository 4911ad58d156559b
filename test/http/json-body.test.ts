import { describe, expect, test } from 'vitest';
import { parseJsonBody } from '../../src/http/json-body.ts';

function parse(body: Buffer | string, contentType?: string): unknown {
  return parseJsonBody({ body: Buffer.from(body as string), headers: () => contentType });
}

describe('a body as JSON', () => {
  test.for<[string, Buffer | string, string | undefined, unknown]>([
    ['plain', '{"name":"Zoë"}', 'application/json', { name: 'Zoë' }],
    ['no content type', '[1]', undefined, [1]],
    ['null', 'null', 'application/json', null],
    ['a byte-order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x5b, 0x5d]), 'application/json', []],
    ['latin1', Buffer.from('"Zoë"', 'latin1'), 'application/json; charset=ISO-8859-1', 'Zoë'],
    ['UTF-8 that is called latin1', '"Zoë"', 'application/json; charset=iso-8859-1', 'Zoë'],
    ['UTF-8 that is called Cyrillic', '"Зоя"', 'text/html; charset=windows-1251', 'Зоя'],
    ['quoted charset', '"Zoë"', 'application/json; charset="UTF-8"', 'Zoë'],
    ['utf-16', Buffer.from('"Zoë"', 'utf16le'), 'application/json;charset=utf-16le', 'Zoë'],
    ['a stray byte', Buffer.from([0x22, 0xff, 0x22]), 'application/json', '\ufffd'],
    ['an unknown charset', '{}', 'application/json; charset=klingon', undefined],
    ['bytes that the charset has not', Buffer.from([0x22, 0xff, 0x22]), 'text/plain; charset=euc-kr', undefined],
    ['HTML', '<html><body>Bad gateway</body></html>', 'application/json', undefined],
    ['cut', '{"data":[{"id":1},{"id"', 'application/json', undefined],
    ['empty', '', 'application/json', undefined],
  ])('%s', ([, body, contentType, expected]) => {
    expect(parse(body, contentType)).toEqual(expected);
  });
});
