// Decides what a file of lists says: each name, written without %, with its values; an empty list matches nothing.
import { readYamlFile } from '#adapters/config/file.ts';
import { problemText } from '#adapters/config/problem.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';

const isScalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of one list; undefined where it is none. A single value is a list of one. */
const valuesOf = (value: unknown): readonly string[] | undefined => {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  return list.every(isScalar) ? list.map(String) : undefined;
};

export const readLists = async (file: string): Promise<Result<ReadonlyMap<string, readonly string[]>>> => {
  const read = await readYamlFile(file);
  const [problem] = read?.problems ?? [];
  if (problem) return fail(problemText(problem));
  const [document] = read?.documents ?? [];
  const tree = document?.tree ?? {};
  if (!isMap(tree)) return fail(`${file}: expected a map from each list's name, without %, to its values.`);
  const lists = Object.entries(tree).map(([name, value]) => [name, valuesOf(value)] as const);
  const wrong = lists.find(([name, values]) => values === undefined || name.includes('%'));
  if (wrong) return fail(`${file}:${document?.line([wrong[0]]) ?? 1}: expected a name without % and a list of texts or numbers.`);
  return ok(new Map(lists.map(([name, values]) => [name, values ?? []])));
};
