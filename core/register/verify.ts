// Decides whether a register proves itself: every chain unbroken, and, where there is an anchor, unchanged since then (P-11).
import { canonical, sha256 } from '../kernel/hash.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';
import { type Entry, entryHash } from './entry.ts';
import { genesis } from '../kernel/hash.ts';

/** What is put where the operator's own administrators can't write: all entry hashes at one instant, under one root. */
export type Anchor = {
  readonly v: 1;
  readonly at: string;
  readonly root: string;
  readonly chains: Readonly<Record<string, readonly string[]>>;
};

const rootOf = (chains: Anchor['chains']): string => sha256(canonical(chains));

export const anchorOf = (entries: readonly Entry[], at: Instant): Anchor => {
  const chains: Record<string, string[]> = {};
  for (const entry of entries) {
    const chain = chains[entry.chain] ?? [];
    chain[entry.seq - 1] = entry.hash;
    chains[entry.chain] = chain;
  }
  return { v: 1, at: rfc3339(at), root: rootOf(chains), chains };
};

/** Is this what `anchorOf` made? A kept text may be anybody's. */
export const isAnchor = (value: unknown): value is Anchor => {
  if (typeof value !== 'object' || value === null) return false;
  const { v, at, root, chains } = value as Partial<Record<keyof Anchor, unknown>>;
  return v === 1 && typeof at === 'string' && typeof root === 'string' && typeof chains === 'object' && chains !== null;
};

/** The name under which an anchor is kept: names sort as their instants do, to the millisecond. */
export const anchorName = ({ at }: Pick<Anchor, 'at'>): string => at.replace(/^([^.]*)Z$/, '$1.000Z').replaceAll(':', '-');

export type Verdict =
  | { readonly verdict: 'proved'; readonly entries: number; readonly chains: number; readonly anchoredAt: string }
  | { readonly verdict: 'self-consistent'; readonly entries: number; readonly chains: number }
  | { readonly verdict: 'broken'; readonly chain: string; readonly seq: number; readonly reason: string };

const broken = (chain: string, seq: number, reason: string): Verdict => ({ verdict: 'broken', chain, seq, reason });

/** The first entry of one chain that does not follow from the one before. */
const brokenChain = (chain: string, entries: readonly Entry[]): Verdict | undefined => {
  let prev = genesis.hash;
  for (const [i, entry] of entries.entries()) {
    const { hash, ...body } = entry;
    if (entry.seq !== i + 1) return broken(chain, i + 1, 'an entry is missing here');
    if (entry.prev !== prev) return broken(chain, entry.seq, 'it does not follow from the entry before');
    if (entryHash(body) !== hash) return broken(chain, entry.seq, 'its content does not match its hash');
    prev = hash;
  }
  return undefined;
};

const byChain = (entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> => {
  const chains = new Map<string, Entry[]>();
  for (const entry of entries) chains.set(entry.chain, [...(chains.get(entry.chain) ?? []), entry]);
  for (const chain of chains.values()) chain.sort((a, b) => a.seq - b.seq);
  return chains;
};

/** The first entry that an anchor remembers differently. */
const contradiction = (chains: ReadonlyMap<string, readonly Entry[]>, anchor: Anchor): Verdict | undefined => {
  for (const [chain, hashes] of Object.entries(anchor.chains)) {
    const entries = chains.get(chain) ?? [];
    for (const [i, hash] of hashes.entries()) {
      if (entries[i]?.hash !== hash) return broken(chain, i + 1, `the anchor of ${anchor.at} remembers this entry differently`);
    }
  }
  return undefined;
};

/** Verifies chains, then anchors. Without an anchor the best that can be said is "self-consistent" (P-11). */
export const verifyRegister = (entries: readonly Entry[], anchors: readonly Anchor[]): Verdict => {
  const chains = byChain(entries);
  for (const [chain, own] of chains) {
    const found = brokenChain(chain, own);
    if (found) return found;
  }
  for (const anchor of anchors) {
    if (rootOf(anchor.chains) !== anchor.root) return broken('anchor', 0, `the anchor of ${anchor.at} does not match its own root`);
    const found = contradiction(chains, anchor);
    if (found) return found;
  }
  const newest = anchors
    .map((a) => a.at)
    .sort()
    .at(-1);
  const counts = { entries: entries.length, chains: chains.size };
  return newest === undefined ? { verdict: 'self-consistent', ...counts } : { verdict: 'proved', ...counts, anchoredAt: newest };
};
