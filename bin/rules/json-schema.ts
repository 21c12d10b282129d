// Decides whether a document fits a JSON Schema, as far as those of the Sigma specification go; a keyword that is not known here is a fault of ours.

export type Schema = Readonly<Record<string, unknown>>;
export type Misfit = { readonly path: readonly (string | number)[]; readonly reason: string };
type Fields = Readonly<Record<string, unknown>>;
type Path = Misfit['path'];
type Check = (asked: never, value: unknown, at: { readonly path: Path; readonly schema: Schema }) => readonly Misfit[];

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isOf: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  array: Array.isArray,
  object: isMap,
};

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const ifNot = (holds: boolean, path: Path, reason: string): readonly Misfit[] => (holds ? [] : [{ path, reason }]);

const anyOf: Check = (asked: readonly Schema[], value, { path }) => {
  const tried = asked.map((schema) => misfits(schema, value, path));
  if (tried.some((found) => found.length === 0)) return [];
  const words = asked.flatMap((schema) => ('const' in schema ? [String(schema['const'])] : []));
  return words.length === asked.length ? [{ path, reason: `one of ${words.join(', ')}` }] : (tried[0] ?? []);
};

const each = (values: readonly (readonly [string | number, unknown])[], schema: Schema, path: Path): readonly Misfit[] =>
  values.flatMap(([key, value]) => misfits(schema, value, [...path, key]));

const checks: Readonly<Record<string, Check>> = {
  type: (asked: string, value, { path }) => ifNot(isOf[asked]?.(value) ?? false, path, `of type ${asked}`),
  const: (asked: unknown, value, { path }) => ifNot(value === asked, path, String(asked)),
  required: (asked: readonly string[], value, { path }) =>
    isMap(value) ? asked.filter((key) => !Object.hasOwn(value, key)).map((key) => ({ path, reason: `given a ${key}` })) : [],
  properties: (asked: Readonly<Record<string, Schema>>, value, { path }) =>
    isMap(value)
      ? Object.entries(asked).flatMap(([key, schema]) => (Object.hasOwn(value, key) ? each([[key, value[key]]], schema, path) : []))
      : [],
  additionalProperties: (asked: Schema, value, { path, schema }) =>
    isMap(value)
      ? each(
          Object.entries(value).filter(([key]) => !Object.hasOwn((schema['properties'] as Fields | undefined) ?? {}, key)),
          asked,
          path,
        )
      : [],
  items: (asked: Schema, value, { path }) => (Array.isArray(value) ? each([...value.entries()], asked, path) : []),
  minItems: (asked: number, value, { path }) => ifNot(!Array.isArray(value) || value.length >= asked, path, `a list of ${asked} or more`),
  uniqueItems: (_asked: boolean, value, { path }) =>
    ifNot(!Array.isArray(value) || new Set(value).size === value.length, path, 'a list without repetition'),
  minLength: (asked: number, value, { path }) =>
    ifNot(typeof value !== 'string' || value.length >= asked, path, `text of ${asked} or more characters`),
  maxLength: (asked: number, value, { path }) =>
    ifNot(typeof value !== 'string' || value.length <= asked, path, `text of at most ${asked} characters`),
  pattern: (asked: string, value, { path }) =>
    ifNot(typeof value !== 'string' || new RegExp(asked).test(value), path, `of the form ${asked}`),
  format: (_asked: 'uuid', value, { path }) => ifNot(typeof value !== 'string' || uuid.test(value), path, 'a UUID'),
  anyOf,
  oneOf: anyOf,
  allOf: (asked: readonly Schema[], value, { path }) => asked.flatMap((schema) => misfits(schema, value, path)),
  if: (asked: Schema, value, { path, schema }) =>
    misfits(asked, value, path).length === 0 ? misfits((schema['then'] as Schema | undefined) ?? {}, value, path) : [],
};

const silent: ReadonlySet<string> = new Set(['$schema', '$comment', 'title', 'then']);

/** What does not fit, and what it should be. */
export const misfits = (schema: Schema, value: unknown, path: Path = []): readonly Misfit[] =>
  Object.entries(schema).flatMap(([keyword, asked]) => {
    if (silent.has(keyword)) return [];
    const check = checks[keyword];
    if (!check) throw new Error(`a JSON Schema keyword that is not known here: ${keyword}`);
    return check(asked as never, value, { path, schema });
  });
