// Decides what is owed about a firing that waits for what must not come: one look when its window is over, and what that look comes to.
import type { Awaited } from '../detection/absent.ts';
import { genesis } from '../kernel/hash.ts';
import { type IncidentId, absenceSubject, dutyId, reference } from '../kernel/ids.ts';
import { type Instant, latest, minutes, plus } from '../kernel/time.ts';
import { type Duty, type DutyRef, isTerminal } from './duty.ts';
import type { Ending } from './turn.ts';

/** One firing is one duty, whoever meets it and how often (I-12). */
export const absenceRef = ({
  rule,
  group,
  firing,
}: {
  readonly rule: string;
  readonly group: string;
  readonly firing: string;
}): DutyRef => {
  const subject = absenceSubject(group);
  return { subject, id: dutyId(subject, 'absence', rule, firing) };
};

/** Looked at a window after the event, and after it came in: what arrives late, or backwards, has the same time to follow. */
export const absenceDuty = (awaits: Awaited, { received, now }: { readonly received: Instant; readonly now: Instant }): Duty => {
  const { finding, group, firing, window } = awaits;
  const due = plus(latest(firing.time, received), window);
  return {
    v: 1,
    ...absenceRef({ rule: finding.rule.name, group, firing: firing.id }),
    kind: 'absence',
    recipient: finding.rule.name,
    step: firing.id,
    lane: 'other',
    state: 'OPEN',
    deadlineAt: due,
    nextAt: due,
    gen: 0,
    attempts: 0,
    softAt: plus(due, minutes(15)),
    createdAt: now,
    evidence: [],
    awaits,
    head: genesis,
  };
};

export const absenceEnding = (by: string | undefined, incident: IncidentId | undefined): Ending => {
  if (by !== undefined) return { state: 'DONE', reason: `${by} came in time` };
  return { state: 'DONE', reason: incident === undefined ? 'by itself it opens nothing' : `it did not come: ${reference(incident)}` };
};

/** The case that it opened, or went into, because what it waited for did not come. */
export const openedBy = (duty: Duty): IncidentId | undefined => (isTerminal(duty.state) ? duty.incident : undefined);
