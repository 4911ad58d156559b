/** Letters that Unicode does not decompose into ASCII and a mark. */
const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
  ŧ: 't',
  ĸ: 'k',
  ə: 'e',
};

/**
 * The text as lower-case ASCII words joined by `_`, with a `_` before a leading digit. Empty when it holds neither a
 * Latin letter nor a digit. Words split only where something else than a letter or digit stands: field names are
 * labels, and `LinkedIn` is one word.
 */
export function snakeCase(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/\P{ASCII}/gu, (letter) => foldedLetters[letter] ?? ' ')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return /^[0-9]/.test(words) ? `_${words}` : words;
}
