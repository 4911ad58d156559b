import { invalid } from '../http/api-error.ts';

/** A piece of a filter. Words keep whether they stood in quotes, since only then may they be empty. */
export type Token = { kind: 'word'; text: string; isQuoted: boolean } | { kind: 'mark'; text: string };

const marks = ['!=', '=^', '=$', '=~', '>=', '<=', '=', '>', '<', '!', '(', ')', '&', '|', '[', ']', ',', '*'];
/** These mean something unless a backslash stands before them. */
const special = '\\*~!&=><$^|"\'()][/';

/** Splits a filter. Spaces count only between quotes. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < filter.length) {
    const character = filter.charAt(position);
    if (character === ' ' || character === '\t') {
      position += 1;
    } else if (character === '"') {
      const { text, end } = quoted(filter, position + 1);
      tokens.push({ kind: 'word', text, isQuoted: true });
      position = end;
    } else {
      const mark = marks.find((each) => filter.startsWith(each, position));
      if (mark !== undefined) {
        tokens.push({ kind: 'mark', text: mark });
        position += mark.length;
      } else {
        const { text, end } = bare(filter, position);
        tokens.push({ kind: 'word', text, isQuoted: false });
        position = end;
      }
    }
  }
  return tokens;
}

function quoted(filter: string, start: number): { text: string; end: number } {
  let text = '';
  for (let position = start; position < filter.length; position += 1) {
    const character = filter.charAt(position);
    if (character === '"') return { text, end: position + 1 };
    if (character === '\\') position += 1;
    text += filter.charAt(position);
  }
  throw invalid('filter', 'A quote is not closed');
}

function bare(filter: string, start: number): { text: string; end: number } {
  let text = '';
  let position = start;
  while (position < filter.length) {
    const character = filter.charAt(position);
    if (character === '\\') {
      if (position + 1 >= filter.length) throw invalid('filter', 'Nothing follows the backslash');
      text += filter.charAt(position + 1);
      position += 2;
    } else if (character === ',' || special.includes(character)) {
      if (position === start) throw invalid('filter', `Unexpected ${character}`);
      break;
    } else {
      if (character !== ' ') text += character;
      position += 1;
    }
  }
  return { text, end: position };
}
