import { invalid } from '../http/api-error.ts';
import type { Operator } from './rules.ts';
import { type Token, tokensOf } from './tokens.ts';

/** A filter as a tree. */
export type Expression =
  | { kind: 'and' | 'or'; parts: readonly Expression[] }
  | { kind: 'not'; part: Expression }
  | { kind: 'null' | 'not-null'; property: string }
  | { kind: 'list'; property: string; operator: '=' | '=~'; values: readonly string[] }
  | { kind: 'compare'; property: string; operator: Operator; value: string };

const operators: readonly string[] = ['=', '!=', '=^', '=$', '=~', '>', '>=', '<', '<='];

function isOperator(text: string): text is Operator {
  return operators.includes(text);
}

/** Reads a filter: `&` binds tighter than `|`, parentheses group, `!` negates. */
export function parseFilter(filter: string): Expression {
  const parser = new Parser(tokensOf(filter));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#either();
    if (this.#position < this.#tokens.length) throw this.#unexpected();
    return expression;
  }

  #either(): Expression {
    return this.#chain('or', '|', () => this.#both());
  }

  #both(): Expression {
    return this.#chain('and', '&', () => this.#one());
  }

  #chain(kind: 'and' | 'or', mark: string, next: () => Expression): Expression {
    const first = next();
    const parts = [first];
    while (this.#take(mark)) parts.push(next());
    return parts.length === 1 ? first : { kind, parts };
  }

  #one(): Expression {
    if (this.#take('!')) return { kind: 'not', part: this.#one() };
    if (!this.#take('(')) return this.#comparison();
    const inside = this.#either();
    if (!this.#take(')')) throw this.#unexpected();
    return inside;
  }

  #comparison(): Expression {
    const property = this.#word();
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'mark' || !isOperator(token.text)) throw this.#unexpected();
    this.#position += 1;
    const operator = token.text;
    if ((operator === '=' || operator === '!=') && this.#take('*'))
      return { kind: operator === '=' ? 'not-null' : 'null', property };
    if ((operator === '=' || operator === '=~') && this.#take('['))
      return { kind: 'list', property, operator, values: this.#listed() };
    return { kind: 'compare', property, operator, value: this.#word() };
  }

  #listed(): string[] {
    const values: string[] = [];
    if (this.#take(']')) return values;
    do values.push(this.#word());
    while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected();
    return values;
  }

  #word(): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'word') throw this.#unexpected();
    this.#position += 1;
    return token.text;
  }

  #take(mark: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#position += 1;
    return true;
  }

  #unexpected(): Error {
    const token = this.#tokens[this.#position];
    return invalid('filter', token === undefined ? 'The filter ends too early' : `Unexpected ${token.text}`);
  }
}
