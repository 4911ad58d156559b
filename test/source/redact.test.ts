import { describe, expect, it } from 'vitest';
import { createRedact } from '../../src/source/redact.ts';

const encoded = (text: string, encoding: BufferEncoding): string => Buffer.from(text).toString(encoding);

describe('the API key', () => {
  it.each(['a-plain-key-of-24-letters', 'AbCdEfGh+/12345=', `k+/=%&"\\'(!*)<>key{}99`, '$&$1$`key'])(
    'is masked in every form in which it may travel: %s',
    (key) => {
      const redact = createRedact(key);
      const percent = encodeURIComponent(key);
      const forms = [
        key,
        JSON.stringify(key).slice(1, -1),
        percent,
        percent.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`),
        ...[key, `:${key}`, `${key}:`].flatMap((text) => [
          encoded(text, 'base64'),
          encoded(text, 'base64').replace(/=+$/, ''),
          encoded(text, 'base64url'),
        ]),
      ];
      for (const form of forms) {
        const redacted = redact(`before ${form} after`);
        expect(redacted, form).toMatch(/^before \*\*\*\*[A-Za-z0-9=]{0,4} after$/);
      }
    },
  );

  it('leaves everything else as it is', () => {
    const text = '{"type":"LOG","log":{"level":"INFO","message":"a-plain-key-of-24-letter"}}';
    expect(createRedact('a-plain-key-of-24-letters')(text)).toBe(text);
    expect(createRedact(undefined)(text)).toBe(text);
  });
});
