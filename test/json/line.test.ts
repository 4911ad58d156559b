import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOneLine } from '../../src/json/line.ts';

/** Made of what is hard: half and whole characters, separators, backslashes, and what looks like an escape. */
const hardText = fc
  .array(
    fc.constantFrom('\ud83d', '\ude80', '\u{1f680}', '\u2028', '\u2029', '\u0085', '\\', '\\ud83d', 'u2028', '"', 'é'),
  )
  .map((parts) => parts.join(''));

describe('a line of JSON', () => {
  it('says what it is given, with whole characters, and is one line to every reader', async () => {
    await fc.assert(
      fc.property(fc.array(hardText), (texts) => {
        const json = toOneLine({ texts });
        expect(JSON.parse(json)).toEqual({ texts: texts.map((text) => text.toWellFormed()) });
        expect(json).not.toMatch(/[\r\n\u2028\u2029\u0085]/);
        expect(json.isWellFormed()).toBe(true);
        expect(json.replaceAll('\\\\', '')).not.toContain('\\ud');
      }),
    );
  });
});
