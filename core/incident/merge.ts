// Decides what a person's merge makes of two cases: the older goes on with both, the younger leads to it, no clock moves later (P-14).
import { reference } from '../kernel/ids.ts';
import { type Result, fail, ok } from '../kernel/result.ts';
import type { Instant } from '../kernel/time.ts';
import { type Refused, decide } from './decide.ts';
import type { Actor, Incident, IncidentEvent } from './incident.ts';

export type Merging = { readonly at: Instant; readonly actor: Actor; readonly reason: string };

type Changed = { readonly incident: Incident; readonly events: readonly IncidentEvent[] };
export type Merged = { readonly survivor: Changed; readonly absorbed: Changed };

const refuse = (kind: Refused['kind'], message: string, field: string): Result<never, Refused> => fail({ kind, message, field });

/** What people decided stays decided: nothing is put into it, and it is put into nothing. */
const whyNot = (incident: Incident): string | undefined => {
  const name = reference(incident.id);
  if (incident.state === 'refuted') return `${name} is refuted. A refuted case is merged with nothing.`;
  if (incident.state !== 'closed') return undefined;
  return incident.mergedInto === undefined
    ? `${name} is closed. A closed case is merged with nothing.`
    : `${name} was merged already. Name ${reference(incident.mergedInto)}, where it goes on.`;
};

/** The one opened first goes on. Equally old: the one that the other was a part of; else that with the lower id, whoever asks. */
export const isOlder = (a: Incident, b: Incident): boolean => {
  if (a.openedAt !== b.openedAt) return a.openedAt < b.openedAt;
  if (a.splitFrom?.incident === b.id) return false;
  return b.splitFrom?.incident === a.id || a.id < b.id;
};

/** Whichever of the two the person stood on. */
export const mergeOf = (one: Incident, other: Incident, { at, actor, reason }: Merging): Result<Merged, Refused> => {
  if (one.id === other.id) return refuse('invalid', 'This is the same case. Name another one.', 'other');
  if (reason.trim() === '') return refuse('invalid', 'Say why the two are one case.', 'reason');
  const closed = whyNot(one) ?? whyNot(other);
  if (closed !== undefined) return refuse('wrong-state', closed, 'other');
  const [older, younger] = isOlder(one, other) ? [one, other] : [other, one];
  const absorbed = decide({ type: 'Absorb', at, other: younger, by: { actor, reason } }, older);
  const left = decide({ type: 'Close', at, actor, reason, mergedInto: older.id }, younger);
  if (!absorbed.ok) return absorbed;
  if (!left.ok) return left;
  return ok({ survivor: { incident: older, events: absorbed.value }, absorbed: { incident: younger, events: left.value } });
};
