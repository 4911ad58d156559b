import type { Ask } from '../../src/source/doctor/ask.ts';

/** An answer as a test sees and changes it. */
export interface Bendable {
  readonly path: string;
  /** As it was sent. */
  readonly query: string;
  status: number;
  json: unknown;
  /** Headers that take the place of those that came. */
  readonly headers: Map<string, string | undefined>;
}

/** Changes an answer in place. */
export type Bend = (answer: Bendable) => void;
export type JsonObject = Record<string, unknown>;

/** Guess, circumstance, what makes it so, and what the report says then: the verdict and the words. */
export type WrongCase = readonly [id: string, when: string, bend: Bend, found: string | RegExp, changes?: Partial<Ask>];

export const EMPTY_PAGE = { data: [], pagination: { nextUrl: null } };

/** Bends the answers of one path, where the query holds `parameter`. */
export function on(path: RegExp, bend: Bend, parameter = ''): Bend {
  return (answer) => {
    if (path.test(answer.path) && answer.query.includes(parameter)) bend(answer);
  };
}

export function all(...bends: readonly Bend[]): Bend {
  return (answer) => {
    for (const bend of bends) bend(answer);
  };
}

export const unchanged: Bend = () => {};

export function refuse(status: number, code = 'validation'): Bend {
  return answerWith({ errors: [{ code, message: 'no' }] }, status);
}

export function answerWith(json: unknown, status = 200): Bend {
  return (answer) => {
    answer.status = status;
    answer.json = json;
  };
}

export function setHeader(name: string, value?: string): Bend {
  return ({ headers }) => headers.set(name, value);
}

/** Sets a property of the body, by a path of names; undefined removes it. */
export function setBody(names: readonly string[], value: unknown): Bend {
  return ({ json }) => {
    const owner = names.slice(0, -1).reduce((object, name) => object[name] as JsonObject, json as JsonObject);
    assign(owner, names.at(-1) ?? '', value);
  };
}

export function changeRows(change: (rows: JsonObject[]) => unknown, key = 'data'): Bend {
  return (answer) => setBody([key], change(rowsOf(answer, key)))(answer);
}

/** Sets a property of every row; undefined removes it. */
export function setInRows(property: string, value: unknown, key?: string): Bend {
  return changeRows((rows) => {
    for (const row of rows) assign(row, property, value);
    return rows;
  }, key);
}

export interface BendableField {
  id: string;
  type: string;
  value: JsonObject;
}

/** Changes the fields of every company, or of the entity of every list entry. */
export function changeFields(change: (fields: BendableField[]) => BendableField[]): Bend {
  return changeRows((rows) => {
    for (const row of rows) {
      const owner = (row['entity'] ?? row) as JsonObject;
      owner['fields'] = change((owner['fields'] ?? []) as BendableField[]);
    }
    return rows;
  });
}

/** Sets a property of the values of the fields that pass; undefined removes it. */
export function setInValues(
  property: string,
  value: unknown,
  passes: (value: JsonObject) => boolean = () => true,
): Bend {
  return changeFields((fields) => {
    for (const field of fields) if (passes(field.value)) assign(field.value, property, value);
    return fields;
  });
}

function rowsOf({ json }: Bendable, key: string): JsonObject[] {
  const rows = (json as JsonObject)[key];
  if (!Array.isArray(rows)) throw new TypeError(`no rows under ${key}`);
  return rows;
}

function assign(owner: JsonObject, name: string, value: unknown): void {
  if (value === undefined) delete owner[name];
  else owner[name] = value;
}
