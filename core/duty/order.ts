// Decides in which order what is due is performed: earliest deadline first, and no controller's many before another's few (A12, TH-32).
import type { Instant } from '../kernel/time.ts';
import type { Duty, DutyRef } from './duty.ts';

/** A duty as the due index nominates it. */
export type Due = DutyRef & {
  readonly nextAt: Instant;
  readonly deadlineAt: Instant;
  /** Whose turn it is: the one controller it is about, else its subject. */
  readonly share: string;
};

export const shareOf = (duty: Pick<Duty, 'controller' | 'subject'>): string => duty.controller ?? duty.subject;

/** So many of one share go in a row; then those of the others have their turn. */
export const burst = 25;

type Placed = { readonly due: Due; readonly round: number };

/** Rounds of at most `burst` of each share; inside a round the earliest deadline first, then the id, so that it is one order. */
export const inTurn = (due: readonly Due[]): readonly Due[] => {
  const taken = new Map<string, number>();
  const earliestFirst = due.toSorted((a, b) => a.deadlineAt - b.deadlineAt || (a.id < b.id ? -1 : 1));
  const placed = earliestFirst.map((one): Placed => {
    const before = taken.get(one.share) ?? 0;
    taken.set(one.share, before + 1);
    return { due: one, round: Math.floor(before / burst) };
  });
  return placed.toSorted((a, b) => a.round - b.round).map((one) => one.due);
};
