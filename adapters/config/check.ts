// Decides what is said when a file does not fit its schema: each fault with its line, an unknown key with the nearest right one.
import type { z } from 'zod';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { nearest } from './nearest.ts';
import { type ConfigProblem, type Path, fieldText } from './problem.ts';
import { configFiles, type FileName, type Files, inputSchemaOf } from './schema/files.ts';
import type { YamlDocument } from './yaml.ts';

type Issue = z.core.$ZodIssue;
type JsonSchema = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
};

/** The tree of a file as its schema reads it, or every fault at once. */
export const checkFile = <Name extends FileName>(
  name: Name,
  document: YamlDocument,
  file: string,
): Result<Files[Name], readonly ConfigProblem[]> => {
  return checkTree(configFiles[name].schema, document, file) as Result<Files[Name], readonly ConfigProblem[]>;
};

/** A tree as this schema reads it, or every fault at once. */
export const checkTree = <Schema extends z.ZodType>(
  schema: Schema,
  document: YamlDocument,
  file: string,
): Result<z.output<Schema>, readonly ConfigProblem[]> => {
  const read = schema.safeParse(document.tree, { reportInput: true });
  const unseen = passedOver(document.tree);
  if (read.success && unseen.length === 0) return ok(read.data);
  const described = inputSchemaOf(schema) as JsonSchema;
  const problems = [...(read.error?.issues ?? []).flatMap((issue) => sayIssue(issue, described)), ...unseen];
  return fail(problems.map(({ path, wrong, right }) => ({ file, line: document.line(path) ?? 1, field: fieldText(path), wrong, right })));
};

/** Records drop this one key without a word, wherever they stand; an asset, a recipient or a condition must not vanish so. */
const passedOver = (tree: unknown, path: Path = []): readonly Saying[] => {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]): readonly Saying[] => {
    const here = [...path, Array.isArray(tree) ? Number(key) : key];
    return key === '__proto__' ? [{ path: here, wrong: 'a key that cannot be read', right: 'choose another' }] : passedOver(value, here);
  });
};

type Saying = { readonly path: Path; readonly wrong: string; readonly right: string };

const sayIssue = (issue: Issue, schema: JsonSchema): readonly Saying[] => {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const here = schemaAt(schema, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => sayUnknown(key, path, here));
  if (issue.code === 'invalid_key') return [{ path, ...split(issue.issues[0]?.message ?? '', here) }];
  if (issue.input === undefined) return [{ path, wrong: 'missing', right: `add it: ${rightOf(here)}` }];
  if (issue.code === 'invalid_union') return sayUnion(issue, schema);
  if (issue.input === null) return [{ path, wrong: 'empty', right: `fill it in: ${rightOf(here)}` }];
  if (issue.code === 'too_small') return [{ path, wrong: 'empty', right: `fill it in: ${rightOf(here)}` }];
  if (issue.code === 'invalid_value') {
    const right = `write one of: ${issue.values.map(String).join(', ')}`;
    return [{ path, wrong: 'not one of the words that may stand here', right }];
  }
  if (issue.code === 'invalid_type') return [{ path, ...sayType(issue, here) }];
  return [{ path, ...split(issue.message, here) }];
};

/** Of several forms the one that was meant: a fault inside it says more than that it is none of the others. */
const sayUnion = (issue: Issue & { code: 'invalid_union' }, schema: JsonSchema): readonly Saying[] => {
  const isOther = ({ code, path }: Issue): boolean => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const meant = issue.errors.find((faults) => !faults.some(isOther));
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (meant) return meant.flatMap((fault) => sayIssue({ ...fault, path: [...path, ...fault.path] }, schema));
  return [{ path, wrong: 'not what may stand here', right: `write ${rightOf(schemaAt(schema, path))}` }];
};

const sayUnknown = (key: string, path: Path, here: JsonSchema | undefined): Saying => {
  const known = Object.keys(here?.properties ?? {});
  const close = nearest(key, known);
  const right = close === undefined ? `remove it, or use one of: ${known.join(', ')}` : `did you mean ${close}?`;
  return { path: [...path, key], wrong: 'unknown key', right };
};

const kinds: Readonly<Record<string, string>> = { string: 'a text', array: 'a list', object: 'an object', record: 'an object' };

const sayType = (issue: Issue & { code: 'invalid_type' }, here: JsonSchema | undefined): Omit<Saying, 'path'> => {
  const kind = kinds[issue.expected] ?? issue.expected;
  // YAML reads 42 and true as no text; quotes are all that is missing.
  const unquoted = kind === 'a text' && typeof issue.input !== 'object';
  return { wrong: `not ${kind}`, right: unquoted ? 'put it in quotes' : `write ${kind}: ${rightOf(here)}` };
};

/** Our own messages are `what is wrong; what would be right`. */
const split = (message: string, here: JsonSchema | undefined): Omit<Saying, 'path'> => {
  const [wrong = message, right] = message.split(/; (.*)/s);
  return { wrong, right: right ?? rightOf(here) };
};

const rightOf = (here: JsonSchema | undefined): string => here?.description ?? 'see the example that `art33 init DIR` copies';

const stepInto = (form: JsonSchema, part: string | number): JsonSchema | undefined => {
  if (typeof part === 'number') return form.items;
  const more = form.additionalProperties;
  return form.properties?.[part] ?? (typeof more === 'object' ? more : undefined);
};

const schemaAt = (schema: JsonSchema, path: Path): JsonSchema | undefined => {
  let here: JsonSchema | undefined = schema;
  for (const part of path) here = here && [here, ...(here.anyOf ?? [])].map((form) => stepInto(form, part)).find((found) => found);
  return here;
};
