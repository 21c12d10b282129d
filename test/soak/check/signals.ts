// Decides whether every signal that was answered 2xx is stored and has exactly one receipt (I-01, I-05).
import type { Check, Facts, Violation } from './facts.ts';

const count = (keys: Iterable<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

/** As many receipts as deliveries: those answered at least, those unanswered at most besides. */
const kept = ({ sent, ledger }: Facts): readonly Violation[] => {
  const receipts = count(ledger.receipts.map((one) => one.rawRef));
  const answered = count(sent.filter((one) => one.answered).map((one) => one.rawRef));
  const all = count(sent.map((one) => one.rawRef));
  return [...new Set([...all.keys(), ...receipts.keys()])].flatMap((ref): readonly Violation[] => {
    const have = receipts.get(ref) ?? 0;
    if (have < (answered.get(ref) ?? 0))
      return [{ kind: 'signal-lost', about: `${ref}: answered ${answered.get(ref)} times, ${have} receipts` }];
    if (have > (all.get(ref) ?? 0))
      return [{ kind: 'receipt-without-signal', about: `${ref}: sent ${all.get(ref) ?? 0} times, ${have} receipts` }];
    return ledger.rawRefs.has(ref) || have === 0 ? [] : [{ kind: 'raw-lost', about: `${ref}: its bytes are not stored` }];
  });
};

/** Stored = attached + assessed + duplicate + quarantined, source by source, and nothing waits. */
const addsUp = ({ ledger }: Facts): readonly Violation[] => {
  const receipts = count(ledger.receipts.map((one) => one.source));
  const sources = new Set([...Object.keys(ledger.stored), ...receipts.keys()]);
  return [
    ...[...sources]
      .filter((source) => (ledger.stored[source] ?? 0) !== (receipts.get(source) ?? 0))
      .map(
        (source): Violation => ({
          kind: 'intake-gap',
          about: `${source}: ${ledger.stored[source] ?? 0} stored, ${receipts.get(source) ?? 0} receipts`,
        }),
      ),
    ...(ledger.waiting > 0 ? [{ kind: 'signal-waits', about: `${ledger.waiting} raw events were never assessed` }] : []),
  ];
};

/** A signal counts once: its other deliveries are duplicates. */
const oneFirst = ({ ledger }: Facts): readonly Violation[] => {
  const firsts = count(ledger.receipts.flatMap((one) => (one.signal !== undefined && one.disposition !== 'duplicate' ? [one.signal] : [])));
  const seen = new Set(ledger.receipts.flatMap((one) => one.signal ?? []));
  return [
    ...[...seen]
      .filter((signal) => (firsts.get(signal) ?? 0) !== 1)
      .map(
        (signal): Violation => ({
          kind: 'signal-counted-twice',
          about: `${signal}: ${firsts.get(signal) ?? 0} receipts that are no duplicate`,
        }),
      ),
    ...ledger.receipts
      .filter((one) => one.disposition === 'quarantined')
      .map((one): Violation => ({ kind: 'signal-unreadable', about: `${one.rawRef}: ${one.reason ?? 'no reason'}` })),
  ];
};

export const signalsKept: Check = (facts) => [...kept(facts), ...addsUp(facts), ...oneFirst(facts)];
