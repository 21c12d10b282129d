// Decides whether a regular expression can backtrack without bound: where a loop can match the same text in two ways, each turn doubles the work.
import { type RegexTree, regexTree } from './regex-tree.ts';

/** Characters of an expression, counted repetitions written out; beyond this a count is taken for a loop. */
const mostPlaces = 600;
/** Pairs of places that are looked at; an expression that needs more is refused too. */
const mostPairs = 1_000_000;

/** Places are the characters of the expression (Glushkov); `next` tells which may follow, and in how many ways. */
type Places = { readonly atoms: string[]; readonly next: Map<number, number>[] };
type Pair = readonly [number, number];
type Related = (a: number, b: number) => boolean;
type Part = { readonly canBeEmpty: boolean; readonly first: readonly number[]; readonly last: readonly number[] };

const nothing: Part = { canBeEmpty: true, first: [], last: [] };

const link = ({ next }: Places, from: readonly number[], to: readonly number[]): void => {
  for (const a of from) for (const b of to) next[a]?.set(b, (next[a]?.get(b) ?? 0) + 1);
};

const joined = (places: Places, a: Part, b: Part): Part => {
  link(places, a.last, b.first);
  return {
    canBeEmpty: a.canBeEmpty && b.canBeEmpty,
    first: a.canBeEmpty ? [...a.first, ...b.first] : a.first,
    last: b.canBeEmpty ? [...a.last, ...b.last] : b.last,
  };
};

const repeated = (places: Places, { inner, min, max }: Extract<RegexTree, { kind: 'repeat' }>): Part => {
  const before = places.atoms.length;
  const one = lay(places, inner);
  const size = places.atoms.length - before;
  const isLoop = max === Number.POSITIVE_INFINITY || before + size * max > mostPlaces;
  if (isLoop) link(places, one.last, one.first);
  if (isLoop || max <= 1) return max === 0 ? nothing : { ...one, canBeEmpty: one.canBeEmpty || min === 0 };
  let whole: Part = { ...one, canBeEmpty: one.canBeEmpty || min === 0 };
  for (let turn = 2; turn <= max; turn += 1) {
    const again = lay(places, inner);
    whole = joined(places, whole, turn > min ? { ...again, canBeEmpty: true } : again);
  }
  return whole;
};

const lay = (places: Places, tree: RegexTree): Part => {
  switch (tree.kind) {
    case 'atom': {
      const place = places.atoms.push(tree.source) - 1;
      places.next.push(new Map());
      return { canBeEmpty: false, first: [place], last: [place] };
    }
    case 'sequence':
      return tree.parts.reduce((whole, part) => joined(places, whole, lay(places, part)), nothing);
    case 'either': {
      const parts = tree.parts.map((part) => lay(places, part));
      return {
        canBeEmpty: parts.some((part) => part.canBeEmpty),
        first: parts.flatMap((part) => part.first),
        last: parts.flatMap((part) => part.last),
      };
    }
    case 'repeat':
      return repeated(places, tree);
  }
};

const commonSamples = ['a', 'Z', '0', '9', '_', ' ', '-', '.', '/', '\\', ':', '\n', '\t', '!', 'é', '\u2603'];

/** Characters that tell the atoms apart: those written in the expression, their neighbours, and a few of each kind. */
const samplesOf = (source: string): readonly string[] => {
  const near = [...source].flatMap((one) => [-1, 0, 1].map((by) => String.fromCodePoint(Math.max(0, (one.codePointAt(0) ?? 0) + by))));
  return [...new Set([...commonSamples, ...near, ...near.map((one) => one.toUpperCase()), ...near.map((one) => one.toLowerCase())])];
};

/** Can two places stand for the same character? */
const overlapping = (atoms: readonly string[], source: string, flags: string): Related => {
  const samples = samplesOf(source);
  const known = new Map<string, bigint>();
  const bitsOf = (atom: string): bigint => {
    const regex = new RegExp(`^(?:${atom})$`, flags.replace('m', ''));
    return samples.reduce((bits, one, i) => (regex.test(one) ? bits | (1n << BigInt(i)) : bits), 0n);
  };
  const bits = atoms.map((atom) => {
    const found = known.get(atom) ?? bitsOf(atom);
    known.set(atom, found);
    return found;
  });
  return (a, b) => a === b || ((bits[a] ?? 0n) & (bits[b] ?? 0n)) !== 0n;
};

/** From each place all that it leads to. */
const reachable = (next: Places['next']): readonly ReadonlySet<number>[] =>
  next.map((_, from) => {
    const seen = new Set<number>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const to of next[at]?.keys() ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        open.push(to);
      }
    }
    return seen;
  });

/** Two walks over the same text that part at a place of a loop: do they meet again within it? */
const meetsAgain = ({ next }: Places, inLoop: Related, overlap: Related): boolean => {
  const seen = new Set<number>();
  const open: Pair[] = [];
  const onward = (from: number): readonly number[] => [...(next[from]?.keys() ?? [])].filter((to) => inLoop(from, to));
  const steps = ([a, b]: Pair): readonly Pair[] =>
    onward(a).flatMap((x) => onward(b).flatMap((y): Pair[] => (overlap(x, y) ? [[x, y]] : [])));
  const add = ([x, y]: Pair): void => {
    const key = Math.min(x, y) * mostPlaces * 2 + Math.max(x, y);
    if (x === y || seen.has(key)) return;
    seen.add(key);
    open.push([x, y]);
  };
  for (const place of next.keys()) for (const parted of steps([place, place])) add(parted);
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const found = steps(pair);
    if (seen.size > mostPairs || found.some(([x, y]) => x === y)) return true;
    for (const one of found) add(one);
  }
  return false;
};

const isAmbiguousLoop = (tree: RegexTree, source: string, flags: string): boolean => {
  const places: Places = { atoms: [], next: [] };
  lay(places, tree);
  const reach = reachable(places.next);
  const inLoop: Related = (a, b) => reach[b]?.has(a) ?? false;
  const twoWays = places.next.some((ways, from) => [...ways].some(([to, count]) => count > 1 && inLoop(from, to)));
  return twoWays || meetsAgain(places, inLoop, overlapping(places.atoms, source, flags));
};

/** For a valid expression. Without a repeated group there is no such loop. */
export const backtracksWithoutBound = (source: string, flags: string): boolean => {
  if (!/\)(?:[*+]|\{)/.test(source)) return false;
  const aside: RegexTree[] = [];
  return [regexTree(source, aside), ...aside].some((tree) => isAmbiguousLoop(tree, source, flags));
};
