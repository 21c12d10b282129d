// Decides when a named selection holds: a map is AND, a list is OR, bare values are keywords.
import { type Compiled, type Refuse, allOf, isMap, someOf, under } from './document.ts';
import type { Given } from './given.ts';
import { compileItem } from './item.ts';

type Reading = { readonly given: Given; readonly refuse: Refuse };

const compiledAll = (parts: readonly (Compiled | undefined)[]): readonly Compiled[] | undefined =>
  parts.every((part): part is Compiled => part !== undefined) ? parts : undefined;

const compileMap = (map: Readonly<Record<string, unknown>>, { given, refuse }: Reading): Compiled | undefined => {
  const entries = Object.entries(map);
  if (entries.length === 0) return refuse([], 'an empty selection matches everything; name at least one field');
  const parts = compiledAll(entries.map(([key, value]) => compileItem(key, value, { given, refuse: under(refuse, key) })));
  return parts && allOf(parts);
};

/** A selection: map, list of maps, keywords, or one keyword. */
export const compileSelection = (tree: unknown, { given, refuse }: Reading): Compiled | undefined => {
  if (isMap(tree)) return compileMap(tree, { given, refuse });
  if (!Array.isArray(tree)) return compileItem('', tree, { given, refuse });
  if (tree.length === 0) return refuse([], 'an empty list matches nothing; give at least one map or keyword');
  const parts = compiledAll(
    tree.map((one: unknown, i) => {
      const inside = { given, refuse: under(refuse, i) };
      return isMap(one) ? compileMap(one, inside) : compileItem('', one, inside);
    }),
  );
  return parts && someOf(parts);
};
