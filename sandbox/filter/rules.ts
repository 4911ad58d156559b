import type { Scalar } from '../data/collection.ts';

/** Operators of the filter language that compare with a value. */
export type Operator = '=' | '!=' | '=^' | '=$' | '=~' | '>' | '>=' | '<' | '<=';

/** What a property may be compared with. */
export type FilterRule = {
  type: 'integer' | 'text' | 'datetime' | 'number' | 'choice';
  operators: readonly Operator[];
  values?: readonly string[];
};

/** Filterable properties of an endpoint. */
export type FilterRules = Readonly<Record<string, FilterRule>>;

/** Tells whether a row passes; the reader gives single properties of it. */
export type Predicate = (read: (property: string) => Scalar) => boolean;
