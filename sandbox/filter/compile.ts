import type { Scalar } from '../data/collection.ts';
import { invalid } from '../http/api-error.ts';
import { type Expression, parseFilter } from './parse.ts';
import type { FilterRule, FilterRules, Operator, Predicate } from './rules.ts';

/** Turns a filter into a test, or refuses it: unknown properties, operators the property lacks, values of the wrong kind. */
export function compileFilter(filter: string, rules: FilterRules): Predicate {
  return compile(parseFilter(filter), rules);
}

function compile(expression: Expression, rules: FilterRules): Predicate {
  switch (expression.kind) {
    case 'and': {
      const parts = expression.parts.map((part) => compile(part, rules));
      return (read) => parts.every((part) => part(read));
    }
    case 'or': {
      const parts = expression.parts.map((part) => compile(part, rules));
      return (read) => parts.some((part) => part(read));
    }
    case 'not': {
      const part = compile(expression.part, rules);
      return (read) => !part(read);
    }
    case 'null':
    case 'not-null': {
      const { property } = expression;
      ruleOf(property, rules);
      const wantsNull = expression.kind === 'null';
      return (read) => (read(property) === null) === wantsNull;
    }
    case 'list':
      ruleOf(expression.property, rules);
      throw invalid('filter', `${expression.property} holds no collection`);
    case 'compare': {
      const { property, operator, value } = expression;
      const rule = ruleOf(property, rules);
      if (!rule.operators.includes(operator))
        throw invalid('filter', `${property} cannot be compared with ${operator}`);
      return comparison(property, operator, wanted(property, rule, value));
    }
  }
}

function ruleOf(property: string, rules: FilterRules): FilterRule {
  const rule = rules[property];
  if (rule === undefined) throw invalid('filter', `Unknown property: ${property}`);
  return rule;
}

function wanted(property: string, rule: FilterRule, value: string): string | number {
  switch (rule.type) {
    case 'integer':
      if (!/^\d{1,16}$/.test(value)) throw invalid('filter', `${property} must be an integer`);
      return Number(value);
    case 'number':
      if (!/^-?\d+(\.\d+)?$/.test(value)) throw invalid('filter', `${property} must be a number`);
      return Number(value);
    case 'datetime': {
      // Fractions of a second are refused although the answers of V1 carry them.
      const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? Date.parse(value) : Number.NaN;
      if (Number.isNaN(ms))
        throw invalid('filter', `${property} must be a UTC time in whole seconds, as 2026-01-31T00:00:00Z`);
      return ms;
    }
    case 'choice':
      if (rule.values?.includes(value) !== true)
        throw invalid('filter', `${property} must be one of ${rule.values?.join(', ')}`);
      return value;
    case 'text':
      return value;
  }
}

function comparison(property: string, operator: Operator, want: string | number): Predicate {
  const text = String(want);
  const test: Record<Operator, (value: Exclude<Scalar, null>) => boolean> = {
    '=': (value) => value === want,
    '!=': (value) => value !== want,
    '=^': (value) => String(value).startsWith(text),
    '=$': (value) => String(value).endsWith(text),
    '=~': (value) => String(value).toLowerCase().includes(text.toLowerCase()),
    '>': (value) => value > want,
    '>=': (value) => value >= want,
    '<': (value) => value < want,
    '<=': (value) => value <= want,
  };
  const passes = test[operator];
  const ofNull = operator === '!=';
  return (read) => {
    const value = read(property);
    return value === null ? ofNull : passes(value);
  };
}
