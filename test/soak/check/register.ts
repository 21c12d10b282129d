// Decides whether the register proves itself, and says the same as the ledger (I-35).
import { genesis } from '#core/kernel/hash.ts';
import { headOf } from '#core/register/entry.ts';
import { verifyRegister } from '#core/register/verify.ts';
import type { Check, Facts, Violation } from './facts.ts';

const chains = ({ ledger }: Facts): readonly Violation[] => {
  const verdict = verifyRegister(ledger.entries, []);
  return verdict.verdict === 'broken' ? [{ kind: 'register-broken', about: `${verdict.chain} ${verdict.seq}: ${verdict.reason}` }] : [];
};

/** The last line of each chain is the one that its incident or duty remembers. */
const heads = ({ ledger }: Facts): readonly Violation[] => {
  const last = new Map<string, { readonly seq: number; readonly hash: string }>();
  for (const entry of ledger.entries) if (entry.seq > (last.get(entry.chain)?.seq ?? 0)) last.set(entry.chain, headOf(entry));
  return [...ledger.incidents, ...ledger.duties].flatMap(({ id, head }): readonly Violation[] => {
    const written = last.get(id) ?? genesis;
    return written.seq === head.seq && written.hash === head.hash
      ? []
      : [{ kind: 'register-behind', about: `${id}: entry ${written.seq}, remembered ${head.seq}` }];
  });
};

export const registerProves: Check = (facts) => [...chains(facts), ...heads(facts)];
