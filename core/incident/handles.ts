// Decides what persons, addresses and targets of a case are called: by handles that mean nothing in another case (D-15).
import type { SignalRef } from './incident.ts';

export const handleKinds = ['account', 'address', 'target'] as const;
export type HandleKind = (typeof handleKinds)[number];

/** `account-1`, `address-3`: numbered as they came in, so that what comes later renames nobody. */
export type Handles = (kind: HandleKind, pseudonym: string | undefined) => string;

/** What of a signal a handle stands for: a pseudonym; for a target that the directory knows, its asset. */
export const pseudonymIn = (signal: SignalRef, kind: HandleKind): string | undefined => (kind === 'account' ? signal.actor : signal[kind]);

const inOrder = (signals: readonly SignalRef[]): readonly SignalRef[] =>
  signals.toSorted((a, b) => a.received - b.received || a.time - b.time || (a.id < b.id ? -1 : 1));

export const handlesOf = (signals: readonly SignalRef[]): Handles => {
  const arrived = inOrder(signals);
  const numbered = (kind: HandleKind): ReadonlyMap<string, number> =>
    new Map([...new Set(arrived.flatMap((signal) => pseudonymIn(signal, kind) ?? []))].map((one, i) => [one, i + 1] as const));
  const all = { account: numbered('account'), address: numbered('address'), target: numbered('target') };
  return (kind, pseudonym) => (pseudonym === undefined ? `${kind}-unknown` : `${kind}-${all[kind].get(pseudonym) ?? 'unknown'}`);
};
