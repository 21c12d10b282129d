// Decides what the register is made of: one hash chain per subject, each entry bound to the one before (TH-22, R-701).
import { type ChainHead, canonical, sha256 } from '../kernel/hash.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';

/** One line of the register. Pseudonymous: staff as role and id, nobody else at all. */
export type Entry = {
  readonly v: 1;
  /** Which chain: an incident's or a duty's id. */
  readonly chain: string;
  /** Gapless from 1. */
  readonly seq: number;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly actor: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly prev: string;
  readonly hash: string;
};

/** Hash over everything in the entry but itself. */
export const entryHash = (entry: Omit<Entry, 'hash'>): string => sha256(canonical(entry));

/** The next entry of a chain. */
export const nextEntry = (
  head: ChainHead,
  line: {
    readonly chain: string;
    readonly at: Instant;
    readonly actor: string;
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Entry => {
  const body = {
    v: 1 as const,
    chain: line.chain,
    seq: head.seq + 1,
    at: rfc3339(line.at),
    actor: line.actor,
    type: line.type,
    data: line.data,
    prev: head.hash,
  };
  return { ...body, hash: entryHash(body) };
};

export const headOf = (entry: Entry): ChainHead => ({ seq: entry.seq, hash: entry.hash });
